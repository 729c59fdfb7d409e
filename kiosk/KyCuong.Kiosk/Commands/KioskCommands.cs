using System.Security.Cryptography;
using KyCuong.Kiosk.Agent;
using KyCuong.Kiosk.Clock;
using KyCuong.Kiosk.Configuration;
using KyCuong.Kiosk.Enrolment;
using KyCuong.Kiosk.Files;
using KyCuong.Kiosk.Identity;
using KyCuong.Kiosk.Journal;
using KyCuong.Kiosk.Taps;
using KyCuong.Protos;
using KyCuong.Protos.Enrolment;
using Microsoft.Extensions.Logging.Abstractions;

namespace KyCuong.Kiosk.Commands;

/// <summary>Runs the agent: the composition root's part of <see cref="KioskCommands"/>.</summary>
public delegate Task<int> RunKiosk(DataDirectory directory, KioskOptions options, bool statusLines, CancellationToken stop);

/// <summary>The commands over real files.</summary>
/// <param name="run">Runs the agent.</param>
/// <param name="time">For deadlines.</param>
/// <param name="output">Where results go.</param>
public sealed class KioskCommands(RunKiosk run, TimeProvider time, TextWriter output) : IKioskCommands
{
    /// <inheritdoc />
    public Task<int> RunAsync(CommonArguments common, bool statusLines, CancellationToken cancellation)
    {
        var directory = DataDirectory.Open(common.Data);
        return run(directory, Options(common, directory), statusLines, cancellation);
    }

    /// <inheritdoc />
    public int CheckConfig(CommonArguments common)
    {
        var directory = DataDirectory.Open(common.Data);
        var options = Options(common, directory);
        var readers = KioskAgent.EffectiveReaders(new ServerConfigurationFile(directory).Load(), options, out _);
        output.WriteLine(EffectiveSettings.Print(readers, options.Limits, new IdentityStore(directory).Load()));
        return 0;
    }

    /// <inheritdoc />
    public async Task<int> EnrolAsync(CommonArguments common, string server, string code, bool replace, CancellationToken cancellation)
    {
        if (!Uri.TryCreate(server, UriKind.Absolute, out var address) || address.Scheme != Uri.UriSchemeHttps || address.PathAndQuery != "/")
            throw KioskException.Usage($"--server {server}: no address of a kiosk port; write https://host:port.");
        if (!EnrolmentCode.TryParse(code, out var parsed))
            throw KioskException.Usage("--code: mistyped or incomplete; it has eleven groups of four, as \"kiosk add\" printed it.");
        var directory = DataDirectory.Open(common.Data);
        using var only = DirectoryLock.Take(directory);
        var store = new IdentityStore(directory);
        if (!replace && Directory.Exists(directory.Identity))
            throw new KioskException($"{directory.Root} is enrolled already ({store.Load()}); give --replace to enrol it anew, or another directory with --data.");
        var identity = await Enroller.EnrolAsync(
            address, parsed, Utf8Text.Ascii(Environment.MachineName, ContractLimits.MachineNameBytes), KioskVersion.Text, time, cancellation);
        store.Create(identity);
        File.Delete(directory.ServerConfiguration);
        await output.WriteLineAsync($"Enrolled as {identity.KioskCode} ({identity.KioskName}) of {identity.AgencyName}; the certificate ends {identity.Certificate.NotAfter.ToUniversalTime():yyyy-MM-dd}.");
        return 0;
    }

    /// <inheritdoc />
    public int Status(CommonArguments common, bool json)
    {
        var directory = DataDirectory.Open(common.Data);
        var report = Report(common, directory);
        if (json) output.WriteLine(System.Text.Encoding.UTF8.GetString(report.ToJson()));
        else output.Write(report.ToText());
        return 0;
    }

    /// <summary>A running kiosk says how it is in a file, since no second process opens its journal; otherwise the journal is opened here.</summary>
    private StatusReport Report(CommonArguments common, DataDirectory directory)
    {
        var identity = new IdentityStore(directory).Load() ?? throw NotEnrolled(directory);
        using var only = DirectoryLock.TryTake(directory);
        if (only is null)
        {
            var written = File.Exists(directory.Status) ? StatusReport.FromJson(File.ReadAllBytes(directory.Status)) : null;
            return written ?? throw new KioskException($"The kiosk in {directory.Root} is just starting; ask again in a moment.");
        }

        var options = Options(common, directory);
        var readers = KioskAgent.EffectiveReaders(new ServerConfigurationFile(directory).Load(), options, out _);
        if (!File.Exists(directory.Journal)) throw new KioskException($"The kiosk in {directory.Root} is enrolled ({identity}) and has never run.");
        var journal = KioskJournal.Open(new JournalOptions { Path = directory.Journal }, identity.KioskId, NewEpoch, time, NullLogger<KioskJournal>.Instance);
        try
        {
            return StatusReport.Of(identity, journal, [], readers, linked: false, running: false);
        }
        finally
        {
            journal.DisposeAsync().AsTask().GetAwaiter().GetResult();
        }
    }

    /// <summary>For who runs a command that needs an identity.</summary>
    public static KioskException NotEnrolled(DataDirectory directory) =>
        new($"{directory.Root} is not enrolled; run: enrol --server URL --code CODE, with the code that \"kiosk add\" prints on the server.");

    /// <summary>128 random bits for a journal.</summary>
    public static UInt128 NewEpoch()
    {
        Bytes128.TryRead(RandomNumberGenerator.GetBytes(Bytes128.Size), out var epoch);
        return epoch;
    }

    private static KioskOptions Options(CommonArguments common, DataDirectory directory) =>
        KioskOptionsFile.Load(common.Config ?? directory.ConfigurationFile, required: common.Config is not null);
}

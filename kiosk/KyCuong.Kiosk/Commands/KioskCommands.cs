using System.Globalization;
using System.Security.Cryptography;
using KyCuong.Kiosk.Agent;
using KyCuong.Kiosk.Clock;
using KyCuong.Kiosk.Configuration;
using KyCuong.Kiosk.Enrolment;
using KyCuong.Kiosk.Files;
using KyCuong.Kiosk.Identity;
using KyCuong.Kiosk.Journal;
using KyCuong.Kiosk.Plugged;
using KyCuong.Kiosk.Resources;
using KyCuong.Kiosk.Taps;
using KyCuong.Kiosk.Transports.Com;
using KyCuong.Kiosk.Transports.Pcsc;
using KyCuong.Kiosk.Transports.RawInput;
using KyCuong.Protos;
using KyCuong.Protos.Enrolment;
using Microsoft.Extensions.Logging.Abstractions;

namespace KyCuong.Kiosk.Commands;

/// <summary>Runs the agent: the composition root's part of <see cref="KioskCommands"/>.</summary>
public delegate Task<int> RunKiosk(DataDirectory directory, KioskOptions options, RunSwitches switches, CancellationToken stop);

/// <summary>The commands over real files.</summary>
/// <param name="run">Runs the agent.</param>
/// <param name="time">For deadlines.</param>
/// <param name="output">Where results go.</param>
/// <param name="devicesRoot">Where devices are.</param>
/// <param name="smartCardReaders">Lists the readers of PC/SC; null = the machine's.</param>
public sealed class KioskCommands(RunKiosk run, TimeProvider time, TextWriter output, string devicesRoot = "/dev", Func<IReadOnlyList<string>>? smartCardReaders = null) : IKioskCommands
{
    /// <inheritdoc />
    public Task<int> RunAsync(CommonArguments common, RunSwitches switches, CancellationToken cancellation)
    {
        var directory = DataDirectory.Open(common.Data);
        return run(directory, Options(common, directory), switches, cancellation);
    }

    /// <inheritdoc />
    public int CheckConfig(CommonArguments common)
    {
        var directory = DataDirectory.Open(common.Data);
        var options = Options(common, directory);
        var configuration = new ServerConfigurationFile(directory).Load();
        var readers = KioskAgent.EffectiveReaders(configuration, options, out _);
        output.WriteLine(EffectiveSettings.Print(readers, options, GatePolicy.Of(configuration), new IdentityStore(directory).Load()));
        return 0;
    }

    /// <inheritdoc />
    public async Task<int> EnrolAsync(CommonArguments common, string server, string code, bool replace, CancellationToken cancellation)
    {
        if (!Uri.TryCreate(server, UriKind.Absolute, out var address) || address.Scheme != Uri.UriSchemeHttps || address.PathAndQuery != "/")
            throw KioskException.Usage(CommandText.BadServer(server));
        if (!EnrolmentCode.TryParse(code, out var parsed))
            throw KioskException.Usage(CommandText.BadCode);
        var directory = DataDirectory.Open(common.Data);
        using var only = DirectoryLock.Take(directory);
        var store = new IdentityStore(directory);
        if (!replace && store.Load() is { } present)
            throw new KioskException(CommandText.AlreadyEnrolled(directory.Root, present.KioskCode, present.AgencyCode));
        var identity = await Enroller.EnrolAsync(
            address, parsed, Utf8Text.Ascii(Environment.MachineName, ContractLimits.MachineNameBytes), KioskVersion.Text, time, cancellation);
        store.Create(identity);
        File.Delete(directory.ServerConfiguration);
        await output.WriteLineAsync(CommandText.Enrolled(identity.KioskCode, identity.KioskName, identity.AgencyName,
            identity.Certificate.NotAfter.ToUniversalTime().ToString("dd/MM/yyyy", CultureInfo.InvariantCulture)));
        return 0;
    }

    /// <inheritdoc />
    public async Task<int> StatusAsync(CommonArguments common, bool json)
    {
        var directory = DataDirectory.Open(common.Data);
        var report = await ReportAsync(common, directory);
        if (json) await output.WriteLineAsync(System.Text.Encoding.UTF8.GetString(report.ToJson()));
        else await output.WriteAsync(report.ToText());
        return 0;
    }

    /// <inheritdoc />
    public int Readers(CommonArguments common, bool json)
    {
        var directory = DataDirectory.Open(common.Data);
        var configured = KioskAgent.EffectiveReaders(new ServerConfigurationFile(directory).Load(), Options(common, directory), out _);
        var devices = PluggedDevices.Find(devicesRoot, (smartCardReaders ?? PcscReaders.List)(), ComPorts.List(), RawKeyboards.List());
        output.Write(json ? PluggedReport.ToJson(devices, configured) + "\n" : PluggedReport.ToText(devices, configured));
        return 0;
    }

    /// <inheritdoc />
    public async Task<int> IdentifyAsync(CommonArguments common, IdentifyArguments arguments, CancellationToken cancellation)
    {
        var options = IdentifyCommand.Options(arguments);
        var directory = DataDirectory.Open(common.Data);
        if (IdentifyCommand.ReaderOfRunningKiosk(directory, options.Address, () => KioskAgent.EffectiveReaders(new ServerConfigurationFile(directory).Load(), Options(common, directory), out _)) is { } reader)
            throw new KioskException(IdentifyText.HeldByKiosk(arguments.Port, reader));
        return await IdentifyCommand.RunAsync(options, arguments.Capture, arguments.Json, time, output, cancellation);
    }

    /// <summary>A running kiosk says how it is in a file, since no second process opens its journal; otherwise the journal is opened here.</summary>
    private async Task<StatusReport> ReportAsync(CommonArguments common, DataDirectory directory)
    {
        var identity = new IdentityStore(directory).Load() ?? throw NotEnrolled(directory);
        using var only = DirectoryLock.TryTake(directory);
        if (only is null)
        {
            var written = File.Exists(directory.Status) ? StatusReport.FromJson(File.ReadAllBytes(directory.Status)) : null;
            return written ?? throw new KioskException(CommandText.Starting(directory.Root));
        }

        var options = Options(common, directory);
        var readers = KioskAgent.EffectiveReaders(new ServerConfigurationFile(directory).Load(), options, out _);
        if (!File.Exists(directory.Journal)) throw new KioskException(CommandText.NeverRan(directory.Root, identity.KioskCode, identity.AgencyCode));
        await using var journal = KioskJournal.Open(
            new JournalOptions { Path = directory.Journal }, identity.KioskId, NewEpoch, time, NullLogger<KioskJournal>.Instance);
        return StatusReport.Of(identity, journal, [], readers, [], linked: false, running: false);
    }

    /// <summary>For who runs a command that needs an identity.</summary>
    public static KioskException NotEnrolled(DataDirectory directory) =>
        new(CommandText.NotEnrolled(directory.Root));

    /// <summary>128 random bits for a journal.</summary>
    public static UInt128 NewEpoch()
    {
        Bytes128.TryRead(RandomNumberGenerator.GetBytes(Bytes128.Size), out var epoch);
        return epoch;
    }

    private static KioskOptions Options(CommonArguments common, DataDirectory directory) =>
        KioskOptionsFile.Load(common.Config ?? directory.ConfigurationFile, required: common.Config is not null);
}

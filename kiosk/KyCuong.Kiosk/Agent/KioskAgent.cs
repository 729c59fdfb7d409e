using Grpc.Core;
using KyCuong.Kiosk.Clock;
using KyCuong.Kiosk.Configuration;
using KyCuong.Kiosk.Enrolment;
using KyCuong.Kiosk.Feedback;
using KyCuong.Kiosk.Files;
using KyCuong.Kiosk.Identity;
using KyCuong.Kiosk.Journal;
using KyCuong.Kiosk.Link;
using KyCuong.Kiosk.Native;
using KyCuong.Kiosk.Resources;
using KyCuong.Kiosk.Screen;
using KyCuong.Kiosk.Taps;
using KyCuong.Protos;
using KyCuong.Protos.Badges;
using KyCuong.Protos.Journal;
using KyCuong.Protos.V1;
using Microsoft.Extensions.Logging;

namespace KyCuong.Kiosk.Agent;

/// <summary>What the agent is made of. Owned and disposed by the composition root.</summary>
public sealed record AgentParts(
    DataDirectory Directory, KioskOptions Options, KioskIdentity Identity, IdentityStore IdentityStore, ServerConfigurationFile ServerConfiguration,
    KioskJournal Journal, Stamper Stamper, BadgeKeyring Keyring, ReaderHost Readers, StaffCodeEntry StaffCodes, IFeedback Feedback, Action<TimeZoneInfo> ZoneChanged,
    StatusLines Lines, TimeProvider Time, ILogger<KioskAgent> Logger);

/// <summary>
/// The kiosk from start to stop, in a defined order, and what the server may change in it. Start: boot entry, configuration
/// entry, readers, link. Stop: readers, their last commits, stop entry, a moment for the server's acknowledgement, link.
/// </summary>
public sealed partial class KioskAgent : IKioskControl, IDisposable
{
    private static readonly TimeSpan StatusEvery = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan PruneEvery = TimeSpan.FromHours(1);
    private static readonly TimeSpan RenewalRetry = TimeSpan.FromMinutes(10);

    private readonly AgentParts _parts;
    private readonly CancellationTokenSource _retired = new();
    private volatile KioskIdentity _identity;
    private Protos.V1.Configuration _configuration;
    private IReadOnlyList<ReaderSettings> _readers;
    private volatile GatePolicy _gate;
    private volatile WorkingHours _hours;
    private long? _renewalTriedAt;
    private bool _outOfService;
    private volatile bool _configurationUntold;
    private string? _statusProblem;

    /// <summary>An agent, not yet running.</summary>
    public KioskAgent(AgentParts parts)
    {
        _parts = parts;
        _identity = parts.Identity;
        _configuration = parts.ServerConfiguration.Load();
        _gate = GatePolicy.Of(_configuration);
        _hours = WorkingHours.Of(_configuration);
        parts.StaffCodes.Allowed = _gate.StaffCodeEntry;
        _readers = EffectiveReaders(_configuration, parts.Options, out var problem);
        if (problem is not null) LogConfigurationRefused(parts.Logger, _configuration.Version, problem);
    }

    /// <summary>Who this kiosk is now.</summary>
    public KioskIdentity Identity => _identity;

    /// <summary>The readers in force.</summary>
    public IReadOnlyList<ReaderSettings> Readers => _readers;

    /// <summary>The policy of the gate in force. Thread-safe.</summary>
    public GatePolicy Gate => _gate;

    /// <summary>The working hours the server told. Thread-safe.</summary>
    public WorkingHours Hours => _hours;

    /// <summary>Another policy is in force. Raised on the link's thread.</summary>
    public event Action<GatePolicy>? GateChanged;

    /// <inheritdoc />
    public ulong ConfigurationVersion => _configuration.Version;

    /// <inheritdoc />
    public long? OldestPendingUs => _parts.StaffCodes.OldestPendingUs is { } entered ? Math.Min(entered, _parts.Readers.OldestPendingUs ?? entered) : _parts.Readers.OldestPendingUs;

    /// <summary>The readers of a configuration, or the kiosk's own where it names none or wrong ones.</summary>
    public static IReadOnlyList<ReaderSettings> EffectiveReaders(Protos.V1.Configuration configuration, KioskOptions own, out string? problem)
    {
        var given = ServerConfigurationFile.Readers(configuration, out problem);
        return given is { Count: > 0 } ? given : own.Readers;
    }

    /// <summary>Runs until told to stop or retired.</summary>
    /// <param name="link">The link, not yet running.</param>
    /// <param name="stop">Told by a signal.</param>
    public async Task RunAsync(LinkLoop link, CancellationToken stop)
    {
        var journal = _parts.Journal;
        journal.Changed += OnJournalChanged;
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(stop, _retired.Token);
        // Not disposed of: a link that is left at the end still has it.
        var linkEnding = new CancellationTokenSource();
        _parts.Lines.Started(KioskVersion.Text, _identity.KioskCode, journal.Current.Id.Epoch, journal.Current.Last);
        await journal.AppendAsync(_parts.Stamper.Now(), new BootEntry(KioskVersion.Text, journal.PreviousStop));
        await AppendConfigurationAsync();
        await _parts.Readers.ReplaceAsync(_readers);
        LogStarted(_parts.Logger, _identity, KioskVersion.Text, _readers.Count, journal.Unsent);

        var linking = link.RunAsync(linkEnding.Token);
        var housekeeping = HousekeepingAsync(link, ending.Token);
        // Only our own mistakes end one of these early; then the process ends loudly and the supervisor starts it anew.
        var first = await Task.WhenAny(linking, housekeeping, _parts.Readers.FailureAsync());
        if (!ending.IsCancellationRequested) await first;
        await ending.CancelAsync();
        await housekeeping;

        await _parts.Readers.DisposeAsync();
        await AppendStopAsync();
        if (link.IsLinked) await Task.WhenAny(linking, Task.Delay(_parts.Options.Limits.StopFlush, _parts.Time, CancellationToken.None));
        var unlinking = Task.WhenAll(linkEnding.CancelAsync(), linking);
        // All is on disk by now: a connection that stands still must not keep the kiosk from ending, or from being started again.
        if (await Task.WhenAny(unlinking, Task.Delay(_parts.Options.Limits.Acknowledgement, _parts.Time, CancellationToken.None)) == unlinking) await unlinking;
        else LogLinkLeft(_parts.Logger);
        journal.Changed -= OnJournalChanged;
        WriteStatus(linked: false, running: false);
        LogStopped(_parts.Logger, journal.Current.Last, journal.Unsent);
    }

    /// <inheritdoc />
    public async Task ConfigureAsync(Protos.V1.Configuration configuration)
    {
        if (configuration.Version == _configuration.Version) return;
        if (SaysTheSame(configuration))
        {
            _parts.ServerConfiguration.Save(configuration);
            (_configuration, _hours) = (configuration, WorkingHours.Of(configuration));
            return;
        }

        var readers = EffectiveReaders(configuration, _parts.Options, out var problem);
        problem ??= configuration.BadgeKeys.Count is 0 or > ContractLimits.BadgeKeys || configuration.BadgeKeys.Any(key => key.Key.Length != BadgeHasher.KeySize)
            ? ConfigurationText.BadBadgeKeys : null;
        var zone = AgencyZone.Find(configuration.TimeZone);
        problem ??= zone is null ? ConfigurationText.UnknownTimeZone(configuration.TimeZone) : null;
        if (problem is not null)
        {
            LogConfigurationRefused(_parts.Logger, configuration.Version, problem);
            return;
        }

        _identity = _identity with
        {
            AgencyName = configuration.AgencyName,
            KioskName = configuration.KioskName,
            TimeZone = configuration.TimeZone,
            BadgeKeys = [.. configuration.BadgeKeys.Select(key => new BadgeKeySecret(key.KeyId, key.Key.ToByteArray()))],
        };
        _parts.IdentityStore.SaveFacts(_identity);
        _parts.ServerConfiguration.Save(configuration);
        (_configuration, _readers, _hours) = (configuration, readers, WorkingHours.Of(configuration));
        _parts.Keyring.Replace(_identity.BadgeKeys);
        _parts.ZoneChanged(zone!);
        SetGate(GatePolicy.Of(configuration));
        await _parts.Readers.ReplaceAsync(readers);
        await TellConfigurationAsync();
        LogConfigured(_parts.Logger, configuration.Version, readers.Count);
    }

    private void SetGate(GatePolicy gate)
    {
        if (gate == _gate) return;
        _gate = gate;
        _parts.StaffCodes.Allowed = gate.StaffCodeEntry;
        GateChanged?.Invoke(gate);
    }

    /// <summary>A version may grow without any setting changing, or only the hours shown: nothing is disturbed or journalled for that.</summary>
    private bool SaysTheSame(Protos.V1.Configuration configuration)
    {
        if (_configuration.Version == 0) return false;
        var (one, other) = (configuration.Clone(), _configuration.Clone());
        one.Version = other.Version;
        one.BadgeKeys.Clear();
        other.BadgeKeys.Clear();
        one.Hours.Clear();
        other.Hours.Clear();
        return one.Equals(other)
            && configuration.BadgeKeys.Select(key => (key.KeyId, key.Key.ToBase64())).SequenceEqual(_identity.BadgeKeys.Select(key => (key.KeyId, Convert.ToBase64String(key.Key.Span))));
    }

    /// <inheritdoc />
    public async Task RenewAsync(bool force, CancellationToken cancellation)
    {
        var now = DateTimeOffset.UnixEpoch.AddMicroseconds(Stamper.InstantUs(_parts.Stamper.Now()));
        if (!force && (!Renewal.IsDue(_identity.Certificate, now) || _renewalTriedAt is { } tried && _parts.Time.GetElapsedTime(tried) < RenewalRetry)) return;
        _renewalTriedAt = _parts.Time.GetTimestamp();
        try
        {
            var renewed = await Renewal.RenewAsync(_identity, _parts.Time, cancellation);
            _parts.IdentityStore.SaveCertificate(renewed);
            _identity = renewed;
            LogRenewed(_parts.Logger, renewed.Certificate.NotAfter);
        }
        catch (Exception e) when (e is RpcException or KioskException or IOException)
        {
            if (cancellation.IsCancellationRequested) return;
            LogRenewalFailed(_parts.Logger, e.Message, _identity.Certificate.NotAfter);
        }
    }

    /// <inheritdoc />
    public async Task RetireAsync(string reason)
    {
        LogRetired(_parts.Logger, reason);
        _identity = _identity with { Retired = reason.Length > 0 ? reason : "retired" };
        _parts.IdentityStore.SaveFacts(_identity);
        _parts.Feedback.Show(new Verdict(VerdictKind.Retired, "", Stamper.InstantUs(_parts.Stamper.Now()), _parts.Journal.Unsent));
        await _retired.CancelAsync();
    }

    /// <inheritdoc />
    public Health Health()
    {
        var conditions = _parts.Readers.Conditions;
        var health = new Health
        {
            UnsentEntries = _parts.Journal.Unsent,
            DiskFreeBytes = (ulong)Math.Max(0, new DriveInfo(_parts.Directory.Root).AvailableFreeSpace),
            ResidentBytes = (ulong)Math.Max(0, Environment.WorkingSet),
            DroppedReads = conditions.Aggregate(0UL, (sum, condition) => sum + condition.Dropped),
        };
        var now = _parts.Stamper.Clock.BootTimeUs;
        foreach (var condition in conditions)
        {
            health.Readers.Add(new ReaderHealth
            {
                Reader = condition.Reader,
                Working = condition.Working,
                Fault = condition.Fault ?? FaultCode.Unspecified,
                SinceUs = (ulong)Math.Max(0, now - condition.SinceUs),
                Device = Utf8Text.Cut(condition.Device, ContractLimits.FaultDetailBytes),
                Reads = condition.Reads,
                Refused = condition.Refused,
            });
        }

        return health;
    }

    /// <inheritdoc />
    public void Dispose() => _retired.Dispose();

    private Task<StoredEntry> AppendConfigurationAsync() => _parts.Journal.AppendAsync(
        _parts.Stamper.Now(), new ConfigurationAppliedEntry(_configuration.Version, EffectiveSettings.Hash(_readers, _parts.Options, _gate, _identity)));

    /// <summary>What the server set is in force, whether the journal takes the word of it now or not.</summary>
    private async Task TellConfigurationAsync()
    {
        _configurationUntold = false;
        try
        {
            await AppendConfigurationAsync();
        }
        catch (JournalEndedException)
        {
            // It came in while the kiosk stopped. It is kept beside the journal; the next run begins with it, and says so.
        }
        catch (JournalOutOfServiceException e)
        {
            _configurationUntold = true;
            LogConfigurationUntold(_parts.Logger, _configuration.Version, e.Message);
        }
    }

    private async Task AppendStopAsync()
    {
        try
        {
            await _parts.Journal.AppendAsync(_parts.Stamper.Now(), new StopEntry(_retired.IsCancellationRequested ? StopReason.Retired : StopReason.Requested));
        }
        catch (JournalOutOfServiceException e)
        {
            // The next start finds no stop entry and says "abrupt", which is what it was for the journal.
            LogStopNotKept(_parts.Logger, e.Message);
        }
    }

    private async Task HousekeepingAsync(LinkLoop link, CancellationToken cancellation)
    {
        using var timer = new PeriodicTimer(StatusEvery, _parts.Time);
        var started = _parts.Time.GetTimestamp();
        var pruned = started;
        var thrift = new Thrift();
        try
        {
            do
            {
                WriteStatus(link.IsLinked, running: true);
                if (thrift.IsDue(_parts.Time.GetElapsedTime(started), Environment.WorkingSet, _parts.Readers.Taps)) FilePages.HandBack();
                if (_configurationUntold && _parts.Journal.OutOfService is null) await TellConfigurationAsync();
                if (_parts.Time.GetElapsedTime(pruned) < PruneEvery) continue;
                pruned = _parts.Time.GetTimestamp();
                await PruneAsync();
            }
            while (await timer.WaitForNextTickAsync(cancellation));
        }
        catch (OperationCanceledException)
        {
            // Told to stop.
        }
    }

    /// <summary>Old entries go only while the time is known: a wrong clock must not empty the journal.</summary>
    private async Task PruneAsync()
    {
        var now = _parts.Stamper.Now();
        if (now.Estimate is null) return;
        try
        {
            var gone = await _parts.Journal.PruneAsync(Stamper.InstantUs(now));
            if (gone > 0) LogPruned(_parts.Logger, gone);
        }
        catch (JournalOutOfServiceException e)
        {
            LogPruneFailed(_parts.Logger, e.Message);
        }
    }

    private void WriteStatus(bool linked, bool running)
    {
        var report = StatusReport.Of(_identity, _parts.Journal, _parts.Readers.Conditions, _readers, _parts.Readers.Ambiguous, linked, running).ToJson();
        try
        {
            try
            {
                AtomicFile.WriteVolatile(_parts.Directory.Status, report);
            }
            catch (IOException) when (File.Exists(_parts.Directory.Status))
            {
                // On a full disk status must not go on saying that all is well.
                AtomicFile.WriteOver(_parts.Directory.Status, report);
            }

            _statusProblem = null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            if (_statusProblem != e.Message) LogStatusFailed(_parts.Logger, _parts.Directory.Status, e.Message);
            _statusProblem = e.Message;
        }
    }

    private void OnJournalChanged()
    {
        var now = _parts.Journal.OutOfService is not null;
        if (now && !_outOfService)
            _parts.Feedback.Show(new Verdict(VerdictKind.OutOfService, "", Stamper.InstantUs(_parts.Stamper.Now()), _parts.Journal.Unsent));
        _outOfService = now;
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Started {Kiosk}, version {Version}: {Readers} readers, {Unsent} entries to send")]
    private static partial void LogStarted(ILogger logger, KioskIdentity kiosk, string version, int readers, ulong unsent);

    [LoggerMessage(Level = LogLevel.Information, Message = "Stopped in order; the journal ends at {Last}, {Unsent} entries to send")]
    private static partial void LogStopped(ILogger logger, ulong last, ulong unsent);

    [LoggerMessage(Level = LogLevel.Information, Message = "Configuration {Version} of the server is in force, {Readers} readers")]
    private static partial void LogConfigured(ILogger logger, ulong version, int readers);

    [LoggerMessage(Level = LogLevel.Error, Message = "Configuration {Version} of the server is not taken, the one before stays: {Problem}")]
    private static partial void LogConfigurationRefused(ILogger logger, ulong version, string problem);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Configuration {Version} is in force, but the journal could not take the word of it yet: {Why}")]
    private static partial void LogConfigurationUntold(ILogger logger, ulong version, string why);

    [LoggerMessage(Level = LogLevel.Information, Message = "The certificate was renewed; it ends {End}")]
    private static partial void LogRenewed(ILogger logger, DateTime end);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The certificate could not be renewed: {Why}. The one in use ends {End}")]
    private static partial void LogRenewalFailed(ILogger logger, string why, DateTime end);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The server retired this kiosk: {Reason}")]
    private static partial void LogRetired(ILogger logger, string reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Count} acknowledged entries past their keeping time were deleted")]
    private static partial void LogPruned(ILogger logger, int count);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Old entries were not deleted: {Why}")]
    private static partial void LogPruneFailed(ILogger logger, string why);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Path} could not be written, so the status command will be out of date: {Why}")]
    private static partial void LogStatusFailed(ILogger logger, string path, string why);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The link to the server does not end and is left; everything is kept here and is sent after the next start")]
    private static partial void LogLinkLeft(ILogger logger);

    [LoggerMessage(Level = LogLevel.Error, Message = "The stop could not be journalled: {Why}")]
    private static partial void LogStopNotKept(ILogger logger, string why);
}

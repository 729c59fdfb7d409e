using System.Collections.Concurrent;
using KyCuong.Kiosk.Agent;
using KyCuong.Kiosk.Arrivals;
using KyCuong.Kiosk.Clock;
using KyCuong.Kiosk.Configuration;
using KyCuong.Kiosk.Enrolment;
using KyCuong.Kiosk.Feedback;
using KyCuong.Kiosk.Files;
using KyCuong.Kiosk.Identity;
using KyCuong.Kiosk.Journal;
using KyCuong.Kiosk.Link;
using KyCuong.Kiosk.Roster;
using KyCuong.Kiosk.Screen;
using KyCuong.Kiosk.Taps;
using KyCuong.Kiosk.Transports;
using KyCuong.Protos.Enrolment;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace KyCuong.Kiosk.Tests.Support;

/// <summary>Remembers what the officer was told.</summary>
internal sealed class RecordedFeedback : IFeedback
{
    public ConcurrentQueue<Verdict> Verdicts { get; } = [];

    public void Show(Verdict verdict) => Verdicts.Enqueue(verdict);
}

/// <summary>Remembers what was logged.</summary>
internal sealed class RecordedLog<T> : ILogger<T>
{
    public ConcurrentQueue<string> Lines { get; } = [];

    public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        Lines.Enqueue($"{logLevel}: {formatter(state, exception)}");
}

/// <summary>The kiosk's real parts over real files, enrolled at a fake server, as the composition root puts them together.</summary>
internal sealed class KioskRig : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly RosterCache _roster;
    private readonly ReaderHost _readers;
    private readonly KioskAgent _agent;
    private Task _running = Task.CompletedTask;

    private KioskRig(DataDirectory directory, KioskOptions options)
    {
        Directory = directory;
        var identities = new IdentityStore(directory);
        var identity = identities.Load()!;
        Journal = KioskJournal.Open(new JournalOptions { Path = directory.Journal, MaxBytes = options.Limits.JournalBytes }, identity.KioskId, Commands.KioskCommands.NewEpoch, RealClock.Boot, NullLogger<KioskJournal>.Instance);
        _roster = new RosterCache(RosterStore.Open(directory.Roster), new PhotoStore(directory, NullLogger<PhotoStore>.Instance));
        var lines = new StatusLines(Output);
        Stamper = new Stamper(RealClock.Boot);
        var keyring = new BadgeKeyring(identity.BadgeKeys);
        Gates = new GateBook(directory.Gates);
        Gates.RecallAsync(Journal.Current, directory.Journal, _roster.Current, Stamper.Now(), NullLogger.Instance).GetAwaiter().GetResult();
        var taps = new TapParts(Journal, Stamper, keyring, _roster, Gates, Pressed, new AmbiguousReads(NullLogger<AmbiguousReads>.Instance), Feedback, lines, options.Limits.TapsPerReaderMinute);
        _readers = new ReaderHost(taps, lines, RealClock.Boot, NullLogger<ReaderLoop>.Instance);
        var staffCodeLink = new StaffCodeLink(RealClock.Boot);
        StaffCodes = new StaffCodeEntry(taps, staffCodeLink);
        _agent = new KioskAgent(new AgentParts(
            directory, options, identity, identities, new ServerConfigurationFile(directory), Journal, Stamper, keyring, _readers, StaffCodes, Feedback,
            _ => { }, lines, RealClock.Boot, NullLogger<KioskAgent>.Instance));
        Counts = new MonthCounts(() => _agent.Gate.ShowsMonthCount, RealClock.Boot);
        var parts = new LinkParts(Journal, directory.Journal, Stamper, _roster, Gates, Counts, _agent, staffCodeLink, new ServerHeads(directory.ServerHeads, NullLogger<ServerHeads>.Instance), () => _agent.Identity.Certificate, lines, options.Limits, "test", RealClock.Boot, Log);
        Link = new LinkLoop(parts, () =>
        {
            var finding = new HandshakeFinding();
            return new ServerConnection(ServerChannel.ToServer(_agent.Identity, options.Limits.Connect, finding), () => finding.Problem);
        }, new Random(1));
    }

    public DataDirectory Directory { get; }
    public KioskJournal Journal { get; }
    public Stamper Stamper { get; }
    public GateBook Gates { get; }
    public MonthCounts Counts { get; }
    public LinkLoop Link { get; }
    public StaffCodeEntry StaffCodes { get; }
    public KioskAgent Agent => _agent;
    public IReadOnlyList<ReaderCondition> Conditions => _readers.Conditions;
    public PhotoStore Photos => _roster.Photos;
    public RosterBook Roster => _roster.Current;
    public PressedDirection Pressed { get; } = new(() => RealClock.Boot.BootTimeUs);
    public RecordedFeedback Feedback { get; } = new();
    public RecordedLog<LinkLoop> Log { get; } = new();
    public StringWriter Output { get; } = new();

    /// <summary>Quick retries, so that tests do not wait; everything else as delivered.</summary>
    public static KioskOptions Options(params ReaderSettings[] readers) => new(readers, new KioskLimits
    {
        RetryFirst = TimeSpan.FromMilliseconds(100),
        RetryLongest = TimeSpan.FromMilliseconds(200),
        RetryRefused = TimeSpan.FromMilliseconds(200),
    }, new ScreenOptions { Port = 0 }, []);

    public static async Task EnrolAsync(FakeServer server, DataDirectory directory)
    {
        var code = EnrolmentCode.Create(server.State.Secret, server.Authority.Certificate.RawData);
        new IdentityStore(directory).Create(await Enroller.EnrolAsync(server.Address, code, "test", "test", RealClock.Wall, CancellationToken.None));
    }

    public static KioskRig Start(DataDirectory directory, KioskOptions? options = null)
    {
        var rig = new KioskRig(directory, options ?? Options());
        rig._running = rig._agent.RunAsync(rig.Link, rig._stop.Token);
        return rig;
    }

    public async Task<IReadOnlyList<StoredEntry>> TapAsync(int count) =>
        await Task.WhenAll(Enumerable.Range(0, count).Select(i => Journal.AppendAsync(Stamper.Now(), Entries.Tap(i))));

    public Task AllAckedAsync() => RealClock.UntilAsync(() => Journal.Unsent == 0, "everything is acknowledged");

    public async Task StopAsync()
    {
        await _stop.CancelAsync();
        await _running;
    }

    public Task EndedAsync() => _running.WaitAsync(RealClock.Patience, RealClock.Wall);

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        await _readers.DisposeAsync();
        await Journal.DisposeAsync();
        _agent.Dispose();
        _roster.Dispose();
        _stop.Dispose();
    }
}

using System.Globalization;
using System.Runtime.InteropServices;
using KyCuong.Kiosk;
using KyCuong.Kiosk.Agent;
using KyCuong.Kiosk.Arrivals;
using KyCuong.Kiosk.Capture;
using KyCuong.Kiosk.Clock;
using KyCuong.Kiosk.Commands;
using KyCuong.Kiosk.Configuration;
using KyCuong.Kiosk.Devices;
using KyCuong.Kiosk.Enrolment;
using KyCuong.Kiosk.Feedback;
using KyCuong.Kiosk.Files;
using KyCuong.Kiosk.Identity;
using KyCuong.Kiosk.Journal;
using KyCuong.Kiosk.Link;
using KyCuong.Kiosk.Native;
using KyCuong.Kiosk.Resources;
using KyCuong.Kiosk.Roster;
using KyCuong.Kiosk.Screen;
using KyCuong.Kiosk.Taps;
using KyCuong.Kiosk.Transports;
using KyCuong.Protos.V1;
using Microsoft.Extensions.Logging;
using Serilog;
using Serilog.Events;
using Serilog.Extensions.Logging;

#pragma warning disable RS0030 // The composition root chooses the clock and the source of chance.
var wallClock = TimeProvider.System;
var random = new Random();
#pragma warning restore RS0030
NativeHeap.KeepSmall();
Console.OutputEncoding = System.Text.Encoding.UTF8;

using var stop = new CancellationTokenSource();
var ended = new TaskCompletionSource();
using var terminated = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
using var interrupted = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
// Windows: the console's window is closed, Ctrl+Break. It ends the process as soon as the handler of a close or shutdown returns.
using var closed = OperatingSystem.IsWindows() ? PosixSignalRegistration.Create(PosixSignal.SIGHUP, Stop) : null;
using var broken = OperatingSystem.IsWindows() ? PosixSignalRegistration.Create(PosixSignal.SIGQUIT, Stop) : null;
try
{
    return await CommandLine.InvokeAsync(args, new KioskCommands(RunAsync, wallClock, Console.Out), Console.Out, Console.Error, stop.Token);
}
finally
{
    ended.SetResult();
}

void Stop(PosixSignalContext signal)
{
    signal.Cancel = true;
    stop.Cancel();
    if (OperatingSystem.IsWindows() && signal.Signal is PosixSignal.SIGTERM or PosixSignal.SIGHUP) ended.Task.Wait(TimeSpan.FromSeconds(4));
}

// The kiosk, part by part; disposed in the opposite order.
async Task<int> RunAsync(DataDirectory directory, KioskOptions options, RunSwitches switches, CancellationToken stopping)
{
    if (!OperatingSystem.IsWindows()) Libc.KeepPrivate();
    using var only = DirectoryLock.Take(directory);
    var identities = new IdentityStore(directory);
    var identity = identities.Load() ?? throw KioskCommands.NotEnrolled(directory);
    if (identity.Retired is { } reason) throw new KioskException(CommandText.WasRetired(reason));
    var zone = AgencyZone.Find(identity.TimeZone) ?? throw new KioskException(CommandText.NoTimeZone(identity.TimeZone));

    await using var serilog = Logging(directory);
    using var loggers = new SerilogLoggerFactory(serilog);
    var clock = BootTimeProvider.OfThisBoot(wallClock);
    var journalOptions = new JournalOptions { Path = directory.Journal, MaxBytes = options.Limits.JournalBytes, ScanAfter = TimeSpan.FromSeconds(5) };
    await using var journal = KioskJournal.Open(journalOptions, identity.KioskId, KioskCommands.NewEpoch, clock, loggers.CreateLogger<KioskJournal>());
    using var roster = new RosterCache(RosterStore.Open(directory.Roster), new PhotoStore(directory, loggers.CreateLogger<PhotoStore>()));
    KioskAgent? running = null;
    await using var console = new ConsoleFeedback(Console.Out, zone, () => Console.IsOutputRedirected && !switches.Names || (running?.Gate.Discreet ?? true));
    var lines = new StatusLines(switches.StatusLines ? Console.Out : null);
    var stamper = new Stamper(clock);
    var pressed = new PressedDirection(() => clock.BootTimeUs);
    var screenEvents = new ScreenEvents();
    await using var screen = new KioskScreen(screenEvents, stamper, roster.Photos, pressed, clock);
    await using var devices = new GateDevices(
        options.Devices, () => new DeviceRules(console.Zone, (running?.Identity ?? identity).KioskName, running?.Gate.Discreet ?? true, options.Screen.Show), clock, loggers);
    // The console, which nobody at the gate looks at, comes after what they do.
    var feedback = new FeedbackGroup(screen, devices, console);
    var keyring = new BadgeKeyring(identity.BadgeKeys);
    var gates = new GateBook(directory.Gates);
    var recalling = gates.RecallAsync(journal.Current, directory.Journal, roster.Current, stamper.Now(), loggers.CreateLogger<GateBook>());
    var taps = new TapParts(journal, stamper, keyring, roster, gates, pressed, new AmbiguousReads(loggers.CreateLogger<AmbiguousReads>()), feedback, lines, options.Limits.TapsPerReaderMinute);
    using var captures = switches.Capture is { } capture ? new CaptureFiles(capture, clock, loggers.CreateLogger<CaptureFiles>()) : null;
    await using var readers = new ReaderHost(taps, lines, clock, loggers.CreateLogger<ReaderLoop>(), captures is null ? null : captures.Wrap);
    var staffCodeLink = new StaffCodeLink(clock);
    var staffCodes = new StaffCodeEntry(taps, staffCodeLink);
    using var agent = new KioskAgent(new AgentParts(
        directory, options, identity, identities, new ServerConfigurationFile(directory), journal, stamper, keyring, readers, staffCodes, feedback,
        changed => console.Zone = changed, lines, clock, loggers.CreateLogger<KioskAgent>()));
    running = agent;
    var counts = new MonthCounts(() => agent.Gate.ShowsMonthCount, clock);
    var linkParts = new LinkParts(
        journal, directory.Journal, stamper, roster, gates, counts, agent, staffCodeLink, new ServerHeads(directory.ServerHeads, loggers.CreateLogger<ServerHeads>()), () => agent.Identity.Certificate, lines, options.Limits,
        KioskVersion.Text, clock, loggers.CreateLogger<LinkLoop>());
    var link = new LinkLoop(linkParts, () => Connect(agent.Identity, options.Limits.Connect), random);

    await using var page = new ScreenServer(options.Screen.Port, screenEvents, screen, () => screen.NowMs, clock, loggers.CreateLogger<ScreenServer>());
    screen.Start(new ScreenSources(
        () => new Standing(
            agent.Identity, link.IsLinked, journal.UnsentTaps, journal.OutOfService, stamper.Now().Estimate is not null, readers.Conditions,
            agent.Hours.Today(Stamper.InstantUs(stamper.Now()), console.Zone),
            agent.Gate.DirectionButtons && agent.Readers.Any(reader => reader.Direction == Direction.Unspecified), staffCodes.Allowed, pressed.Current),
        () => new PanelRules(console.Zone, agent.Gate.Discreet, agent.Gate.Speak, options.Screen.Show), staffCodes, counts));
    if (options.Screen.Port != 0) page.Start();

    try
    {
        await agent.RunAsync(link, stopping);
    }
    finally
    {
        await recalling;
    }

    await console.DisposeAsync();
    Console.Out.WriteLine(Text.Summary(readers.Taps, journal.Unsent));
    lines.Stopped();
    return 0;
}

static ServerConnection Connect(KioskIdentity identity, TimeSpan timeout)
{
    var finding = new HandshakeFinding();
    return new ServerConnection(ServerChannel.ToServer(identity, timeout, finding), () => finding.Problem);
}

// Logs go to standard error, so that standard output is what the officer sees.
static Serilog.Core.Logger Logging(DataDirectory directory)
{
    const long FileBytes = 16 * 1024 * 1024;
    var console = new LogLines("[{Timestamp:HH:mm:ss} {Level:u3}] {Message:lj}");
    var file = new LogLines("{Timestamp:yyyy-MM-dd HH:mm:ss.fff zzz} [{Level:u3}] {Message:lj}");
    AtomicFile.CreateDirectory(directory.Logs);
    return new LoggerConfiguration()
        .MinimumLevel.Information()
        .WriteTo.Console(console, standardErrorFromLevel: LogEventLevel.Verbose)
        .WriteTo.File(file, Path.Combine(directory.Logs, "kiosk-.log"), rollingInterval: RollingInterval.Day, retainedFileCountLimit: 31,
            fileSizeLimitBytes: FileBytes, rollOnFileSizeLimit: true)
        .CreateLogger();
}

using System.Security.Cryptography;
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
using KyCuong.Protos;
using KyCuong.Protos.Badges;
using KyCuong.Protos.Enrolment;
using KyCuong.Protos.Journal;
using KyCuong.Protos.V1;
using KyCuong.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace KyCuong.Network;

/// <summary>The kiosk's own journal and link on a line of its own, without readers, page and process: taps as fast as they are wanted.</summary>
internal sealed class LinkedKiosk : IKioskControl, IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly string _file;
    private readonly RosterCache _roster;
    private readonly LinkLoop _link;
    private readonly Stamper _stamper;
    private readonly uint _number;
    private readonly Task _running;
    private int _taps;
    private int _disposed;

    private LinkedKiosk(DataDirectory directory, KioskIdentity identity, FaultyLine line, uint number, KioskLimits limits, TimeProvider time)
    {
        var clock = BootTimeProvider.OfThisBoot(time);
        (_file, _number, Line) = (directory.Journal, number, line);
        _stamper = new Stamper(clock);
        Journal = KioskJournal.Open(
            new JournalOptions { Path = _file }, identity.KioskId, () => BitConverter.ToUInt128(RandomNumberGenerator.GetBytes(16)), clock, NullLogger<KioskJournal>.Instance);
        _roster = new RosterCache(RosterStore.Open(directory.Roster), new PhotoStore(directory, NullLogger<PhotoStore>.Instance));
        var parts = new LinkParts(
            Journal, _file, _stamper, _roster, new GateBook(directory.Gates), new MonthCounts(() => false, clock), this, new StaffCodeLink(clock),
            new ServerHeads(directory.ServerHeads, NullLogger<ServerHeads>.Instance), () => identity.Certificate, new StatusLines(null), limits, "0.1", clock, NullLogger<LinkLoop>.Instance);
        _link = new LinkLoop(parts, () =>
        {
            var finding = new HandshakeFinding();
            return new ServerConnection(ServerChannel.ToServer(identity, limits.Connect, finding), () => finding.Problem);
        }, new Random((int)number));
        _running = Task.Run(() => _link.RunAsync(_stop.Token));
    }

    /// <summary>Its way to the server.</summary>
    public FaultyLine Line { get; }

    /// <summary>Its journal.</summary>
    public KioskJournal Journal { get; }

    /// <summary>The journal's file.</summary>
    public string File => _file;

    /// <summary>Sequences whose commit was waited for: what an officer would have been shown.</summary>
    public List<long> Shown { get; } = [];

    /// <summary>True from the server's welcome until the stream's end.</summary>
    public bool IsLinked => _link.IsLinked;

    /// <inheritdoc/>
    public ulong ConfigurationVersion => 0;

    /// <inheritdoc/>
    public long? OldestPendingUs => null;

    /// <summary>Declares, enrols and starts one.</summary>
    /// <param name="site">Where.</param>
    /// <param name="number">Its number there, from 1; its taps are of badges of its own.</param>
    /// <param name="time">The clock.</param>
    /// <param name="limits">As delivered; null: without a wait between two attempts.</param>
    public static async Task<LinkedKiosk> StartAsync(Site site, uint number, TimeProvider time, KioskLimits? limits = null)
    {
        var name = $"CONG-{number}";
        if (!EnrolmentCode.TryParse(await site.InviteAsync(name), out var code)) throw new InvalidOperationException("kiosk add gave no code");
        var line = new FaultyLine(site.Port, time);
        using var patience = new CancellationTokenSource(Site.Patience, time);
        var identity = await Enroller.EnrolAsync(new Uri(line.Address), code, "test", "0.1", time, patience.Token);
        return new LinkedKiosk(DataDirectory.Open(site.Folder(name)), identity, line, number, limits ?? new KioskLimits { RetryFirst = RetrySchedule.Least, RetryLongest = RetrySchedule.Least }, time);
    }

    /// <summary>So many taps, each of a badge of its own, waited for.</summary>
    public async Task TapAsync(int count)
    {
        var entries = await Task.WhenAll(Enumerable.Range(0, count).Select(_ => Journal.AppendAsync(_stamper.Now(), Tap())));
        Shown.AddRange(entries.Select(entry => (long)entry.Entry.Sequence));
    }

    /// <summary>One tap; its sequence.</summary>
    public async Task<ulong> TapAsync()
    {
        var entry = await Journal.AppendAsync(_stamper.Now(), Tap());
        Shown.Add((long)entry.Entry.Sequence);
        return entry.Entry.Sequence;
    }

    /// <summary>The line breaks, and nothing is accepted until its state is set anew.</summary>
    public void Part()
    {
        Line.State = LineState.Sound with { Refuses = true };
        Line.Cut(LineEnd.Reset);
    }

    /// <inheritdoc/>
    public Task ConfigureAsync(Configuration configuration) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task RenewAsync(bool force, CancellationToken cancellation) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task RetireAsync(string reason) => Task.CompletedTask;

    /// <inheritdoc/>
    public Health Health() => new();

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0) return;
        await _stop.CancelAsync();
        await _running;
        await Journal.DisposeAsync();
        _roster.Dispose();
        await Line.DisposeAsync();
        _stop.Dispose();
    }

    private TapEntry Tap() => new(
        "r1", new EquatableList<BadgeKey>(new BadgeKey(CredentialLevel.Em, 1, ((UInt128)_number << 64) + (UInt128)Interlocked.Increment(ref _taps))),
        Technology.Em4100, 12, Direction.In, DirectionSource.Reader);
}

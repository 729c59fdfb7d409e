using System.Security.Cryptography.X509Certificates;
using KyCuong.Kiosk;
using KyCuong.Kiosk.Arrivals;
using KyCuong.Kiosk.Clock;
using KyCuong.Kiosk.Configuration;
using KyCuong.Kiosk.Feedback;
using KyCuong.Kiosk.Files;
using KyCuong.Kiosk.Identity;
using KyCuong.Kiosk.Journal;
using KyCuong.Kiosk.Link;
using KyCuong.Kiosk.Roster;
using KyCuong.Kiosk.Taps;
using KyCuong.Protos;
using KyCuong.Protos.Journal;
using KyCuong.Protos.V1;
using KyCuong.Simulation.Disk;
using KyCuong.Simulation.Line;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace KyCuong.Simulation.Site;

/// <summary>The machine at a gate: its disk, its clocks, its line to the server, its readers, and the kiosk's own parts on it.</summary>
internal sealed class KioskMachine
{
    private static readonly TimeSpan SupervisorWaits = TimeSpan.FromSeconds(2);

    private readonly World _world;
    private readonly Ledger _ledger;
    private readonly ServerMachine _server;
    private readonly string _root;
    private readonly double _driftPpm;
    private readonly int _commitsPerCheckpoint;
    private readonly X509Certificate2 _certificate;
    private readonly List<LineStream> _streams = [];
    private readonly List<MadeTap> _made = [];

    /// <summary>Calls under way to a server that cannot be reached: they get through when the line comes back, if they still want to.</summary>
    private readonly List<LineStream> _reaching = [];
    private int _generation;
    private SimDisk _disk;
    private MachineClock _clock;
    private Life? _life;
    private SimProcess? _process;
    private bool _stopping;
    private bool _on;

    public KioskMachine(World world, Ledger ledger, ServerMachine server, Agency agency, string root, int gate, string name)
    {
        (_world, _ledger, _server, _root, Gate, Name) = (world, ledger, server, root, gate, name);
        (KioskId, _certificate) = (agency.Kiosks[gate - 1], agency.Certificates[gate - 1]);
        // Less than the contract allows an oscillator to be off.
        _driftPpm = (world.Chance.NextDouble() * 2 - 1) * (ContractLimits.ClockDriftPpm - 10);
        _commitsPerCheckpoint = world.Chance.Next(3, 60);
        _disk = new SimDisk(world, NewFolder());
        _clock = NewClock();
    }

    /// <summary>Its identity at the server.</summary>
    public ulong KioskId { get; }

    /// <summary>Which gate, from 1.</summary>
    public int Gate { get; }

    /// <summary>In the trace.</summary>
    public string Name { get; }

    /// <summary>Its way to the server.</summary>
    public LineState Line { get; private set; } = LineState.Sound;

    /// <summary>Its disk.</summary>
    public SimDisk Disk => _disk;

    /// <summary>True while its program runs.</summary>
    public bool IsUp => _life is not null;

    /// <summary>Its journal while it runs.</summary>
    public KioskJournal? Journal => _life?.Journal;

    /// <summary>True when the server has everything.</summary>
    public bool IsDrained => _life is { } life && life.Ready && life.Journal.OutOfService is null && life.Journal.Unsent == 0
        && life.Journal.Mending.IsCompleted && life.Journal.ToSend.Number == life.Journal.Current.Number;

    /// <summary>Its readers while it runs.</summary>
    public IReadOnlyList<GateReader> Readers => _life?.Readers ?? [];

    /// <summary>Wall clock minus true time, µs.</summary>
    public void SetWallClock(long errorUs)
    {
        _world.Trace($"{Name} wall clock {errorUs}");
        _clock.WallErrorUs = errorUs;
    }

    /// <summary>Its line changes.</summary>
    public void SetLine(LineState line)
    {
        _world.Trace($"{Name} line up={line.Up} swallows={line.Swallows}");
        var cut = Line.Up && !line.Up;
        Line = line;
        if (line is { Up: true, Swallows: false })
        {
            foreach (var stream in _reaching) Reach(stream, _world.Between(TimeSpan.FromMilliseconds(100), TimeSpan.FromSeconds(2)));
            _reaching.Clear();
        }

        if (!cut) return;
        foreach (var stream in _streams.ToArray()) stream.Cut();
        _streams.Clear();
    }

    /// <summary>The machine is switched on: another boot.</summary>
    public void PowerOn()
    {
        if (_on) return;
        _on = true;
        _clock = NewClock();
        StartProcess();
    }

    /// <summary>The power goes, or the process is killed; it comes back after a time.</summary>
    public void Die(bool powerCut, TimeSpan away)
    {
        if (_disk.Dead) return;
        _world.Trace($"{Name} {(powerCut ? "power cut" : "killed")}");
        EndProcess();
        if (powerCut) _on = false;
        var streams = _streams.ToArray();
        _streams.Clear();
        _reaching.Clear();
        foreach (var stream in streams)
            if (!powerCut || _world.OneIn(2)) _world.After(TimeSpan.FromMilliseconds(1 + _world.Chance.Next(20)), stream.LoseAtServer);
        Replace(powerCut);
        if (powerCut) _world.After(away, PowerOn);
        else _world.After(away, StartProcess);
    }

    /// <summary>The program is stopped in order, and the machine switched off unless it is only started anew.</summary>
    public async Task StopAsync(bool off)
    {
        if (_life is not { } life || _stopping) return;
        _world.Trace($"{Name} stops");
        _stopping = true;
        var disk = _disk;
        await life.StopAsync();
        if (disk.Dead) return;
        EndProcess();
        if (off) _on = false;
        Replace(powerCut: false);
    }

    /// <summary>The program is started, if the machine is on.</summary>
    public void StartProcess()
    {
        if (!_on || _process is not null) return;
        var disk = _disk;
        disk.PowerGoes = () => Die(powerCut: true, _world.Between(TimeSpan.FromSeconds(5), TimeSpan.FromMinutes(3)));
        var process = _process = new SimProcess();
        try
        {
            var life = new Life(this, process);
            if (disk.Dead) return;
            _life = life;
            _world.Trace($"{Name} up, {life.Journal.Current.Last} entries of epoch {life.Journal.Current.Number}, {life.Journal.Unsent} unsent");
            _world.Own(WatchAsync(life));
        }
        catch (Exception e) when (e is KioskException or SqliteException or IOException)
        {
            if (disk.Dead) return;
            _world.Trace($"{Name} does not start: {e.GetType().Name} {e.InnerException?.GetType().Name}");
            Die(powerCut: false, SupervisorWaits);
        }
    }

    /// <summary>An image of its disk is taken, as it is.</summary>
    public DiskImage TakeImage()
    {
        var folder = Path.Combine(_root, $"{Name}-image-{_generation++}");
        _disk.CopyTo(folder);
        _world.Trace($"{Name} image taken");
        return new DiskImage(folder, _world.NowUs);
    }

    /// <summary>Its disk is replaced by one made from an image, its own or another's; what was on it is gone.</summary>
    public void PutBack(DiskImage image, TimeSpan away)
    {
        _world.Trace($"{Name} disk put back");
        foreach (var tap in _made)
            if (tap.TrueUs >= image.TakenUs) tap.PutBack = true;
        Die(powerCut: true, away);
        DiskVfs.Detach(_disk);
        Directory.Delete(_disk.Folder, recursive: true);
        _disk = new SimDisk(_world, NewFolder());
        foreach (var file in Directory.EnumerateFiles(image.Folder, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
        {
            var place = Path.Combine(_disk.Folder, Path.GetRelativePath(image.Folder, file));
            Directory.CreateDirectory(Path.GetDirectoryName(place)!, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            File.Copy(file, place);
        }
    }

    /// <summary>The machine goes off, and its disk loses a few bytes of the journal meanwhile.</summary>
    public void Spoil(TimeSpan away)
    {
        Die(powerCut: _world.OneIn(2), away);
        foreach (var (id, stored) in DiskDamage.Do(_world, Path.Combine(_disk.Folder, "journal.db")))
        {
            _ledger.Destroyed.Add((id.Epoch, stored.Entry.Sequence));
            if (stored.Entry.Body is TapEntry tap && _ledger.Taps.TryGetValue(new TapKey(id.KioskId, stored.Entry.Stamp.BootId, stored.Entry.Stamp.BootTimeUs, tap.Reader), out var made))
                (made.Destroyed, made.WouldBeUs) = (true, stored.Entry.Stamp.Estimate is { } estimate ? stored.Entry.Stamp.BootTimeUs + estimate.ServerMinusBootUs : null);
            _world.Trace($"{Name} entry {stored.Entry.Sequence} destroyed");
        }
    }

    /// <summary>Somebody holds a badge to a reader.</summary>
    public void Tap(int reader, int badge)
    {
        if (_life is not { } life || !life.Ready || _stopping) return;
        var at = life.Readers[reader % life.Readers.Count];
        if (at.IsPulled || at.StillHas(badge)) return;
        var tap = new MadeTap(new TapKey(KioskId, _clock.BootId, _clock.BootTimeUs, at.Id), _world.NowUs, badge);
        if (!_ledger.Taps.TryAdd(tap.Key, tap)) return;
        _made.Add(tap);
        _world.Trace($"{Name} tap of {badge} at {at.Id}");
        if (!at.Hold(tap)) _world.Wrong($"{Name}: a badge held to {at.Id} did not become a tap");
    }

    /// <summary>A reader is unplugged for a while.</summary>
    public void PullReader(int reader, TimeSpan away)
    {
        if (_life is not { } life || !life.Ready || _stopping) return;
        var at = life.Readers[reader % life.Readers.Count];
        _world.Trace($"{Name} {at.Id} pulled");
        at.Pull();
        _world.After(away, () =>
        {
            if (_life == life && !_stopping) at.Put();
        });
    }

    private void EndProcess()
    {
        _disk.Dead = true;
        if (_process is { } process) process.Dead = true;
        (_life, _process, _stopping) = (null, null, false);
    }

    private void Replace(bool powerCut)
    {
        var old = _disk;
        _disk = old.Next(NewFolder(), powerCut);
        _disk.Trouble = old.Trouble;
        DiskVfs.Detach(old);
        Directory.Delete(old.Folder, recursive: true);
    }

    private MachineClock NewClock() => new(_world, NextUInt128(), _driftPpm) { WallErrorUs = _world.OneIn(6) ? -_world.NowUs : _world.Chance.NextInt64(-5_000_000, 5_000_000) };

    private UInt128 NextUInt128() => new((ulong)_world.Chance.NextInt64(), (ulong)_world.Chance.NextInt64(1, long.MaxValue));

    private string NewFolder() => Directory.CreateDirectory(Path.Combine(_root, $"{Name}-{_generation++}")).FullName;

    /// <summary>Nothing but a disk that fails ends a kiosk's program.</summary>
    private async Task WatchAsync(Life life)
    {
        try
        {
            await life.RunAsync();
        }
        catch (JournalOutOfServiceException) when (life.Process.Dead || !life.Ready)
        {
            // The boot entry could not be kept: the program ends and is started again.
            if (_life == life) Die(powerCut: false, SupervisorWaits);
        }
        catch (Exception e) when (!life.Process.Dead)
        {
            _world.Wrong($"{Name} ended by itself: {e}");
        }
        catch (Exception)
        {
            // Of a dead process.
        }
    }

    private LineStream Open(Life life)
    {
        var epoch = life.Journal.ToSend.Id.Epoch;
        var stream = new LineStream(_world, Name, life.Process, () => Line)
        {
            Leaves = message => _server.Leaves(message, KioskId, epoch),
            Reaches = message => Remember(message, epoch),
        };
        if (Line is { Up: true, Swallows: false }) Reach(stream, Line.Delay * 3);
        else if (!Line.Up && _world.OneIn(4)) _world.After(TimeSpan.FromMilliseconds(1), () => stream.LoseAtClient(Grpc.Core.StatusCode.Unavailable, "No route to host."));
        else _reaching.Add(stream);
        return stream;
    }

    private void Reach(LineStream stream, TimeSpan takes)
    {
        _streams.RemoveAll(old => old.IsOver);
        _streams.Add(stream);
        _world.After(takes, () =>
        {
            if (!stream.IsOver) _server.Call(stream, KioskId, Gate);
        });
    }

    private void Remember(KioskMessage message, UInt128 epoch)
    {
        if (message.Journal is not { Entries.Count: > 0 } batch) return;
        if (batch.Entries[0].Sequence > 1 && Digest.TryFromBytes(batch.PreviousHash.Span, out var previous)) _ledger.Reached(KioskId, epoch, batch.Entries[0].Sequence - 1, previous);
        foreach (var entry in batch.Entries)
            if (EntryWire.TryFromMessage(entry, out var read, out var hash, out _)) _ledger.Reached(KioskId, epoch, read.Sequence, hash);
    }

    /// <summary>One process: the kiosk's own parts, as its composition root puts them together, without page, devices and enrolment.</summary>
#pragma warning disable CA1001 // StopAsync disposes of what it has; a process that is killed disposes of nothing.
    private sealed class Life : IKioskControl, IFeedback
#pragma warning restore CA1001
    {
        private const string Version = "simulated";
        private readonly KioskMachine _machine;
        private readonly CancellationTokenSource _stop = new();
        private readonly RosterCache _roster;
        private readonly Stamper _stamper;
        private readonly LinkLoop _link;
        private readonly ProcessClock _time;
        private readonly TapParts _taps;
        private Task _linking = Task.CompletedTask;

        public Life(KioskMachine machine, SimProcess process)
        {
            (_machine, Process) = (machine, process);
            var world = machine._world;
            var directory = DataDirectory.Open(machine._disk.Folder);
            _time = new ProcessClock(world, process, machine._clock);
            _stamper = new Stamper(_time);
            var log = new TracedLog(world, machine.Name);
            Journal = KioskJournal.Open(
                new JournalOptions { Path = directory.Journal, CommitsPerCheckpoint = machine._commitsPerCheckpoint, RewriteLog = machine._disk.Rewrite }, machine.KioskId, machine.NextUInt128, _time, log.CreateLogger<KioskJournal>());
            _roster = new RosterCache(RosterStore.Open(directory.Roster), new PhotoStore(directory, NullLogger<PhotoStore>.Instance));
            var lines = new StatusLines(null);
            var gates = new GateBook(directory.Gates);
            world.Own(gates.RecallAsync(Journal.Current, directory.Journal, _roster.Current, _stamper.Now(), log.CreateLogger<GateBook>()));
            _taps = new TapParts(
                Journal, _stamper, new BadgeKeyring([new BadgeKeySecret(1, Agency.BadgeKey)]), _roster, gates, new PressedDirection(() => _time.BootTimeUs),
                new AmbiguousReads(NullLogger<AmbiguousReads>.Instance), this, lines, new KioskLimits().TapsPerReaderMinute);
            // A call that waits for a line to come back waits long here: months of attempts that fail show little and take time.
            var limits = new KioskLimits { RetryLongest = TimeSpan.FromSeconds(20), Connect = TimeSpan.FromMinutes(10) };
            var parts = new LinkParts(
                Journal, directory.Journal, _stamper, _roster, gates, new MonthCounts(() => false, _time), this, new StaffCodeLink(_time),
                new ServerHeads(directory.ServerHeads, NullLogger<ServerHeads>.Instance), () => machine._certificate, lines, limits, Version, _time, log.CreateLogger<LinkLoop>());
            _link = new LinkLoop(parts, () => new ServerConnection(new StreamInvoker(() => machine.Open(this)), () => null), new Random(world.Chance.Next()));
        }

        public SimProcess Process { get; }

        public KioskJournal Journal { get; }

        /// <summary>True once its boot is in the journal and its readers run.</summary>
        public bool Ready { get; private set; }

        public IReadOnlyList<GateReader> Readers { get; private set; } = [];

        public ulong ConfigurationVersion { get; private set; }

        public long? OldestPendingUs => Readers.Min(reader => reader.OldestPendingUs);

        public async Task RunAsync()
        {
            await Journal.AppendAsync(_stamper.Now(), new BootEntry(Version, Journal.PreviousStop));
            Readers = [new GateReader("vao", Direction.In, _taps, _time), new GateReader("ra", Direction.Out, _taps, _time)];
            Ready = true;
            _linking = _link.RunAsync(_stop.Token);
            await _linking;
        }

        public async Task StopAsync()
        {
            foreach (var reader in Readers) await reader.StopAsync();
            try
            {
                await Journal.AppendAsync(_stamper.Now(), new StopEntry(StopReason.Requested));
            }
            catch (JournalOutOfServiceException)
            {
                // As the agent: the next start finds no stop entry.
            }

            if (_link.IsLinked) await Task.Delay(TimeSpan.FromSeconds(2), _time);
            await _stop.CancelAsync();
            await _linking;
            await Journal.DisposeAsync();
            _roster.Dispose();
        }

        public async Task ConfigureAsync(Configuration configuration)
        {
            if (configuration.Version == ConfigurationVersion) return;
            ConfigurationVersion = configuration.Version;
            try
            {
                await Journal.AppendAsync(_stamper.Now(), new ConfigurationAppliedEntry(configuration.Version, default));
            }
            catch (JournalEndedException)
            {
                // It stops.
            }
        }

        public Task RenewAsync(bool force, CancellationToken cancellation) => Task.CompletedTask;

        public Task RetireAsync(string reason)
        {
            _machine._world.Wrong($"{_machine.Name} was retired");
            return Task.CompletedTask;
        }

        public Health Health() => new() { UnsentEntries = Journal.Unsent };

        /// <summary>What the officer sees, held against what the disk has at this moment.</summary>
        public void Show(Verdict verdict)
        {
            if (Process.Dead) return;
            var world = _machine._world;
            if (Readers.FirstOrDefault(reader => reader.Id == verdict.Reader) is not { } reader || !reader.TryTell(out var tap))
            {
                world.Wrong($"{_machine.Name}: {verdict.Kind} was shown of no tap");
                return;
            }

            world.Trace($"{_machine.Name} shows {verdict.Kind}");
            if (tap is null) return;
            tap.Shown = verdict.Kind.SaysKept() ? Shown.Kept : Shown.Refused;
            if (tap.Shown == Shown.Kept && !_machine._disk.IsDurable("journal.db-wal"))
                world.Wrong($"{_machine.Name}: {verdict.Kind} was shown while a power cut would take what was written of the journal");
        }
    }
}

using Grpc.Core;
using KyCuong.Protos;
using KyCuong.Protos.V1;
using KyCuong.Server.Certificates;
using KyCuong.Server.Cli;
using KyCuong.Server.Features.Kiosks;
using KyCuong.Server.Ingest;
using KyCuong.Server.Pins;
using KyCuong.Server.Store;
using KyCuong.Simulation.Disk;
using KyCuong.Simulation.Line;
using Microsoft.AspNetCore.Http;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace KyCuong.Simulation.Site;

/// <summary>The server's machine: its disk and clock, and the server's own parts from the service of the stream down to the store, put together as its host does.</summary>
internal sealed class ServerMachine
{
    private static readonly TimeSpan SupervisorWaits = TimeSpan.FromSeconds(5);

    private readonly World _world;
    private readonly Ledger _ledger;
    private readonly Agency _agency;
    private readonly string _root;
    private readonly StoreOptions _options;
    private int _generation;
    private SimDisk _disk;
    private Life? _life;
    private SimProcess? _process;
    private bool _stopping;

    public ServerMachine(World world, Ledger ledger, Agency agency, string root)
    {
        (_world, _ledger, _agency, _root) = (world, ledger, agency, root);
        _options = new StoreOptions { CheckpointPages = world.Chance.Next(20, 400), WalBytes = 256 * 1024 };
        var begin = new SimDisk(world, agency.Folder);
        _disk = begin.Next(NewFolder(), powerCut: false);
        DiskVfs.Detach(begin);
    }

    /// <summary>True while it takes calls.</summary>
    public bool IsUp => _life is not null;

    /// <summary>Its disk.</summary>
    public SimDisk Disk => _disk;

    /// <summary>The store's file.</summary>
    public string StoreFile => Path.Combine(_disk.Folder, "store.db");

    /// <summary>Server clock minus true time, µs.</summary>
    public long ClockErrorUs { get; private set; }

    /// <summary>Somebody sets its clock.</summary>
    public void SetClock(long errorUs)
    {
        ClockErrorUs = errorUs;
        if (_life is { } life) life.Machine.WallErrorUs = errorUs;
        _ledger.ServerClock.Add((_world.NowUs, errorUs));
        _world.Trace($"server clock {errorUs}");
    }

    /// <summary>Starts it unless it runs; again and again until its disk lets it.</summary>
    public void Start()
    {
        if (_life is not null || _stopping) return;
        var disk = _disk;
        disk.PowerGoes = () => Die(powerCut: true, TimeSpan.FromSeconds(40));
        try
        {
            var life = new Life(_world, disk, _options, ClockErrorUs);
            if (disk.Dead) return;
            _life = life;
            _world.Trace("server up");
            _world.Own(WatchAsync(life));
        }
        catch (Exception e) when (e is CommandException or SqliteException or IOException or InvalidOperationException)
        {
            if (disk.Dead) return;
            _world.Trace($"server does not start: {e.GetType().Name}");
            Die(powerCut: false, SupervisorWaits);
        }
    }

    /// <summary>The process is killed, or the power goes; it comes back after a time.</summary>
    public void Die(bool powerCut, TimeSpan away)
    {
        if (_disk.Dead) return;
        _world.Trace(powerCut ? "server power cut" : "server killed");
        var life = _life;
        (_life, _stopping) = (null, false);
        var old = _disk;
        old.Dead = true;
        if (_process is { } process) process.Dead = true;
        if (life is not null)
        {
            life.Process.Dead = true;
            foreach (var stream in life.Streams)
            {
                // The system of a killed process says so; of a machine without power nobody does.
                if (powerCut && _world.OneIn(2)) continue;
                _world.After(TimeSpan.FromMilliseconds(1 + _world.Chance.Next(20)), () => stream.LoseAtClient(StatusCode.Unavailable, "The connection was reset."));
            }
        }

        Replace(old, powerCut);
        _world.After(away, Start);
    }

    /// <summary>It is stopped as a supervisor stops it.</summary>
    public async Task StopAsync()
    {
        if (_life is not { } life) return;
        _world.Trace("server stops");
        (_life, _process, _stopping) = (null, life.Process, true);
        var disk = _disk;
        await life.StopAsync();
        _stopping = false;
        if (disk.Dead) return;
        disk.Dead = true;
        Replace(disk, powerCut: false);
    }

    /// <summary>Somebody else writes, an import say, and has the writer for a while: what comes meanwhile waits.</summary>
    public async Task WriteAsync(TimeSpan time)
    {
        if (_life is not { } life) return;
        life.Writers++;
        try
        {
            await using var lease = await life.Store.LeaseAsync(CancellationToken.None);
            await life.WaitAsync(time);
        }
        catch (Exception e) when (e is InvalidOperationException or ObjectDisposedException or SqliteException)
        {
            // The store is broken or closing.
        }
        finally
        {
            life.Writers--;
        }
    }

    /// <summary>Makes a copy of the store, by the product's own way; null: it could not.</summary>
    public string? BackUp()
    {
        if (_life is not { } life) return null;
        var path = Path.Combine(_root, $"backup-{_generation}-{_world.NowUs}.db");
        try
        {
            life.Store.CopyTo(path);
            _world.Trace("server backed up");
            return path;
        }
        catch (Exception e) when (e is SqliteException or CommandException or IOException)
        {
            _world.Trace("server not backed up");
            return null;
        }
    }

    /// <summary>The machine is lost; another takes its place with the store of a backup.</summary>
    public void Restore(string backup, TimeSpan away)
    {
        if (_disk.Dead) return;
        Die(powerCut: false, away);
        _world.Trace("server restored from backup");
        File.Delete(StoreFile + "-wal");
        File.Copy(backup, StoreFile, overwrite: true);
        _disk.Replaced(StoreFile + "-wal");
        _disk.Replaced(StoreFile);
    }

    /// <summary>A kiosk's call reaches it.</summary>
    public void Call(LineStream stream, ulong kioskId, int gate)
    {
        if (_life is not { } life)
        {
            stream.LoseAtClient(StatusCode.Unavailable, "Connection refused.");
            return;
        }

        stream.Taken(life.Process);
        life.Streams.Add(stream);
        _world.Own(ServeAsync(life, stream, new KioskIdentity(_agency.Id, Agency.Code, (long)kioskId, Agency.GateName(gate), "00", long.MaxValue)));
    }

    /// <summary>Looks at what leaves: nothing is acknowledged that a power cut now would take.</summary>
    public void Leaves(ServerMessage message, ulong kioskId, UInt128 epoch)
    {
        var (sequence, word) = message.MessageCase switch
        {
            ServerMessage.MessageOneofCase.Ack => (message.Ack.Sequence, "acknowledged"),
            ServerMessage.MessageOneofCase.Welcome => (message.Welcome.HighWater, "said at welcome"),
            _ => (0UL, ""),
        };
        if (sequence == 0) return;
        if (!_disk.IsDurable("store.db-wal")) _world.Wrong($"kiosk {kioskId}: entry {sequence} was {word} while a power cut would take what was written of the store's log");
        var trouble = _disk.Trouble;
        _disk.Trouble = null;
        using (var reader = _life!.Store.OpenReader())
        {
            using var journal = reader.Prepare("SELECT high_water FROM journals WHERE kiosk_id = ?1 AND epoch = ?2").Bind(1, (long)kioskId).Bind(2, Bytes128.ToArray(epoch));
            var committed = journal.Step() ? (ulong)journal.Number(0) : 0;
            journal.Reset();
            if (committed < sequence) _world.Wrong($"kiosk {kioskId}: entry {sequence} was {word}, and only {committed} are committed");
        }

        _disk.Trouble = trouble;
    }

    private async Task ServeAsync(Life life, LineStream stream, KioskIdentity kiosk)
    {
        var context = new StreamContext(stream.ClientGone);
        context.UserState["__HttpContext"] = new DefaultHttpContext();
        kiosk.AttachTo(context);
        var status = Status.DefaultSuccess;
        try
        {
            await life.Service.Connect(stream.Requests, stream.Outgoing, context);
        }
        catch (RpcException e)
        {
            status = e.Status;
        }
        catch (Exception e) when (!life.Process.Dead)
        {
            _world.Wrong($"the service let an exception out: {e}");
        }
        catch (Exception)
        {
            // Of a dead process.
        }

        if (life.Process.Dead) return;
        life.Streams.Remove(stream);
        stream.Ended(status);
    }

    /// <summary>A store that is broken ends the process; the supervisor starts another.</summary>
    private async Task WatchAsync(Life life)
    {
        var why = await life.Store.Writer.Broken;
        if (life.Process.Dead || _life != life) return;
        _world.Trace($"store broken: {why.GetType().Name}");
        _world.After(TimeSpan.FromMilliseconds(100), () =>
        {
            if (_life == life) Die(powerCut: false, SupervisorWaits);
        });
    }

    private void Replace(SimDisk old, bool powerCut)
    {
        _disk = old.Next(NewFolder(), powerCut);
        _disk.Trouble = old.Trouble;
        DiskVfs.Detach(old);
        Directory.Delete(old.Folder, recursive: true);
    }

    private string NewFolder() => Path.Combine(_root, $"server-{_generation++}");

    /// <summary>One process.</summary>
#pragma warning disable CA1001 // StopAsync disposes of what it has; a process that is killed disposes of nothing.
    private sealed class Life : IHostApplicationLifetime
#pragma warning restore CA1001
    {
        private readonly CancellationTokenSource _stopping = new();
        private readonly TapIngest _ingest;
        private readonly ProcessClock _time;

        public Life(World world, SimDisk disk, StoreOptions options, long clockErrorUs)
        {
            Machine = new MachineClock(world, (UInt128)world.Chance.NextInt64(), 0) { WallErrorUs = clockErrorUs };
            var time = _time = new ProcessClock(world, Process, Machine);
            var log = new TracedLog(world, "server");
            Store = ServerStore.Open(DataDirectory.Open(disk.Folder), options with { RewriteLog = disk.Rewrite }, time, log);
            _ingest = new TapIngest(Store, new IngestOptions { KnownUntilInterval = TimeSpan.FromSeconds(30) }, time, log.CreateLogger<TapIngest>());
            var rosters = new RosterSource(Store, time);
            Service = new KioskLinkService(
                Store, _ingest, new KioskSessions(), rosters, new PresenceSource(Store, time),
                new KioskConfigurations(Store, new BadgeKeyRing(Store.Data.Folder("keys")), new HoursSource(time)),
                new StaffCodeChecks(Store, rosters, new PinGuard(time), log.CreateLogger<StaffCodeChecks>()),
                new LogWitness(Store, time, log.CreateLogger<LogWitness>()), new KioskHeads(Store, _ingest, time, log.CreateLogger<KioskHeads>()), this, time, log.CreateLogger<KioskLinkService>());
        }

        public SimProcess Process { get; } = new();

        public MachineClock Machine { get; }

        public ServerStore Store { get; }

        public KioskLinkService Service { get; }

        public List<LineStream> Streams { get; } = [];

        /// <summary>Commands that have the writer or wait for it.</summary>
        public int Writers { get; set; }

        public CancellationToken ApplicationStarted => CancellationToken.None;

        public CancellationToken ApplicationStopping => _stopping.Token;

        public CancellationToken ApplicationStopped => CancellationToken.None;

        public async Task StopAsync()
        {
            await _stopping.CancelAsync();
            // Streams and commands end by themselves, and the host waits for them: the store would wait for its writer on the one thread there is.
            while (Streams.Count > 0 || Writers > 0) await Task.Delay(TimeSpan.FromMilliseconds(10), _time);
            await _ingest.DisposeAsync();
            await Store.DisposeAsync();
            Process.Dead = true;
        }

        public Task WaitAsync(TimeSpan time) => Task.Delay(time, _time);

        public void StopApplication() => _stopping.Cancel();
    }
}

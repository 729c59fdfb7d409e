using KyCuong.Simulation.Disk;
using KyCuong.Simulation.Line;
using KyCuong.Simulation.Site;

namespace KyCuong.Simulation;

/// <summary>What happens in an agency: people who come and go, and everything that goes wrong. All of it by the world's chance.</summary>
internal sealed class Director
{
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);
    private static readonly TimeSpan Patience = TimeSpan.FromHours(2);

    private readonly World _world;
    private readonly ServerMachine _server;
    private readonly List<KioskMachine> _kiosks;
    private readonly int _days;
    private readonly int _troubleOneIn;
    private readonly Misfortune _misfortune;
    private readonly Func<KioskMachine, string, KioskMachine> _another;
    private DiskImage? _image;
    private KioskMachine? _cutOff;
    private KioskMachine? _clone;
    private string? _backup;

    public Director(World world, ServerMachine server, List<KioskMachine> kiosks, Func<KioskMachine, string, KioskMachine> another)
    {
        (_world, _server, _kiosks, _another) = (world, server, kiosks, another);
        _misfortune = (Misfortune)world.Chance.Next(6);
        _days = world.Chance.Next(7, 15);
        _troubleOneIn = world.Chance.Next(1, 4);
    }

    /// <summary>Days that this agency lives.</summary>
    public int Days => _days;

    /// <summary>Fills the calendar; ends the world when all has come to rest.</summary>
    public void Begin()
    {
        _server.Start();
        var midnight = _world.NowUs;
        for (var day = 0; day < _days; day++)
        {
            var start = midnight + ((long)Day.TotalMicroseconds * day);
            // Monday is the first.
            if (day % 7 >= 5) continue;
            // Somebody switches the gates on before people come, and mostly off in the evening.
            _world.At(start + (long)TimeSpan.FromHours(6.99).TotalMicroseconds, Morning);
            foreach (var hour in new[] { 7.0, 11.4, 13.3, 17.0 })
                if (hour == 7.0 || !_world.OneIn(3)) _world.At(start + (long)(TimeSpan.FromHours(hour) + _world.Between(TimeSpan.Zero, TimeSpan.FromMinutes(2))).TotalMicroseconds, Rush);
            _world.At(start + (long)TimeSpan.FromHours(17.2).TotalMicroseconds, Evening);
        }

        // Once in an agency's life, on a working day and the one after it, while people come.
        var first = _world.Chance.Next(4);
        _world.At(At(first), () => Strike(first: true));
        _world.At(At(first + 1), () => Strike(first: false));
        _world.At(midnight + ((long)Day.TotalMicroseconds * _days), () => _world.Own(EndAsync()));
    }

    /// <summary>The disk fails when much on it is nowhere else.</summary>
    private void CutOffAndSpoil(KioskMachine kiosk, TimeSpan away)
    {
        _cutOff = kiosk;
        kiosk.SetLine(LineState.Sound with { Up = false });
        _world.After(TimeSpan.FromHours(8), () =>
        {
            _cutOff = null;
            kiosk.Spoil(away);
        });
    }

    private long At(int day) => _world.NowUs + (long)(TimeSpan.FromDays(day) + TimeSpan.FromHours(7) + _world.Between(TimeSpan.Zero, TimeSpan.FromMinutes(4))).TotalMicroseconds;

    /// <summary>What befalls few agencies, and those once.</summary>
    private void Strike(bool first)
    {
        var kiosk = _kiosks[0];
        var away = _world.Between(TimeSpan.FromSeconds(10), TimeSpan.FromMinutes(2));
        switch (_misfortune)
        {
            case Misfortune.DamagedDisk when first:
                CutOffAndSpoil(kiosk, away);
                break;
            case Misfortune.DamagedDisk:
                _kiosks[_world.Chance.Next(_kiosks.Count)].Spoil(away);
                break;
            case Misfortune.DamagedDiskAndLostServer when first:
                _backup = _server.BackUp();
                CutOffAndSpoil(kiosk, away);
                break;
            case Misfortune.LostServer when first:
                _backup = _server.BackUp();
                break;
            case Misfortune.LostServer or Misfortune.DamagedDiskAndLostServer when _backup is not null:
                _server.Restore(_backup, away);
                break;
            case Misfortune.DiskPutBack or Misfortune.ClonedDisk when first:
                _image = kiosk.TakeImage();
                break;
            case Misfortune.DiskPutBack when _image is not null:
                kiosk.PutBack(_image, away);
                break;
            case Misfortune.ClonedDisk when _image is not null:
                // For a quarter of an hour both are on the line, and take it from one another.
                _clone = _another(kiosk, kiosk.Name + "-CLONE");
                _clone.PutBack(_image, away);
                for (var i = 0; i < 6; i++) _world.After(away + _world.Between(TimeSpan.FromSeconds(10), TimeSpan.FromMinutes(10)), () => _clone.Tap(_world.Chance.Next(2), _world.Chance.Next(Agency.Badges)));
                _world.After(away + TimeSpan.FromMinutes(15), () => _world.Own(_clone.StopAsync(off: true)));
                break;
        }
    }

    /// <summary>People come, for a minute or two; the line is there meanwhile, more or less.</summary>
    private void Rush()
    {
        var length = _world.Between(TimeSpan.FromSeconds(20), TimeSpan.FromSeconds(100));
        foreach (var kiosk in _kiosks)
        {
            kiosk.SetLine(kiosk == _cutOff ? LineState.Sound with { Up = false } : NewLine());
            var taps = _world.Chance.Next(0, 14);
            for (var i = 0; i < taps; i++)
            {
                // Not two in the same second: the same badge again would be one presence.
                var (reader, badge) = (_world.Chance.Next(2), _world.Chance.Next(Agency.Badges));
                _world.After((length * i / taps) + _world.Between(TimeSpan.Zero, TimeSpan.FromMilliseconds(500)), () => kiosk.Tap(reader, badge));
            }
        }

        _world.After(_world.Between(TimeSpan.Zero, length), () => _world.Own(_server.WriteAsync(_world.Between(TimeSpan.FromMilliseconds(100), TimeSpan.FromSeconds(3)))));
        if (_world.OneIn(_troubleOneIn))
            for (var i = _world.Chance.Next(1, 4); i > 0; i--) _world.After(_world.Between(TimeSpan.Zero, length), Trouble);
        _world.After(length + TimeSpan.FromSeconds(20), () =>
        {
            // Between the hours of coming and going the line is mostly away: an hour of heartbeats shows little.
            foreach (var kiosk in _kiosks)
                kiosk.SetLine(LineState.Sound with { Up = false });
        });
    }

    private void Evening()
    {
        foreach (var kiosk in _kiosks)
            if (!_world.OneIn(8)) _world.Own(kiosk.StopAsync(off: true));
    }

    private void Morning()
    {
        foreach (var kiosk in _kiosks)
        {
            if (!_world.OneIn(8)) kiosk.SetLine(LineState.Sound);
            kiosk.PowerOn();
        }
    }

    private void Trouble()
    {
        var kiosk = _kiosks[_world.Chance.Next(_kiosks.Count)];
        switch (_world.Chance.Next(14))
        {
            case 0:
                kiosk.Die(powerCut: true, _world.Between(TimeSpan.FromSeconds(5), TimeSpan.FromMinutes(5)));
                break;
            case 1:
                kiosk.Die(powerCut: false, _world.Between(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(10)));
                break;
            case 2:
                kiosk.Disk.CallsLeft = _world.Chance.Next(1, 30);
                break;
            case 3:
                _server.Die(powerCut: true, _world.Between(TimeSpan.FromSeconds(10), TimeSpan.FromMinutes(5)));
                break;
            case 4:
                _server.Die(powerCut: false, _world.Between(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(20)));
                break;
            case 5:
                _server.Disk.CallsLeft = _world.Chance.Next(1, 60);
                break;
            case 6:
                Spoil(kiosk.Disk, () => kiosk.Disk);
                break;
            case 7:
                Spoil(_server.Disk, () => _server.Disk);
                break;
            case 8:
                kiosk.SetLine(NewLine());
                break;
            case 9:
                kiosk.SetWallClock(_world.Chance.NextInt64(-86_400_000_000, 86_400_000_000));
                break;
            case 10:
                kiosk.PullReader(_world.Chance.Next(2), _world.Between(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(30)));
                break;
            case 11:
                _world.Own(RestartAsync(kiosk));
                break;
            case 12:
                _world.Own(RestartServerAsync());
                break;
            case 13:
                if (_world.OneIn(4)) _server.SetClock(_world.Chance.NextInt64(-3_600_000_000, 3_600_000_000));
                break;
        }
    }

    private async Task RestartAsync(KioskMachine kiosk)
    {
        await kiosk.StopAsync(off: false);
        _world.After(TimeSpan.FromSeconds(2), kiosk.StartProcess);
    }

    private async Task RestartServerAsync()
    {
        await _server.StopAsync();
        _world.After(TimeSpan.FromSeconds(3), _server.Start);
    }

    /// <summary>A disk fails for a while: some or all of one kind of call.</summary>
    private void Spoil(SimDisk disk, Func<SimDisk> now)
    {
        var (code, call) = _world.Chance.Next(4) switch
        {
            0 => (Sqlite.IoErrorSync, DiskCall.Sync),
            1 => (Sqlite.IoErrorWrite, DiskCall.Write),
            2 => (Sqlite.IoErrorRead, DiskCall.Read),
            // A full disk lets a kiosk delete what the server has; nobody has it any more when the server comes back without it.
            _ when disk != _server.Disk && _misfortune is Misfortune.LostServer or Misfortune.DamagedDiskAndLostServer => (Sqlite.IoErrorWrite, DiskCall.Write),
            _ => (Sqlite.Full, DiskCall.Write),
        };
        disk.Trouble = new DiskTrouble(code, call, _world.Chance.Next(1, 6));
        _world.Trace($"disk {Path.GetFileName(disk.Folder)}: {call} fails, one in {disk.Trouble.OneIn}");
        _world.After(_world.Between(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(60)), () => now().Trouble = null);
    }

    private LineState NewLine() => _world.Chance.Next(8) switch
    {
        0 => LineState.Sound with { Up = false },
        1 => LineState.Sound with { Swallows = true },
        2 => LineState.Sound with { Delay = TimeSpan.FromMilliseconds(400), Jitter = TimeSpan.FromSeconds(2) },
        3 => LineState.Sound with { CutOneIn = 50 },
        _ => LineState.Sound,
    };

    /// <summary>Everything works again; when the server has all there is, all is stopped in order.</summary>
    private async Task EndAsync()
    {
        _world.Trace("all works again");
        _server.Disk.Trouble = null;
        _server.Disk.CallsLeft = null;
        _server.Start();
        await DrainAsync(_kiosks);
        foreach (var kiosk in _kiosks) await kiosk.StopAsync(off: true);
        if (_clone is not null) await DrainAsync([_clone]);
        await Wait(TimeSpan.FromSeconds(5));
        await _server.StopAsync();
        _world.End();
    }

    private async Task DrainAsync(List<KioskMachine> kiosks)
    {
        foreach (var kiosk in kiosks)
        {
            kiosk.Disk.Trouble = null;
            kiosk.Disk.CallsLeft = null;
            kiosk.SetLine(LineState.Sound);
            kiosk.PowerOn();
        }

        var until = _world.NowUs + (long)Patience.TotalMicroseconds;
        while (!(_server.IsUp && kiosks.TrueForAll(kiosk => kiosk.IsDrained)) && _world.NowUs < until) await Wait(TimeSpan.FromSeconds(10));
        foreach (var kiosk in kiosks.Where(kiosk => !kiosk.IsDrained))
            _world.Wrong($"{kiosk.Name} has not brought everything within {Patience.TotalHours} h: up {kiosk.IsUp}, {kiosk.Journal?.Unsent} unsent, {kiosk.Journal?.OutOfService ?? "in service"}");
        if (!ReferenceEquals(kiosks, _kiosks))
            foreach (var kiosk in kiosks) await kiosk.StopAsync(off: true);
    }

    private Task Wait(TimeSpan time)
    {
        var over = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _world.After(time, over.SetResult);
        return over.Task;
    }
}

/// <summary>What befalls an agency once; most seeds have one.</summary>
internal enum Misfortune
{
    None,

    /// <summary>A disk changes bytes of a journal by itself, twice.</summary>
    DamagedDisk,

    /// <summary>The server is lost and comes back with the store of a day before.</summary>
    LostServer,

    /// <summary>Both.</summary>
    DamagedDiskAndLostServer,

    /// <summary>A gate's disk is put back to what it was a day before.</summary>
    DiskPutBack,

    /// <summary>A second machine runs with a copy of a gate's disk.</summary>
    ClonedDisk,
}

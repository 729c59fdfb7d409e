using KyCuong.Kiosk.Clock;
using KyCuong.Kiosk.Link;
using KyCuong.Protos;
using KyCuong.Protos.Badges;
using KyCuong.Protos.Journal;
using KyCuong.Protos.V1;
using KyCuong.Server.Ingest;

namespace KyCuong.Time.Model;

/// <summary>
/// Weeks of one kiosk whose clocks go wrong in every way, one seed: the kiosk's own stamper, probes and policy write entries, the server's
/// own rule makes instants of them, and each is held against the true one. Time and chance are arguments.
/// </summary>
internal sealed class TimeWorld
{
    private const long Ms = 1_000, Second = 1_000_000, Minute = 60 * Second, Hour = 60 * Minute, Day = 24 * Hour;

    /// <summary>A link with round trips up to this is ordinary: what is promised online is promised for it.</summary>
    private const long OrdinaryRoundTripUs = 200 * Ms;

    /// <summary>Promised of a tap made online (reliability R12).</summary>
    private const long OnlineUs = 250 * Ms;

    private static readonly TimeSpan ProbeEvery = new KyCuong.Kiosk.Configuration.KioskLimits().ClockProbe;
    private static readonly int[] Drifts = [20, 50, 100, 200, 350, ContractLimits.ClockDriftPpm];

    private readonly Random _random;
    private readonly int _seed;
    private readonly SimulatedMachine _machine = new();
    private readonly SimulatedServerClock _server = new();
    private readonly List<Entry> _journal = [];
    private readonly Dictionary<ulong, TrueTap> _taps = [];
    private readonly HashSet<UInt128> _met = [];
    private readonly bool _stepsServer;
    private readonly int _drift;
    private Stamper _stamper;
    private int _run;
    private ClockProbes? _probes;
    private (ClockReply Reply, long SentUs, long AtUs)? _reply;
    private long _slowestWayUs;
    private bool _isOrdinary;
    private long? _firstReplyUs;
    private long _lastSentUs = long.MinValue;

    private TimeWorld(int seed)
    {
        (_seed, _random) = (seed, new Random(seed));
        _drift = Drifts[_random.Next(Drifts.Length)];
        _stepsServer = seed % 4 == 3;
        _stamper = new Stamper(_machine);
        Restart(1_790_000_000 * Second + _random.NextInt64(Day), isBoot: true);
    }

    /// <summary>Makes entries as the kiosk would; how a test sees whether what it is to find would be found.</summary>
    internal delegate Entry Tampering(Entry entry);

    /// <summary>Plays one seed until it has so many taps, and judges every one of them.</summary>
    /// <returns>What was seen; sentences about what was wrong, with the seed.</returns>
    public static (TimeFigures Figures, List<string> Problems) Play(int seed, int taps, Tampering? tampering = null)
    {
        var world = new TimeWorld(seed);
        while (world._taps.Count < taps) world.Next();
        return world.Judge(tampering);
    }

    private void Next()
    {
        switch (_random.Next(1000))
        {
            case < 700: Tap(LogUniform(Ms, 10 * Minute)); break;
            case < 780: Tap(LogUniform(Ms, 20 * Ms)); break;
            case < 880: Pass(LogUniform(Second, Hour)); break;
            case < 920: ToggleLink(); break;
            case < 935: _machine.SetWallClock(_machine.WallClockUs + (_random.Next(2) * 2 - 1) * LogUniform(Second, Day)); break;
            // A wrong zone: whole hours and halves.
            case < 940: _machine.SetWallClock(_machine.NowUs + _random.Next(-24, 29) * 30 * Minute); break;
            case < 960: _machine.Drift(_random.Next(2) == 0 ? (_random.Next(2) * 2 - 1) * _drift : _random.Next(-_drift, _drift + 1)); break;
            case < 970: Alone(LogUniform(Minute, 14 * Day)); break;
            case < 975: Suspend(LogUniform(Minute, Day)); break;
            case < 985: Restart(_machine.NowUs + LogUniform(Ms * 200, Hour), isBoot: false); break;
            case < 992: Restart(_machine.NowUs + LogUniform(10 * Second, 14 * Day), isBoot: true); break;
            default: SetServer(); break;
        }
    }

    /// <summary>A badge is read; the entry is made a moment after its first byte.</summary>
    private void Tap(long afterUs)
    {
        Pass(afterUs);
        var (boot, trueUs) = (_machine.BootTimeUs, _machine.NowUs);
        Pass(_random.NextInt64(80 * Ms));
        var stamp = _stamper.At(boot);
        var isOnline = _isOrdinary && _firstReplyUs is { } met && met <= trueUs && _probes is not null;
        // A clock that was set far is believed at once; what it said before a small step is as true as what it says now.
        var believes = isOnline && _lastSentUs > _server.SetUs && _server.StepUs >= 2 * Second;
        var tap = new TrueTap(trueUs, _run, isOnline, believes ? [_server.ErrorUs] : [.. _server.ErrorsUntil(_machine.NowUs)]);
        _taps.Add(Append(stamp, new TapEntry("r1", new EquatableList<BadgeKey>(new BadgeKey(CredentialLevel.Em, 1, 7)), Technology.Em4100, 12, Direction.Unspecified, DirectionSource.Unspecified)), tap);
    }

    private ulong Append(Stamp stamp, EntryBody body)
    {
        var entry = new Entry((ulong)_journal.Count + 1, stamp, body);
        if (EntryCheck.Problem(entry) is { } problem) throw new InvalidOperationException($"seed {_seed}: {problem}");
        if (JournalReader.EstimateOf(entry) is not null) _met.Add(stamp.BootId);
        _journal.Add(entry);
        return entry.Sequence;
    }

    /// <summary>Time goes by; probes go out and replies come in.</summary>
    private void Pass(long us)
    {
        var end = _machine.NowUs + us;
        while (_machine.NowUs < end)
        {
            Probe();
            // The kiosk looks once a second whether a probe is due; here as often as it can matter.
            var step = _probes is null ? end : Math.Min(end, _machine.NowUs + ProbeEvery.Ticks / 20);
            var arrives = _reply is { } reply && reply.AtUs <= step;
            _machine.Advance((arrives ? Math.Max(_machine.NowUs, _reply!.Value.AtUs) : step) - _machine.NowUs);
            if (arrives) Receive();
        }
    }

    private void Probe()
    {
        if (_probes?.Next() is not { } probe) return;
        // Either way by itself as slow as may be: what is asymmetric is the worst there is.
        long up = _random.NextInt64(_slowestWayUs / (_random.Next(4) == 0 ? 1 : 50) + 1), held = _random.NextInt64(3 * Ms), down = _random.NextInt64(_slowestWayUs / (_random.Next(4) == 0 ? 1 : 50) + 1);
        var received = _server.At(_machine.NowUs + up);
        var reply = new ClockReply { ProbeId = probe.ProbeId, SentBootTimeUs = probe.SentBootTimeUs, ReceivedUs = received, RepliedUs = received + held };
        _reply = (reply, _machine.NowUs, _machine.NowUs + up + held + down);
    }

    private void Receive()
    {
        var (reply, sentUs, _) = _reply!.Value;
        var due = _probes!.Take(reply);
        _reply = null;
        _firstReplyUs ??= _machine.NowUs;
        _lastSentUs = sentUs;
        if (due is not var (sample, taken)) return;
        // The machine does something else before the entry is made.
        _machine.Advance(_random.NextInt64(_random.Next(10) == 0 ? 5 * Second : 5 * Ms));
        Append(_stamper.At(taken), sample);
    }

    private void ToggleLink()
    {
        if (_probes is null) Connect();
        else Disconnect();
    }

    private void Connect()
    {
        _slowestWayUs = _random.Next(3) switch { 0 => 3 * Ms, 1 => OrdinaryRoundTripUs / 2, _ => 20 * Second };
        (_isOrdinary, _firstReplyUs) = (_slowestWayUs <= OrdinaryRoundTripUs / 2, null);
        _probes = new ClockProbes(_stamper, ProbeEvery, _random);
    }

    private void Disconnect() => (_probes, _reply, _isOrdinary, _firstReplyUs) = (null, null, false, null);

    private void Alone(long us)
    {
        Disconnect();
        var end = _machine.NowUs + us;
        for (var i = 0; i < 5; i++) Tap(Math.Max(1, (end - _machine.NowUs) / (5 - i)));
    }

    private void Suspend(long us)
    {
        Disconnect();
        _machine.Advance(us);
    }

    private void SetServer()
    {
        if (!_stepsServer) return;
        var step = LogUniform(10 * Ms, Day) * (_random.Next(2) * 2 - 1);
        _server.Set(_machine.NowUs, _random.Next(2) == 0 ? 0 : step);
    }

    /// <summary>The program starts, at a true time, on a machine that went on or was started too.</summary>
    private void Restart(long atUs, bool isBoot)
    {
        Disconnect();
        if (isBoot)
        {
            // Without a battery 1970; with a bad one anything.
            var wall = _random.Next(3) switch { 0 => _random.NextInt64(Hour), 1 => atUs, _ => atUs + _random.NextInt64(-400 * Day, 400 * Day) };
            _machine.Boot(atUs, (UInt128)_random.NextInt64(1, long.MaxValue) << 32 | (uint)_seed, wall, _random.NextInt64(5 * Second, 2 * Minute));
        }
        else
        {
            _machine.Advance(atUs - _machine.NowUs);
        }

        _stamper = new Stamper(_machine);
        _run++;
        Append(_stamper.Now(), new BootEntry("0.1", PreviousStop.Abrupt));
    }

    private (TimeFigures Figures, List<string> Problems) Judge(Tampering? tampering)
    {
        var (figures, problems) = (new TimeFigures(), new List<string>());
        var last = (Run: -1, AtUs: 0L, TrueUs: 0L, UncertaintyUs: 0L, WasOnline: false);
        foreach (var (entry, time) in JournalTimes.Of(_journal.Select(entry => tampering?.Invoke(entry) ?? entry)).OrderBy(timed => timed.Tap.Sequence))
        {
            var tap = _taps[entry.Sequence];
            if (time is not { } known)
            {
                figures.Pending++;
                if (_met.Contains(entry.Stamp.BootId)) Wrong("is pending though its boot has met the server");
                continue;
            }

            if (!_met.Contains(entry.Stamp.BootId)) Wrong("has an instant though its boot never met the server");
            figures.Timed++;
            // One that had not met the server takes its instant from a sample that came later.
            var errors = entry.Stamp.Estimate is null ? _server.ErrorsUntil(long.MaxValue) : tap.ServerErrorsUs;
            var error = errors.Min(wrong => Math.Abs(known.AtUs - tap.TrueUs - wrong));
            if (error > known.UncertaintyUs) Wrong($"is off by {error} us, stated {known.UncertaintyUs}");
            if (known.UncertaintyUs > 0) figures.ClosestPermille = Math.Max(figures.ClosestPermille, error * 1000 / known.UncertaintyUs);
            figures.ErrorUs = Math.Max(figures.ErrorUs, error);
            if (entry.Stamp.Estimate is { SampleAgeUs: > Day }) figures.LongAlone++;
            if (tap.IsOnline)
            {
                figures.Online++;
                figures.OnlineErrorUs = Math.Max(figures.OnlineErrorUs, error);
                if (error > OnlineUs) Wrong($"was made online and is off by {error} us");
            }

            // Of one run of the program, in which no clock but the kiosk's own was set. What was said after days alone may be put right by more
            // than the time between two taps, never by more than it was said to be wrong.
            var may = !tap.IsOnline || !last.WasOnline ? last.UncertaintyUs + known.UncertaintyUs : 0;
            if (last.Run == tap.Run && !_stepsServer && last.AtUs - known.AtUs > may)
                Wrong($"comes {last.AtUs - known.AtUs} us before the tap made {tap.TrueUs - last.TrueUs} us earlier");
            last = (tap.Run, known.AtUs, tap.TrueUs, known.UncertaintyUs, tap.IsOnline);

            void Wrong(string what) => problems.Add($"seed {_seed}: tap {entry.Sequence} {what}");
        }

        return (figures, problems);
    }

    private long LogUniform(long from, long to) => (long)(from * Math.Pow((double)to / from, _random.NextDouble()));

    /// <summary>What is true of a tap.</summary>
    /// <param name="TrueUs">When it was made.</param>
    /// <param name="Run">In which run of the program.</param>
    /// <param name="IsOnline">On an ordinary link that has brought a reply.</param>
    /// <param name="ServerErrorsUs">By any of these the server's clock may be taken to be wrong.</param>
    private sealed record TrueTap(long TrueUs, int Run, bool IsOnline, long[] ServerErrorsUs);
}

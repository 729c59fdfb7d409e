using KyCuong.Recount;

namespace KyCuong.Rules.Tests;

/// <summary>A month of one person made from a seed: hours, leave and taps as people produce them, with everything forgotten, repeated and on the edge. Knows itself in the words of the rules and of the recount.</summary>
internal sealed class RandomAgency
{
    private static readonly TimeZoneInfo Zone = CaseAgency.Zone;
    private readonly Random _random;

    public RandomAgency(int seed, bool recordedDirections = false, bool graces = false)
    {
        _random = new Random(seed);
        From = new DateOnly(2021 + _random.Next(7), 1 + _random.Next(12), 1);
        To = From.AddMonths(1).AddDays(-1);
        Naive = Hours(graces);
        Schedule = new WorkSchedule
        {
            Code = "HC",
            Sessions = [.. Naive.Sessions.Select(session => new SessionTimes(TimeOnly.FromTimeSpan(session.Start), TimeOnly.FromTimeSpan(session.End)))],
            Taps = Naive.FirstLast ? TapMode.FirstLast : TapMode.EverySession,
            LateGraceMinutes = Naive.LateGrace,
            EarlyGraceMinutes = Naive.EarlyGrace,
            GraceCounts = Naive.Beyond ? GraceCounts.Beyond : GraceCounts.Whole,
            RepeatSeconds = Naive.RepeatSeconds,
            OpensBeforeMinutes = Naive.OpensBeforeMinutes,
            ClosesAfterMinutes = Naive.ClosesAfterMinutes,
            OutsCount = Naive.OutsCount,
        };
        Rules = new AgencyRules(Zone, UnitTree.Flat, new WorkCalendar(Weekdays.Weekend), new ScheduleBook([Schedule], [new ScheduleAssignment("HC")]), []);
        RecordedDirections = recordedDirections || _random.Next(3) == 0;
        for (var date = From; date <= To; date = date.AddDays(1))
        {
            if (_random.Next(6) == 0) AddLeave(date);
            AddTaps(date);
        }
        NaiveTaps = [.. NaiveTaps.DistinctBy(tap => tap.At)];
    }

    public DateOnly From { get; }
    public DateOnly To { get; }
    public bool RecordedDirections { get; }
    public WorkSchedule Schedule { get; }
    public NaiveSchedule Naive { get; }
    public AgencyRules Rules { get; }
    public List<LeaveEntry> Leave { get; } = [];
    public List<(DateOnly Date, NaiveCut Cut)> NaiveCuts { get; } = [];
    public List<NaiveTap> NaiveTaps { get; private set; } = [];

    /// <summary>Long after the month: everything is final.</summary>
    public Instant Now => At(To.AddDays(60).ToDateTime(TimeOnly.MinValue));

    public PersonRecord Person => new(7, [new Posting(3, From.AddYears(-1), null)]) { Leave = Leave };

    public Tap[] Taps => [.. NaiveTaps.Select((tap, i) => Made(tap.At, tap.Direction, i))];

    public static Tap Made(DateTime at, char direction, int index) => new(
        At(at),
        direction switch { 'I' => TapDirection.In, 'O' => TapDirection.Out, _ => TapDirection.None },
        direction == '?' ? DirectionSource.None : DirectionSource.Reader, 0, index % 3, "r1", new TapKey(1, index));

    private static Instant At(DateTime local) => Instant.From(new DateTimeOffset(local, TimeSpan.FromHours(7)));

    private NaiveSchedule Hours(bool graces)
    {
        List<(TimeSpan, TimeSpan)> sessions = _random.Next(4) switch
        {
            0 => [(Clock(7, 0), Clock(11, 30)), (Clock(13, 30), Clock(17, 0))],
            1 => [(Clock(7, 30), Clock(12, 0)), (Clock(13, 0), Clock(16, 30))],
            2 => [(Clock(8, 0), Clock(17, 0))],
            _ => [(Clock(7, 0), Clock(9, 0)), (Clock(9, 30), Clock(11, 30)), (Clock(13, 30), Clock(17, 0))],
        };
        int? late = graces ? _random.Next(6) : new int?[] { null, 0, 5, 15 }[_random.Next(4)];
        int? early = graces ? _random.Next(6) : new int?[] { null, 0, 5, 10 }[_random.Next(4)];
        return new NaiveSchedule(sessions, _random.Next(2) == 0, late, early, _random.Next(3) == 0, new[] { 0, 60, 120 }[_random.Next(3)], 120, 240, _random.Next(2) == 0);
    }

    private static TimeSpan Clock(int hour, int minute) => new(hour, minute, 0);

    private void AddLeave(DateOnly date)
    {
        var midnight = date.ToDateTime(TimeOnly.MinValue);
        var sessions = Naive.Sessions;
        switch (_random.Next(sessions.Count == 2 ? 4 : 2))
        {
            case 0:
                Add("day", LeaveKind.Annual, midnight + sessions[0].Start, midnight + sessions[^1].End);
                break;
            case 1:
                var start = midnight + sessions[0].Start + TimeSpan.FromMinutes(15 * _random.Next(0, 30));
                var end = start + TimeSpan.FromMinutes(15 * _random.Next(1, 20));
                Add($"{start:HH\\:mm}-{end:HH\\:mm}", LeaveKind.Trip, start, end);
                break;
            case 2:
                Add("morning", LeaveKind.Sick, midnight + sessions[0].Start, midnight + sessions[0].End);
                break;
            default:
                Add("afternoon", LeaveKind.Annual, midnight + sessions[1].Start, midnight + sessions[1].End);
                break;
        }

        void Add(string part, LeaveKind kind, DateTime from, DateTime to)
        {
            Assert.True(LeavePart.TryParse(part, out var parsed));
            Leave.Add(new LeaveEntry(date, date, parsed, kind));
            NaiveCuts.Add((date, new NaiveCut(from, to)));
        }
    }

    private void AddTaps(DateOnly date)
    {
        var midnight = date.ToDateTime(TimeOnly.MinValue);
        if (_random.Next(12) == 0)
            return;
        foreach (var (start, end) in Naive.Sessions)
        {
            if (_random.Next(8) != 0) Add(midnight + start + Around(Naive.LateGrace ?? 0), 'I');
            if (_random.Next(8) != 0) Add(midnight + end - Around(Naive.EarlyGrace ?? 0), 'O');
        }
        for (int extra = _random.Next(3); extra > 0; extra--)
            Add(midnight + TimeSpan.FromSeconds(_random.Next(24 * 3600)), _random.Next(2) == 0 ? 'I' : 'O');
    }

    /// <summary>Mostly before the limit, sometimes on it to the second, sometimes far past it.</summary>
    private TimeSpan Around(int grace) => _random.Next(4) switch
    {
        0 => TimeSpan.FromSeconds((grace * 60) + _random.Next(-2, 3)),
        1 => TimeSpan.FromSeconds(_random.Next(-1800, 9000)),
        2 => TimeSpan.FromSeconds(_random.Next(-30, 60 * (grace + 3))),
        _ => TimeSpan.FromSeconds(-_random.Next(1200)),
    };

    private void Add(DateTime at, char direction)
    {
        char said = RecordedDirections || _random.Next(8) == 0 ? direction : '?';
        NaiveTaps.Add(new NaiveTap(at, said));
        if (_random.Next(10) == 0)
            NaiveTaps.Add(new NaiveTap(at.AddSeconds(_random.Next(1, 200)), said));
    }
}

using KyCuong.Rules;

namespace KyCuong.Benchmarks;

/// <summary>
/// The rules alone, on one core: a month of everybody judged for its figures, beside a bare loop that holds the same taps
/// against the four limits of the day and adds up minutes. The taps of a fifth of the days are late, early or missing.
/// </summary>
internal sealed class JudgeBenchmark(TimeProvider time)
{
    private static readonly DateOnly From = new(2026, 10, 1);
    private static readonly DateOnly To = new(2026, 10, 31);
    private static readonly int[] Limits = [7 * 60, (11 * 60) + 30, (13 * 60) + 30, 17 * 60];

    /// <summary>Working days of the month.</summary>
    public const int Days = 22;

    /// <summary>Seconds, several pairs; <paramref name="distinct"/> people's months are made, and judged over and over.</summary>
    public List<Pair> Measure(int people, int pairs, int distinct = 500)
    {
        var schedule = new WorkSchedule
        {
            Code = "HC",
            Sessions = [new(new(7, 0), new(11, 30)), new(new(13, 30), new(17, 0))],
            LateGraceMinutes = 5,
            EarlyGraceMinutes = 5,
        };
        var kiosk = new KioskKnowledge(1, null, new Instant(0), null, new Instant(long.MaxValue));
        var rules = new AgencyRules(
            TimeZoneInfo.FindSystemTimeZoneById("Asia/Ho_Chi_Minh"), UnitTree.Flat, new WorkCalendar(Weekdays.Weekend),
            new ScheduleBook([schedule], [new ScheduleAssignment("HC")]), [kiosk]);
        var random = new Random(1);
        var months = Enumerable.Range(0, distinct).Select(_ => Month(rules.Calendar, random)).ToArray();
        var now = new Instant(months.Max(month => month[^1].At.Micros) + Instant.PerDay);
        var assessor = new PersonAssessor(rules);
        var measured = new List<Pair>();
        for (var i = 0; i < pairs; i++)
        {
            var start = time.GetTimestamp();
            long bare = 0;
            for (var person = 0; person < people; person++) bare += Bare(months[person % distinct]);
            var compared = time.GetElapsedTime(start).TotalSeconds;

            start = time.GetTimestamp();
            var summary = new PeriodSummary(From, To);
            for (var person = 0; person < people; person++)
                assessor.Summarise(new PersonRecord(person + 1, [new Posting(1, From, null)]), From, To, months[person % distinct], now, summary);
            var judged = time.GetElapsedTime(start).TotalSeconds;
            if (summary.Agency.DueSessions != 2L * Days * people) throw new InvalidOperationException($"{summary.Agency.DueSessions} sessions were judged instead of {2L * Days * people}");
            if (bare == 0 || summary.Agency.LateMinutes == 0) throw new InvalidOperationException("nobody was late");
            measured.Add(new Pair(compared, judged));
        }

        return measured;
    }

    private static long Bare(Tap[] month)
    {
        long minutes = 0;
        foreach (ref readonly var tap in month.AsSpan())
        {
            var clock = (int)((tap.At.Micros / Instant.PerMinute + (7 * 60)) % (24 * 60));
            for (var i = 0; i < Limits.Length; i++)
                if (i % 2 == 0 ? clock > Limits[i] + 5 && clock < Limits[i] + 60 : clock < Limits[i] - 5 && clock > Limits[i] - 60)
                    minutes += Math.Abs(clock - Limits[i]);
        }

        return minutes;
    }

    private static Tap[] Month(WorkCalendar calendar, Random random)
    {
        var taps = new List<Tap>();
        for (var date = From; date <= To; date = date.AddDays(1))
        {
            if (!calendar.IsWorkingDay(date)) continue;
            var odd = random.Next(5) == 0;
            for (var i = 0; i < Limits.Length; i++)
            {
                if (odd && random.Next(6) == 0) continue;
                var late = odd ? random.Next(0, 30) : -random.Next(0, 10);
                var at = new DateTimeOffset(date.ToDateTime(TimeOnly.MinValue), TimeSpan.FromHours(7)).AddMinutes(Limits[i] + (i % 2 == 0 ? late : -late)).AddSeconds(random.Next(60));
                taps.Add(new Tap(Instant.From(at), TapDirection.None, DirectionSource.None, 3000, 1, "", new TapKey(1, taps.Count)));
            }
        }

        return [.. taps];
    }
}

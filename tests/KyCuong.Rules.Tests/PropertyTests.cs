using FsCheck;
using FsCheck.Fluent;
using KyCuong.Recount;

namespace KyCuong.Rules.Tests;

/// <summary>What must hold of any agency (design section 6). A failure prints the seed that makes it.</summary>
public sealed class PropertyTests
{
    private const int Agencies = 1000;

    /// <summary>Seeds that once failed.</summary>
    private static readonly int[] Kept = [203446514, 534246564, 786402886, 1033034246];

    private static void ForAny(Action<int> holds, int tests = Agencies)
    {
        foreach (int seed in Kept)
            holds(seed);
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(tests), Prop.ForAll(Gen.Choose(0, int.MaxValue).ToArbitrary(), holds));
    }

    [Fact]
    public void The_naive_recount_agrees() => ForAny(seed =>
    {
        var agency = new RandomAgency(seed);
        var expected = NaiveCounts.None;
        for (var date = agency.From; date <= agency.To; date = date.AddDays(1))
            if (agency.Rules.Calendar.IsWorkingDay(date))
                expected = expected.Plus(NaiveDay.Count(agency.Naive, date, agency.NaiveTaps, [.. agency.NaiveCuts.Where(cut => cut.Date == date).Select(cut => cut.Cut)]));
        var summary = new PeriodSummary(agency.From, agency.To);
        new PersonAssessor(agency.Rules).Summarise(agency.Person, agency.From, agency.To, agency.Taps, agency.Now, summary);
        Assert.Equal(expected, Counts(summary.Agency));
        Assert.Equal(0, summary.Agency.PendingSessions);
    });

    [Fact]
    public void Days_add_up_to_the_month() => ForAny(seed =>
    {
        var agency = new RandomAgency(seed);
        var assessor = new PersonAssessor(agency.Rules);
        var month = new PeriodSummary(agency.From, agency.To);
        assessor.Summarise(agency.Person, agency.From, agency.To, agency.Taps, agency.Now, month);
        var days = new PeriodSummary(agency.From, agency.To);
        for (var date = agency.From; date <= agency.To; date = date.AddDays(1))
        {
            var (from, to) = assessor.TapRange(date, date);
            assessor.Summarise(agency.Person, date, date, [.. agency.Taps.Where(tap => from <= tap.At && tap.At < to)], agency.Now, days);
        }
        Assert.Equal(Counts(month.Agency), Counts(days.Agency));
        Assert.Equal(Counts(month.Agency), Counts(month.People[7].Total));
        Assert.Equal(Counts(month.Agency), Counts(month.Subtree(3, UnitTree.Flat)));
    }, 300);

    [Fact]
    public void Order_of_delivery_does_not_matter() => ForAny(seed =>
    {
        var agency = new RandomAgency(seed);
        var shuffled = agency.Taps;
        new Random(seed ^ 1).Shuffle(shuffled);
        Assert.Equal(Judge(agency, agency.Person, agency.Taps), Judge(agency, agency.Person, shuffled));
    }, 200);

    /// <summary>Reliability R15: nobody is counted late or early by a tap that may have been made in time, and where it is close people see it.</summary>
    [Fact]
    public void What_the_clock_cannot_tell_is_never_counted_against_anybody() => ForAny(seed =>
    {
        var agency = new RandomAgency(seed, recordedDirections: seed % 2 == 0);
        var random = new Random(seed ^ 2);
        var taps = agency.Taps;
        for (var i = 0; i < taps.Length; i++)
            taps[i] = taps[i] with { UncertaintyMicros = random.Next(6) switch { 0 => 0, 1 => 3_000, 2 => Instant.PerSecond, 3 => Instant.PerMinute, 4 => 10 * Instant.PerMinute, _ => random.NextInt64(20 * Instant.PerMinute) } };
        foreach (var shift in new PersonAssessor(agency.Rules).Judge(agency.Person, agency.From, agency.To, taps, agency.Now))
            foreach (var session in shift.Sessions)
            {
                if (session is { In: { } arrival, LateLimit: { } late })
                {
                    // Whatever else the person tapped may have been the arrival, were the clock as wrong as it may be.
                    var perhaps = shift.Taps.Where(tap => tap.Tap.At >= arrival && tap.Direction != TapDirection.Out).Min(tap => tap.Tap.At.Micros - tap.Tap.UncertaintyMicros);
                    if (session.LateMinutes > 0) Assert.True(perhaps > late.Micros, $"late on {shift.Date}, and may have come at {new Instant(perhaps)}");
                    var latest = arrival.Micros + shift.Taps.First(tap => tap.Tap.At == arrival).Tap.UncertaintyMicros;
                    if (!session.Absent && perhaps <= late.Micros && latest > late.Micros + Instant.PerMinute) Assert.True(session.Uncertain, $"decided on {shift.Date}, and nobody told");
                }

                if (session is { Out: { } departure, EarlyLimit: { } early, EarlyMinutes: > 0 })
                {
                    var perhaps = shift.Taps.Where(tap => tap.Tap.At <= departure && tap.Direction != TapDirection.In).Max(tap => tap.Tap.At.Micros + tap.Tap.UncertaintyMicros);
                    Assert.True(perhaps < early.Micros, $"early on {shift.Date}, and may have left at {new Instant(perhaps)}");
                }
            }
    });

    [Fact]
    public void Adding_leave_never_adds_a_finding() => ForAny(seed =>
    {
        // With recorded directions: which way a lone undirected tap is read depends on what is due.
        var agency = new RandomAgency(seed, recordedDirections: true, graces: true);
        agency.Leave.Clear();
        string[] parts = agency.Schedule.Sessions.Count == 1 ? ["day", "08:00-10:00"] : ["day", "morning", "afternoon", "06:00-09:00", "10:00-10:45", "15:00-18:00"];
        var before = Findings(agency, agency.Person);
        foreach (string part in parts)
        {
            Assert.True(LeavePart.TryParse(part, out var parsed));
            var after = Findings(agency, agency.Person with { Leave = [new LeaveEntry(agency.From, agency.To, parsed, LeaveKind.Annual)] });
            foreach (var (date, count) in after)
                Assert.True(count <= before[date], $"{part} leave on {date}: {before[date]} findings became {count}");
        }
    });

    [Fact]
    public void With_a_departure_on_record_arriving_later_is_never_judged_milder() => ForAny(seed =>
    {
        var agency = new RandomAgency(seed, graces: true);
        var random = new Random(seed);
        var date = Enumerable.Range(0, 28).Select(agency.From.AddDays).First(agency.Rules.Calendar.IsWorkingDay);
        var midnight = date.ToDateTime(TimeOnly.MinValue);
        var first = agency.Naive.Sessions[0].Start - TimeSpan.FromHours(1);
        var last = agency.Naive.Sessions[^1].End + TimeSpan.FromSeconds(random.Next(-3600, 3600));
        int seconds = (int)(last - first).TotalSeconds;
        int one = random.Next(seconds), two = random.Next(seconds);
        Assert.True(Severity(Math.Min(one, two)) <= Severity(Math.Max(one, two)), $"{date}: in after {Math.Min(one, two)} s against {Math.Max(one, two)} s, out after {seconds} s");

        int Severity(int arrives)
        {
            Tap[] taps = [RandomAgency.Made(midnight + first + TimeSpan.FromSeconds(arrives), 'I', 1), RandomAgency.Made(midnight + last, 'O', 2)];
            var verdict = Assert.Single(new PersonAssessor(agency.Rules).Judge(agency.Person with { Leave = [] }, date, date, taps, agency.Now));
            return (1000 * verdict.Findings.Count(finding => finding.Kind == FindingKind.Absence)) + verdict.LateMinutes;
        }
    });

    [Fact]
    public void A_tap_between_arrival_and_departure_never_adds_lateness() => ForAny(seed =>
    {
        var agency = new RandomAgency(seed, graces: true);
        var random = new Random(seed);
        var date = Enumerable.Range(0, 28).Select(agency.From.AddDays).First(agency.Rules.Calendar.IsWorkingDay);
        var midnight = date.ToDateTime(TimeOnly.MinValue);
        var taps = new List<Tap>();
        foreach (var (start, end) in agency.Naive.Sessions)
        {
            var half = (end - start) / 2;
            taps.Add(RandomAgency.Made(midnight + start + TimeSpan.FromSeconds(random.Next(-600, (int)half.TotalSeconds)), '?', taps.Count));
            // After the end: an undirected departure before it is read by the tap before it, which another tap changes.
            taps.Add(RandomAgency.Made(midnight + end + TimeSpan.FromSeconds(random.Next(1, 600)), '?', taps.Count));
        }
        int session = random.Next(agency.Naive.Sessions.Count);
        var (arrives, leaves) = (taps[session * 2].At.Micros, taps[(session * 2) + 1].At.Micros);
        var between = new Tap(new Instant(random.NextInt64(arrives + 1, leaves)), TapDirection.None, DirectionSource.None, 0, 0, "r1", new TapKey(1, 99));
        int Late(IEnumerable<Tap> all) => Assert.Single(new PersonAssessor(agency.Rules).Judge(agency.Person with { Leave = [] }, date, date, [.. all], agency.Now)).LateMinutes;
        Assert.True(Late([.. taps, between]) <= Late(taps), $"{date}: a tap at {between.At}");
    });

    private static Dictionary<DateOnly, int> Findings(RandomAgency agency, PersonRecord person) =>
        new PersonAssessor(agency.Rules).Judge(person, agency.From, agency.To, agency.Taps, agency.Now).ToDictionary(verdict => verdict.Date, verdict => verdict.Findings.Count);

    private static string Judge(RandomAgency agency, PersonRecord person, Tap[] taps) =>
        System.Text.Json.JsonSerializer.Serialize(new PersonAssessor(agency.Rules).Judge(person, agency.From, agency.To, taps, agency.Now));

    private static NaiveCounts Counts(PeriodFigures figures) => new(
        figures.DueSessions, figures.AttendedSessions, figures.AbsentSessions, figures.LeaveSessions,
        figures.LateTimes, figures.LateMinutes, figures.EarlyTimes, figures.EarlyMinutes,
        figures.MissingTaps, figures.OutsideTimes, figures.OutsideMinutes, figures.WorkedMinutes, figures.PresentMinutes);
}

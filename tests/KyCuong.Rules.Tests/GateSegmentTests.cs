using FsCheck;
using FsCheck.Fluent;

namespace KyCuong.Rules.Tests;

/// <summary>What gates may say: never anything else than the rules say in the end.</summary>
public sealed class GateSegmentTests
{
    private static readonly DateOnly Wednesday = new(2026, 5, 13);

    private static readonly WorkSchedule Base = new()
    {
        Code = "HC",
        Sessions = [new(new(7, 0), new(11, 30)), new(new(13, 30), new(17, 0))],
        LateGraceMinutes = 5,
        EarlyGraceMinutes = 5,
    };

    [Fact]
    public void An_ordinary_day_has_a_segment_for_each_session() =>
        Assert.Equal(
            ["05:00:00–09:15:00 limit 07:05:00 base 07:00:00", "12:30:00–15:15:00 limit 13:35:00 base 13:30:00"],
            Of(Base));

    [Fact]
    public void Only_what_exceeds_the_grace_counts_from_the_limit() =>
        Assert.Equal("05:00:00–09:15:00 limit 07:05:00 base 07:05:00", Of(Base with { GraceCounts = GraceCounts.Beyond })[0]);

    [Fact]
    public void First_and_last_asks_for_the_first_arrival_alone() =>
        Assert.Equal(["05:00:00–11:30:00 limit 07:05:00 base 07:00:00"], Of(Base with { Taps = TapMode.FirstLast }));

    [Fact]
    public void Leave_moves_the_limit_and_takes_sessions_away()
    {
        Assert.Equal("05:00:00–09:45:00 limit 08:05:00 base 08:00:00", Of(Base, "07:00-08:00 trip")[0]);
        Assert.Equal(["05:00:00–15:15:00 limit 13:35:00 base 13:30:00"], Of(Base, "morning annual"));
        Assert.Empty(Of(Base, "day annual"));
    }

    [Fact]
    public void A_reduction_anywhere_is_granted_before_anybody_is_called_late() =>
        Assert.Equal("05:00:00–09:15:00 limit 08:05:00 base 08:00:00", Of(Base, "any60 reduction")[0]);

    [Fact]
    public void Where_lateness_becomes_absence_the_gate_says_no_more() =>
        Assert.Equal("05:00:00–08:00:00 limit 07:05:00 base 07:00:00", Of(Base with { AbsentAfterLateMinutes = 60 })[0]);

    [Fact]
    public void Lateness_that_is_not_judged_is_not_said() => Assert.Empty(Of(Base with { LateGraceMinutes = null }));

    [Fact]
    public void Nothing_is_said_of_a_day_off() => Assert.Empty(Of(Base with { Days = Weekdays.Weekend }));

    [Fact]
    public void Of_who_is_kept_by_hand_or_may_have_met_an_incident_nothing_is_said()
    {
        Assert.Empty(Segments(Base, new PersonRecord(1, [new Posting(1, Wednesday, null)]) { HandKept = [new HandKeptSpan(Wednesday, null, "3/QĐ")] }, []));
        var morning = new Incident(1, At(6, 30), At(7, 15), null, null, "1/BB");
        Assert.Empty(Segments(Base, new PersonRecord(1, [new Posting(1, Wednesday, null)]), [morning]));
    }

    [Fact]
    public void A_late_verdict_of_the_gate_is_the_rules_lateness_whatever_comes_after() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(5000), Prop.ForAll(Gen.Choose(0, int.MaxValue).ToArbitrary(), seed =>
        {
            var agency = new RandomAgency(seed, graces: seed % 2 == 0);
            var random = new Random(seed);
            var date = Enumerable.Range(0, 28).Select(agency.From.AddDays).First(agency.Rules.Calendar.IsWorkingDay);
            var assessor = new PersonAssessor(agency.Rules);
            foreach (var segment in assessor.Segments(agency.Person, date, date))
            {
                long at = random.NextInt64(segment.From.Micros, segment.To.Micros);
                // The first tap of the day, and then whatever the day brings; a tap within the repeat time may still turn it round.
                var first = new Tap(new Instant(at), random.Next(3) == 0 ? TapDirection.In : TapDirection.None, DirectionSource.Reader, 0, 0, "r1", new TapKey(1, 0));
                Tap[] taps = [first, .. agency.Taps.Where(tap => tap.At.Micros > at + (3600 * Instant.PerSecond))];
                var verdict = Assert.Single(assessor.Judge(agency.Person, date, date, taps, agency.Now));
                bool late = at > segment.Limit.Micros && (at - segment.Base.Micros) / Instant.PerMinute >= 1;
                int said = late ? (int)((at - segment.Base.Micros) / Instant.PerMinute) : 0;
                int found = verdict.Findings.Where(finding => finding.Kind == FindingKind.LateArrival && verdict.Sessions[finding.Session].In == first.At).Sum(finding => finding.Minutes);
                Assert.True(said == found, $"seed {seed}, {date}: the gate says {said} min at {first.At.In(CaseAgency.Zone):HH:mm:ss}, the rules {found}; {segment}");
            }
        }));

    private static string[] Of(WorkSchedule schedule, string? leave = null)
    {
        var person = new PersonRecord(1, [new Posting(1, Wednesday, null)]);
        if (leave?.Split(' ') is [var part, var kind])
        {
            Assert.True(LeavePart.TryParse(part, out var parsed));
            Assert.True(LeaveKinds.TryParse(kind, out var of));
            person = person with { Leave = [new LeaveEntry(Wednesday, Wednesday, parsed, of)] };
        }
        return [.. Segments(schedule, person, []).Select(one => $"{Clock(one.From)}–{Clock(one.To)} limit {Clock(one.Limit)} base {Clock(one.Base)}")];
    }

    private static IReadOnlyList<GateSegment> Segments(WorkSchedule schedule, PersonRecord person, IReadOnlyList<Incident> incidents)
    {
        var rules = new AgencyRules(
            CaseAgency.Zone, UnitTree.Flat, new WorkCalendar(Weekdays.Weekend), new ScheduleBook([schedule], [new ScheduleAssignment("HC")]), [], incidents);
        return new PersonAssessor(rules).Segments(person, Wednesday, Wednesday);
    }

    private static Instant At(int hour, int minute) => Instant.From(new DateTimeOffset(Wednesday.ToDateTime(new TimeOnly(hour, minute)), TimeSpan.FromHours(7)));

    private static string Clock(Instant instant) => instant.In(CaseAgency.Zone).ToString("HH:mm:ss", System.Globalization.CultureInfo.InvariantCulture);
}

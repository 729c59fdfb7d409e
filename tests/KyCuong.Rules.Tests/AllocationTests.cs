namespace KyCuong.Rules.Tests;

/// <summary>The summary path: 220,000 person-days must not feed the collector.</summary>
public sealed class AllocationTests
{
    /// <summary>Bytes a judged shift may cost on the heap once the buffers have grown.</summary>
    private const double MostBytesPerShift = 16;

    [Theory]
    [InlineData(TapMode.EverySession, false)]
    [InlineData(TapMode.FirstLast, false)]
    [InlineData(TapMode.EverySession, true)]
    public void Judging_a_month_for_its_figures_allocates_next_to_nothing(TapMode taps, bool leave)
    {
        var schedule = new WorkSchedule { Code = "HC", Taps = taps, Sessions = [new(new(7, 0), new(11, 30)), new(new(13, 30), new(17, 0))] };
        var kiosk = new KioskKnowledge(1, null, new Instant(0), null, new Instant(long.MaxValue));
        var rules = new AgencyRules(CaseAgency.Zone, UnitTree.Flat, new WorkCalendar(Weekdays.Weekend), new ScheduleBook([schedule], [new ScheduleAssignment("HC")]), [kiosk]);
        var (from, to) = (new DateOnly(2026, 10, 1), new DateOnly(2026, 10, 31));
        var person = new PersonRecord(1, [new Posting(1, from, null)])
        {
            Leave = leave ? [new LeaveEntry(from, to, new LeavePart(LeavePartKind.Times, new(8, 0), new(9, 0)), LeaveKind.Pass)] : [],
        };
        var month = Month(from, to);
        var assessor = new PersonAssessor(rules);
        var summary = new PeriodSummary(from, to);
        var now = month[^1].At;
        assessor.Summarise(person, from, to, month, now, summary);

        const int people = 100;
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < people; i++)
            assessor.Summarise(person, from, to, month, now, summary);
        long bytes = GC.GetAllocatedBytesForCurrentThread() - before;

        long shifts = summary.Agency.DueSessions / 2;
        Assert.Equal((people + 1) * 22, shifts);
        Assert.True(bytes <= MostBytesPerShift * people * 22, $"{bytes / (people * 22.0):0.0} bytes per shift");
    }

    internal static Tap[] Month(DateOnly from, DateOnly to)
    {
        var taps = new List<Tap>();
        for (var date = from; date <= to; date = date.AddDays(1))
            foreach (var (hour, minute) in new[] { (6, 58), (11, 31), (13, 25), (17, 2) })
                taps.Add(new Tap(Instant.From(new DateTimeOffset(date.ToDateTime(new TimeOnly(hour, minute)), TimeSpan.FromHours(7))), TapDirection.None, DirectionSource.None, 3000, 1, "", new TapKey(1, taps.Count)));
        return [.. taps];
    }
}

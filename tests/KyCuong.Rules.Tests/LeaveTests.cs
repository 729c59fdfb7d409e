namespace KyCuong.Rules.Tests;

/// <summary>How entries of leave stand to each other; what they do to a day is in cases/leave.json and cases/reductions.json.</summary>
public sealed class LeaveTests
{
    private static readonly DateOnly Date = new(2026, 5, 13);

    private static readonly AgencyRules Rules = new(
        CaseAgency.Zone, UnitTree.Flat, new WorkCalendar(Weekdays.Weekend),
        new ScheduleBook([new WorkSchedule { Code = "HC", Sessions = [new(new(7, 0), new(11, 30)), new(new(13, 30), new(17, 0))] }], [new ScheduleAssignment("HC")]), []);

    [Theory]
    [InlineData("day annual 1", "day sick 2", "sick sick")]
    [InlineData("day annual 2", "day sick 1", "annual annual")]
    [InlineData("day annual 1", "afternoon sick 2", "annual sick")]
    [InlineData("day annual 2", "afternoon sick 1", "annual annual")]
    // 07:00–11:30 is 270 minutes: of two cuts in a session the longer one names it.
    [InlineData("day annual 1", "07:00-09:14 trip 2", "annual annual")]
    [InlineData("day annual 1", "07:00-09:16 trip 2", "trip annual")]
    [InlineData("07:00-10:00 annual 1", "08:00-11:30 trip 2", "trip ")]
    [InlineData("07:00-10:00 annual 2", "08:00-11:30 trip 1", "annual ")]
    [InlineData("day annual 1", "09:00-10:00 lateNotice 2", "annual annual")]
    [InlineData("day annual 1", "start+60 reduction 2", "annual annual")]
    public void Where_entries_overlap_the_later_entered_counts_however_they_are_listed(string one, string other, string kinds)
    {
        Assert.Equal(kinds, Kinds(Entry(one), Entry(other)));
        Assert.Equal(kinds, Kinds(Entry(other), Entry(one)));
    }

    [Fact]
    public void Entries_of_one_instant_have_one_order_too()
    {
        LeaveEntry[] entries = [Entry("day annual 1"), Entry("day sick 1"), Entry("morning trip 1"), Entry("08:00-10:00 pass 1")];
        var kinds = Kinds(entries);
        foreach (var shuffled in Enumerable.Range(0, 24).Select(seed => Shuffled(entries, seed))) Assert.Equal(kinds, Kinds(shuffled));
    }

    [Theory]
    [InlineData("day annual", "day annual", LeaveRelation.Apart)]
    [InlineData("day annual", "day sick", LeaveRelation.Overlapping)]
    [InlineData("day annual", "morning sick", LeaveRelation.Overlapping)]
    [InlineData("day annual", "09:00-10:00 pass", LeaveRelation.Overlapping)]
    [InlineData("morning annual", "afternoon sick", LeaveRelation.Apart)]
    [InlineData("morning annual", "16:00-17:00 pass", LeaveRelation.Overlapping)]
    [InlineData("09:00-10:00 pass", "10:00-11:00 trip", LeaveRelation.Apart)]
    [InlineData("09:00-10:01 pass", "10:00-11:00 trip", LeaveRelation.Overlapping)]
    [InlineData("22:00-02:00 pass", "02:00-03:00 trip", LeaveRelation.Apart)]
    [InlineData("22:00-02:00 pass", "01:00-03:00 trip", LeaveRelation.Overlapping)]
    [InlineData("22:00-02:00 pass", "23:00-23:30 trip", LeaveRelation.Overlapping)]
    [InlineData("day annual", "day lateNotice", LeaveRelation.Apart)]
    [InlineData("day annual", "any60 reduction", LeaveRelation.Apart)]
    [InlineData("start+30 reduction", "end-30 reduction", LeaveRelation.Apart)]
    [InlineData("start+30 reduction", "start+60 reduction", LeaveRelation.Apart)]
    [InlineData("start+60 reduction", "start+60 reduction", LeaveRelation.ReductionTwice)]
    public void Two_entries_of_a_date_stand_to_each_other_the_same_from_either_side(string one, string other, LeaveRelation relation)
    {
        Assert.Equal(relation, LeaveConflict.Between(Entry(one + " 1"), Entry(other + " 2")));
        Assert.Equal(relation, LeaveConflict.Between(Entry(other + " 2"), Entry(one + " 1")));
        Assert.Equal(LeaveRelation.Apart, LeaveConflict.Between(Entry(one + " 1"), Entry(other + " 2") with { From = Date.AddDays(1), To = Date.AddDays(1) }));
    }

    [Theory]
    [InlineData("start+270", null)]
    [InlineData("start+271", 270)]
    [InlineData("end-210", null)]
    [InlineData("end-211", 210)]
    [InlineData("any480", null)]
    public void A_reduction_fits_into_the_session_it_comes_out_of(string part, int? room) =>
        Assert.Equal(room, ReductionCheck.FirstProblem(Rules, Person(), Entry($"{part} reduction 1"))?.Minutes);

    private static string Kinds(params LeaveEntry[] leave)
    {
        var verdict = Assert.Single(new PersonAssessor(Rules).Judge(Person() with { Leave = leave }, Date, Date, [], Instant.From(new DateTimeOffset(2026, 6, 1, 0, 0, 0, TimeSpan.Zero))));
        // Judging again from the inputs alone gives the same.
        Assert.Equal(verdict.Sessions.Select(session => session.Leave), ShiftJudge.Judge(verdict.Inputs).Sessions.Select(session => session.Leave));
        return string.Join(' ', verdict.Sessions.Select(session => session.Leave?.Word()));
    }

    private static PersonRecord Person() => new(1, [new Posting(1, new DateOnly(2026, 1, 1), null)]);

    /// <summary>Part, kind, and when it was entered.</summary>
    private static LeaveEntry Entry(string text)
    {
        var words = text.Split(' ');
        Assert.True(LeavePart.TryParse(words[0], out var part));
        Assert.True(LeaveKinds.TryParse(words[1], out var kind));
        return new LeaveEntry(Date, Date, part, kind, new Instant(long.Parse(words[2], System.Globalization.CultureInfo.InvariantCulture)));
    }

    private static LeaveEntry[] Shuffled(LeaveEntry[] entries, int seed)
    {
        var copy = entries.ToArray();
        new Random(seed).Shuffle(copy);
        return copy;
    }
}

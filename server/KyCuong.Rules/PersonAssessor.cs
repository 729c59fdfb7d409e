namespace KyCuong.Rules;

/// <summary>
/// Judges one person after another over a range of dates. Keeps its buffers between calls: make one for each thread and
/// reuse it. Reads no clock: <c>now</c> is an argument.
/// </summary>
public sealed class PersonAssessor(AgencyRules rules)
{
    /// <summary>
    /// The instants between which taps have to be handed in for a range of dates: its windows and those of the
    /// neighbouring days that may touch them.
    /// </summary>
    public (Instant From, Instant To) TapRange(DateOnly from, DateOnly to) =>
        (new Instant(rules.Days.Midnight(from.AddDays(-1 - rules.Schedules.Reach))), new Instant(rules.Days.Midnight(to.AddDays(2 + rules.Schedules.Reach))));

    /// <summary>Verdicts with everything an explanation needs, by date and schedule; dates without a posting are left out.</summary>
    /// <param name="taps">Of the person, over <see cref="TapRange"/>; any order.</param>
    /// <param name="now">What "still to come" is measured against.</param>
    public IReadOnlyList<ShiftVerdict> Judge(PersonRecord person, DateOnly from, DateOnly to, ReadOnlySpan<Tap> taps, Instant now)
    {
        var verdicts = new List<ShiftVerdict>();
        foreach (var (date, posting) in Dates(person, from, to))
        {
            var plan = rules.Days.Of(person.Staff, posting.Unit, date);
            if (plan.Shifts.Length == 0)
                verdicts.Add(Off(person, posting, date, plan, null, now));
            foreach (var shift in plan.Shifts)
                verdicts.Add(Off(person, posting, date, plan, shift, now));
        }
        return verdicts;
    }

    /// <summary>The same judgement as figures only, handed to <paramref name="sink"/> shift by shift.</summary>
    public void Summarise(PersonRecord person, DateOnly from, DateOnly to, ReadOnlySpan<Tap> taps, Instant now, IFiguresSink sink)
    {
        foreach (var verdict in Judge(person, from, to, taps, now))
            sink.Add(new ShiftFigures { Staff = verdict.Staff, Unit = verdict.Unit, Date = verdict.Date, Schedule = verdict.Schedule, State = verdict.State, Final = verdict.Final, Unscheduled = verdict.Unscheduled });
    }

    private static IEnumerable<(DateOnly Date, Posting Posting)> Dates(PersonRecord person, DateOnly from, DateOnly to)
    {
        for (var date = from; date <= to; date = date.AddDays(1))
            if (person.On(date) is { } posting)
                yield return (date, posting);
    }

    private static ShiftVerdict Off(PersonRecord person, Posting posting, DateOnly date, DayPlan plan, ShiftPlan? shift, Instant now) => new()
    {
        Staff = person.Staff,
        Unit = posting.Unit,
        Date = date,
        Schedule = shift?.Schedule,
        Assignment = shift?.InForce.Assignment,
        Calendar = plan.Calendar,
        State = shift is { Due: true } ? ShiftState.Pending : ShiftState.Off,
        Final = shift is not { Due: true },
        WaitingFor = [],
        WorkedMinutes = 0,
        PresentMinutes = 0,
        LateMinutes = 0,
        EarlyMinutes = 0,
        Sessions = [],
        Findings = [],
        Taps = [],
        Window = null,
        Inputs = new JudgementInputs
        {
            Staff = person.Staff, Unit = posting.Unit, Date = date, Now = now, Calendar = plan.Calendar, Schedule = shift?.Schedule,
            Assignment = shift?.InForce.Assignment, Due = shift is { Due: true }, Sessions = [], Window = null, Leave = [], ReductionMinutes = 0,
            LeaveEntries = [], Taps = [], Outside = [], Kiosks = [],
        },
    };
}

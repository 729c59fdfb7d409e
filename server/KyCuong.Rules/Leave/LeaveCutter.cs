namespace KyCuong.Rules;

/// <summary>Turns the leave entries on a date into stretches of time to take out of one shift.</summary>
internal static class LeaveCutter
{
    /// <summary>Minutes from midnight around which the day divides when there are several gaps: the middle of the usual lunch break.</summary>
    private const int MiddayMinutes = (12 * 60) + 30;

    /// <summary>Adds the cuts and the reduction of a shift to <paramref name="work"/>. Where entries overlap, the time is the later entered one's.</summary>
    /// <param name="ordinary">The due shifts of the date that half days divide, this one or those it comes on top of.</param>
    public static void Apply(ShiftWork work, PersonRecord person, ShiftPlan shift, ReadOnlySpan<ShiftPlan> ordinary, ZoneClock clock)
    {
        bool reduced = false;
        LeaveEntry? done = null;
        while (LatestBefore(done, person, shift.Date) is { } leave)
        {
            reduced |= leave.Part.IsReduction;
            if (!leave.Part.IsReduction && leave.Kind != LeaveKind.LateNotice)
                AddUncovered(work, Cut(leave, shift, ordinary, clock), leave.Kind, 0);
            done = leave;
        }
        // A reduction is minutes of the day's hours; duty on top of them has none of its own.
        if (reduced && ordinary.Contains(shift))
            Reduce(work, person, shift, ordinary, clock);
    }

    /// <summary>The entries in force on a date from the last one backwards, without making a list; null: no more.</summary>
    private static LeaveEntry? LatestBefore(LeaveEntry? done, PersonRecord person, DateOnly date)
    {
        LeaveEntry? found = null;
        for (int i = 0; i < person.Leave.Count; i++)
        {
            var leave = person.Leave[i];
            if (leave.InForce(date) && (done is null || LeaveOrder.Compare(leave, done) < 0) && (found is null || LeaveOrder.Compare(leave, found) > 0))
                found = leave;
        }
        return found;
    }

    /// <summary>Adds what of a stretch the cuts from the index on do not cover yet.</summary>
    private static void AddUncovered(ShiftWork work, Stretch cut, LeaveKind kind, int from)
    {
        for (int i = from, count = work.CutCount; i < count && cut.Length > 0; i++)
        {
            var (start, end) = (work.Cuts[i].Start.Micros, work.Cuts[i].End.Micros);
            if (end <= cut.Start || cut.End <= start)
                continue;
            AddUncovered(work, new Stretch(cut.Start, start), kind, i + 1);
            cut = new Stretch(Math.Max(cut.Start, end), cut.End);
        }
        if (cut.Length > 0)
            work.AddCut(new LeaveCut(new Instant(cut.Start), new Instant(cut.End), kind));
    }

    /// <summary>What of a shift an entry takes, before other entries are asked; nothing for a reduction.</summary>
    internal static Stretch Cut(LeaveEntry leave, ShiftPlan shift, ReadOnlySpan<ShiftPlan> ordinary, ZoneClock clock)
    {
        switch (leave.Part.Kind)
        {
            case LeavePartKind.Day:
                return new Stretch(shift.Start, shift.End);
            case LeavePartKind.Times:
                return Times(leave.Part, shift, clock);
            case LeavePartKind.Morning or LeavePartKind.Afternoon:
                // Duty on top of the day's hours is not part of its morning or afternoon.
                if (!ordinary.Contains(shift))
                    return default;
                long divide = Divide(ordinary, clock, shift.Date);
                return leave.Part.Kind == LeavePartKind.Morning ? new Stretch(shift.Start, Math.Min(divide, shift.End)) : new Stretch(Math.Max(divide, shift.Start), shift.End);
            case LeavePartKind.AtStart or LeavePartKind.AtEnd or LeavePartKind.Anywhere:
                return default;
            default:
                throw new InvalidOperationException($"No such part: {(int)leave.Part.Kind}.");
        }
    }

    /// <summary>By the clock of the shift's date; in a shift that runs past midnight, hours before it begins are those of the next morning.</summary>
    private static Stretch Times(LeavePart part, ShiftPlan shift, ZoneClock clock)
    {
        int start = (part.Start.Hour * 60) + part.Start.Minute, end = (part.End.Hour * 60) + part.End.Minute;
        if (end <= start) end += ScheduleLimits.MinutesPerDay;
        var cut = new Stretch(clock.At(shift.Date, start).Micros, clock.At(shift.Date, end).Micros);
        if (cut.End <= shift.Start)
            cut = new Stretch(clock.At(shift.Date, start + ScheduleLimits.MinutesPerDay).Micros, clock.At(shift.Date, end + ScheduleLimits.MinutesPerDay).Micros);
        return cut;
    }

    /// <summary>
    /// Where morning ends: with one session at 12:00 if that is inside, else at its middle; with several in the gap, of more
    /// gaps in the one nearest to midday.
    /// </summary>
    private static long Divide(ReadOnlySpan<ShiftPlan> ordinary, ZoneClock clock, DateOnly date)
    {
        int count = 0;
        foreach (var shift in ordinary) count += shift.Sessions.Length;
        var sessions = new Stretch[count];
        int next = 0;
        foreach (var shift in ordinary)
        {
            shift.Sessions.CopyTo(sessions, next);
            next += shift.Sessions.Length;
        }
        Array.Sort(sessions, static (a, b) => a.Start.CompareTo(b.Start));

        if (count == 1)
        {
            long noon = clock.At(date, 12 * 60).Micros;
            return sessions[0].Start < noon && noon < sessions[0].End ? noon : sessions[0].Start + ((sessions[0].End - sessions[0].Start) / 2);
        }
        long midday = clock.At(date, MiddayMinutes).Micros, best = 0, distance = long.MaxValue;
        for (int i = 0; i + 1 < count; i++)
        {
            long middle = sessions[i].End + ((sessions[i + 1].Start - sessions[i].End) / 2);
            if (Math.Abs(middle - midday) < distance)
                (best, distance) = (middle, Math.Abs(middle - midday));
        }
        return best;
    }

    /// <summary>
    /// Reductions begin at what other leave leaves of the day, with several shifts in the first or last that has something
    /// left; more than one on a date is added up. Minutes anywhere are given to each shift: who used how many of them in
    /// another is not known here.
    /// </summary>
    private static void Reduce(ShiftWork work, PersonRecord person, ShiftPlan shift, ReadOnlySpan<ShiftPlan> ordinary, ZoneClock clock)
    {
        DueParts.Apply(work);
        bool any = work.AnyDue;
        long start = any ? work.Sessions[work.FirstDue].Due.Start : 0, end = any ? work.Sessions[work.LastDue].Due.End : 0;
        work.ForgetParts();
        if (!any)
            return;
        int at = ordinary.IndexOf(shift);
        bool first = !AnyLeft(ordinary[..at], person, ordinary, clock), last = !AnyLeft(ordinary[(at + 1)..], person, ordinary, clock);
        for (int i = 0; i < person.Leave.Count; i++)
        {
            var leave = person.Leave[i];
            long micros = leave.Part.Minutes * Instant.PerMinute;
            if (!leave.Part.IsReduction || !leave.InForce(shift.Date))
                continue;
            if (leave.Part.Kind == LeavePartKind.Anywhere)
                work.ReductionMicros += micros;
            else if (leave.Part.Kind == LeavePartKind.AtStart && first)
                work.AddCut(new LeaveCut(new Instant(start), new Instant(start += micros), LeaveKind.Reduction));
            else if (leave.Part.Kind == LeavePartKind.AtEnd && last)
                work.AddCut(new LeaveCut(new Instant(end - micros), new Instant(end), LeaveKind.Reduction));
        }
    }

    /// <summary>Whether leave leaves anything of these shifts.</summary>
    private static bool AnyLeft(ReadOnlySpan<ShiftPlan> shifts, PersonRecord person, ReadOnlySpan<ShiftPlan> ordinary, ZoneClock clock)
    {
        foreach (var shift in shifts)
            foreach (var session in shift.Sessions)
                if (Uncovered(session, shift, person, ordinary, clock) < session.End)
                    return true;
        return false;
    }

    /// <summary>The first moment of a session that no leave takes; its end: there is none.</summary>
    private static long Uncovered(Stretch session, ShiftPlan shift, PersonRecord person, ReadOnlySpan<ShiftPlan> ordinary, ZoneClock clock)
    {
        long at = session.Start;
        for (int i = 0; i < person.Leave.Count && at < session.End; i++)
        {
            var leave = person.Leave[i];
            if (leave.Part.IsReduction || leave.Kind == LeaveKind.LateNotice || !leave.InForce(shift.Date))
                continue;
            var cut = Cut(leave, shift, ordinary, clock);
            if (cut.Start > at || cut.End <= at)
                continue;
            // Ones passed over before may go on from here.
            (at, i) = (cut.End, -1);
        }
        return at;
    }
}

using System.Runtime.CompilerServices;

namespace KyCuong.Rules;

/// <summary>Two schedules due for one person that do not go together.</summary>
/// <param name="Date">The date on which it was seen; the later shift may begin on the next.</param>
/// <param name="Overlap">They ask for two sessions at one time: an error (design section 6). Else see <see cref="MostOpensBefore"/>.</param>
/// <param name="MostOpensBefore">
/// They fit, but the later opens so soon after the earlier's end that the taps out of the earlier would be its: minutes before
/// its start at which it would no longer do so. 0 for an overlap.
/// </param>
public sealed record ShiftClash(DateOnly Date, ScheduleInForce Earlier, ScheduleInForce Later, bool Overlap, int MostOpensBefore);

/// <summary>
/// Finds schedules that would give one person two sessions at the same time: whoever they come from, person, unit or agency,
/// hours or duty on top, across midnight too. Weekly patterns are held against each other without holidays and swaps, which
/// another year puts elsewhere; duty on named dates against what is due on those dates: on a holiday it takes the place of the
/// hours. Pure.
/// </summary>
public static class ShiftClashes
{
    /// <summary>People tap out within so many minutes of the end; a window that closes sooner takes their departure.</summary>
    private const int TapOutMinutes = 15;

    /// <summary>Between two changes the pattern is weekly; the day before a change may reach past midnight.</summary>
    private const int DaysAfterChange = 8;

    /// <summary>Each pair of assignments once for each kind of clash, by date.</summary>
    /// <param name="staff">0: nobody in particular, whoever has no schedule of their own.</param>
    /// <param name="unitOn">The unit on a date; null: not judged.</param>
    /// <param name="units">All units that <paramref name="unitOn"/> may name.</param>
    /// <param name="moves">Dates on which the unit changes.</param>
    public static IEnumerable<ShiftClash> Of(
        ScheduleBook book, UnitTree tree, WorkCalendar calendar, long staff, Func<DateOnly, long?> unitOn, IEnumerable<long> units, IEnumerable<DateOnly> moves)
    {
        var seen = new HashSet<(int, int, bool)>();
        foreach (var date in Dates(book, tree, staff, units, moves).Distinct().Order())
        {
            var today = Due(date, 0).ToList();
            if (today.Count == 0)
                continue;
            var both = today.Concat(Due(date.AddDays(1), ScheduleLimits.MinutesPerDay)).ToList();
            for (int i = 0; i < today.Count; i++)
                for (int j = i + 1; j < both.Count; j++)
                    if (Clash(date, both[i], both[j]) is { } clash && seen.Add(Key(clash)))
                        yield return clash;
        }

        IEnumerable<DueShift> Due(DateOnly date, int midnight)
        {
            if (unitOn(date) is not { } unit)
                return [];
            var inForce = book.On(staff, unit, tree, date);
            var day = inForce.Any(one => one.Assignment.Dates is not null) ? calendar.On(date) : new CalendarDay(date, CalendarKind.Ordinary);
            return inForce.Where(one => one.Schedule.IsDue(day)).Select(one => new DueShift(one, midnight));
        }
    }

    /// <summary>Dates on which a clash must show, if there is one.</summary>
    private static IEnumerable<DateOnly> Dates(ScheduleBook book, UnitTree tree, long staff, IEnumerable<long> units, IEnumerable<DateOnly> moves)
    {
        var chain = units.SelectMany(tree.SelfAndAbove).ToHashSet();
        var mine = book.Assignments.Where(one => one.Staff is { } person ? person == staff : one.Unit is not { } unit || chain.Contains(unit)).ToList();
        var codes = mine.Select(one => one.Schedule).ToHashSet(StringComparer.Ordinal);
        foreach (var assignment in mine)
        {
            foreach (var date in (assignment.Dates ?? []).Concat(After(assignment.From)).Concat(After(assignment.To))) yield return date;
            foreach (var date in assignment.Dates ?? []) yield return date.AddDays(-1);
        }
        foreach (var version in book.Versions.Where(version => codes.Contains(version.Code)))
            foreach (var date in After(version.From).Concat(After(version.To))) yield return date;
        foreach (var date in moves.SelectMany(move => After(move))) yield return date;
    }

    private static IEnumerable<DateOnly> After(DateOnly? change) => change is { } date && date.DayNumber > 0 && date.DayNumber < DateOnly.MaxValue.DayNumber - DaysAfterChange - 2
        ? Enumerable.Range(date.DayNumber - 1, DaysAfterChange + 2).Select(DateOnly.FromDayNumber)
        : [];

    private static ShiftClash? Clash(DateOnly date, DueShift one, DueShift other)
    {
        var (earlier, later) = one.Start <= other.Start ? (one, other) : (other, one);
        if (earlier.Meets(later))
            return new ShiftClash(date, earlier.InForce, later.InForce, true, 0);
        int apart = later.Start - earlier.End;
        return apart * Instant.PerMinute > Windows.ServesBothMicros && apart - later.InForce.Schedule.OpensBeforeMinutes < TapOutMinutes
            ? new ShiftClash(date, earlier.InForce, later.InForce, false, apart - TapOutMinutes)
            : null;
    }

    private static (int, int, bool) Key(ShiftClash clash)
    {
        int a = RuntimeHelpers.GetHashCode(clash.Earlier.Assignment), b = RuntimeHelpers.GetHashCode(clash.Later.Assignment);
        return (Math.Min(a, b), Math.Max(a, b), clash.Overlap);
    }

    /// <summary>A schedule due, in minutes from the midnight that begins the first date.</summary>
    private readonly record struct DueShift(ScheduleInForce InForce, int Midnight)
    {
        public int Start => InForce.Schedule.Offsets()[0].Start + Midnight;

        public int End => InForce.Schedule.Offsets()[^1].End + Midnight;

        public bool Meets(DueShift other)
        {
            foreach (var a in InForce.Schedule.Offsets())
                foreach (var b in other.InForce.Schedule.Offsets())
                    if (a.Start + Midnight < b.End + other.Midnight && b.Start + other.Midnight < a.End + Midnight)
                        return true;
            return false;
        }
    }
}

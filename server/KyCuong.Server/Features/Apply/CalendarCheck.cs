using System.Text.Json;
using KyCuong.Rules;
using KyCuong.Server.Formats;

namespace KyCuong.Server.Features.Apply;

/// <summary>
/// Swaps and holidays without contradictions: a date is off by one exchange or worked by one, never both, and no exchange
/// touches a day that is a holiday anyway. Pure.
/// </summary>
internal static class CalendarCheck
{
    /// <summary>Checks what the file declares against itself, the store and the calendar of the law.</summary>
    public static void Check(ApplyFile file, ApplyDraft draft, ProblemList problems, List<ApplyNote> notes)
    {
        Removals(file, draft, problems);
        var swaps = Swaps(file, draft);
        var offs = swaps.Select(swap => swap.Off).ToHashSet();
        var worked = swaps.Select(swap => swap.Worked).ToHashSet();
        var gone = file.Removed.Holidays.Select(holiday => holiday.Date).ToHashSet();
        var holidays = draft.Holidays.Select(row => row.Date).Where(date => !gone.Contains(date)).Concat(file.Holidays.Select(holiday => holiday.Date)).ToHashSet();
        var law = new WorkCalendar(RestDays(file, draft));
        foreach (var swap in file.Swaps)
        {
            if (swap.Off == swap.Worked) continue;
            if (swaps.Count(other => other.Worked == swap.Worked) > 1) Add(swap.Node, swap.Worked, "swap.workedTwice");
            if (offs.Contains(swap.Worked)) Add(swap.Node, swap.Worked, "swap.offAndWorked");
            else if (holidays.Contains(swap.Worked)) Add(swap.Node, swap.Worked, "swap.workedHoliday");
            else if (law.On(swap.Worked).Kind == CalendarKind.Statutory) Add(swap.Node, swap.Worked, "swap.workedStatutory", law.On(swap.Worked).Name);
            // Where both meet, worked tells it.
            if (worked.Contains(swap.Off)) continue;
            if (holidays.Contains(swap.Off)) Add(swap.Node, swap.Off, "swap.offHoliday");
            else if (law.On(swap.Off).Kind == CalendarKind.Statutory) Add(swap.Node, swap.Off, "swap.offStatutory", law.On(swap.Off).Name);
            else Rest(swap, law, problems, notes);
        }

        var declared = file.Swaps.SelectMany(swap => new[] { swap.Off, swap.Worked }).ToHashSet();
        foreach (var holiday in file.Holidays)
            if (!declared.Contains(holiday.Date) && (worked.Contains(holiday.Date) || offs.Contains(holiday.Date)))
                Add(holiday.Node, holiday.Date, worked.Contains(holiday.Date) ? "swap.workedHoliday" : "swap.offHoliday");

        void Add(SourceNode node, DateOnly date, string message, string? value = null) => problems.Add(node.Line, node.Path, Grammar.Date(date), ApplyText.Get(message, value));
    }

    /// <summary>
    /// Off on a weekly rest day and worked on one is a day more for nothing: a mistake. Worked on a day that is worked anyway
    /// is a half Saturday turned into a whole day, or an exchange that this agency does not need: worth a look.
    /// </summary>
    private static void Rest(SwapDeclaration swap, WorkCalendar law, ProblemList problems, List<ApplyNote> notes)
    {
        var offIsRest = law.RestDays.Contains(swap.Off.DayOfWeek);
        var workedIsRest = law.RestDays.Contains(swap.Worked.DayOfWeek);
        if (offIsRest && workedIsRest)
            problems.Add(swap.Node.Line, swap.Node.Path, Grammar.Date(swap.Off), ApplyText.Get("swap.offRest", Grammar.Date(swap.Worked)));
        else if (!workedIsRest)
            notes.Add(new ApplyNote(swap.Node.Line, swap.Node.Path, ApplyText.Get("swap.workedAnyway", Grammar.Date(swap.Worked))));
    }

    /// <summary>What removes a swap by both its days must mean the one that is there.</summary>
    private static void Removals(ApplyFile file, ApplyDraft draft, ProblemList problems)
    {
        foreach (var swap in file.Removed.Swaps)
            if (swap.Pair is { } pair && draft.Swaps.FirstOrDefault(row => row.OffDate == swap.Off) is { } stored && stored.WorkedDate != pair)
                problems.Add(swap.Node.Line, swap.Node.Path, Grammar.Date(pair), ApplyText.Get("remove.otherPair", Grammar.Date(stored.WorkedDate)));
    }

    /// <summary>The calendar as it would be once the file is applied.</summary>
    public static WorkCalendar Outlook(ApplyFile file, ApplyDraft draft)
    {
        var named = file.Holidays.Concat(file.Removed.Holidays).Select(holiday => holiday.Date).ToHashSet();
        return new WorkCalendar(
            RestDays(file, draft),
            draft.Holidays.Where(row => !named.Contains(row.Date)).Select(row => new CalendarNotice(row.Date, row.Name)).Concat(file.Holidays.Select(holiday => new CalendarNotice(holiday.Date, holiday.Name!))),
            Swaps(file, draft).Select(swap => new DaySwap(swap.Off, swap.Worked)));
    }

    private static List<(DateOnly Off, DateOnly Worked)> Swaps(ApplyFile file, ApplyDraft draft)
    {
        var replaced = file.Swaps.Concat(file.Removed.Swaps).Select(swap => swap.Off).ToHashSet();
        return [.. draft.Swaps.Where(row => !replaced.Contains(row.OffDate)).Select(row => (row.OffDate, row.WorkedDate)), .. file.Swaps.Select(swap => (swap.Off, swap.Worked))];
    }

    /// <summary>The agency's weekly rest once the file is applied.</summary>
    public static Weekdays RestDays(ApplyFile file, ApplyDraft draft)
    {
        var names = file.Agency?.RestDays?.Select(Grammar.Day) ?? (draft.Agency is { } stored ? JsonSerializer.Deserialize<string[]>(stored.RestDays) ?? [] : ["Sat", "Sun"]);
        return names.Aggregate(Weekdays.None, (days, name) => Grammar.TryDay(name, out var day) ? days | (Weekdays)(1 << (int)day) : throw new FormatException($"The stored rest day {name} is damaged."));
    }
}

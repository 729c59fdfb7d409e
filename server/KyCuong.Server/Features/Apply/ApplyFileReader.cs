using KyCuong.Server.Formats;
using KyCuong.Server.Judging;
using KyCuong.Server.Store;

namespace KyCuong.Server.Features.Apply;

/// <summary>
/// Reads an apply file: every value checked by itself and against the rest of the file, all problems listed. What needs
/// the store is checked by <see cref="ApplyCheck"/>. Pure.
/// </summary>
internal static class ApplyFileReader
{
    /// <summary>Bytes in a file.</summary>
    public const long LargestFile = 16 << 20;

    /// <summary>Elements in any one list of a file.</summary>
    public const int MostElements = 50_000;

    private static readonly string[] Modes = ["replace", "add"];

    /// <summary>The declarations that could be read; what is wrong goes to the list.</summary>
    /// <exception cref="FormatException">It is no JSON at all.</exception>
    public static ApplyFile Read(ReadOnlySpan<byte> utf8, ProblemList problems)
    {
        var root = new ObjectReader(SourceParser.Parse(utf8), problems);
        var agency = root.Take("agency") is { } node ? ReadAgency(node, problems) : null;
        var units = ReadList(root, "units", problems, ReadUnit);
        var schedules = ReadList(root, "schedules", problems, ReadSchedule);
        var assignments = ReadList(root, "assignments", problems, ReadAssignment);
        List<HolidayDeclaration> holidays = [];
        List<SwapDeclaration> swaps = [];
        if (root.Take("calendar") is { } calendar) (holidays, swaps) = ReadCalendar(calendar, problems);
        var (gate, retention) = root.Take("policy") is { } declared ? ReadPolicy(declared, problems) : ([], []);
        root.Done();

        Once(units, unit => unit.Code, unit => unit.Node, unit => unit.Code, problems);
        Once(schedules, version => (version.Schedule.Code, version.Schedule.From), version => version.Node, version => $"{version.Schedule.Code} {Grammar.Date(version.Schedule.From)}", problems);
        Once(assignments, AssignmentKey.Of, assignment => assignment.Node, assignment => assignment.Schedule, problems);
        Once(holidays, holiday => holiday.Date, holiday => holiday.Node, holiday => Grammar.Date(holiday.Date), problems);
        Once(swaps, swap => swap.Off, swap => swap.Node, swap => Grammar.Date(swap.Off), problems);
        var removed = new ApplyRemovals([.. assignments.Where(one => one.Remove)], [.. holidays.Where(one => one.Remove)], [.. swaps.Where(one => one.Remove)]);
        return new ApplyFile(
            agency, units, schedules, [.. assignments.Where(one => !one.Remove)], [.. holidays.Where(one => !one.Remove)], [.. swaps.Where(one => !one.Remove)], gate, retention, removed, Mentioned(root, "units"), Mentioned(root, "schedules"));
    }

    /// <summary>Codes that stand in a list, also where the rest of the element is wrong: one mistake is reported once.</summary>
    private static HashSet<string> Mentioned(ObjectReader root, string key) =>
        [.. (root.Take(key)?.Items ?? []).SelectMany(node => node.Members).Where(member => member.Key == "code").Select(member => member.Value.Text)];

    private static AgencyDeclaration? ReadAgency(SourceNode node, ProblemList problems)
    {
        var reader = new ObjectReader(node, problems);
        var code = reader.Code("code", required: true);
        var name = reader.Text("name");
        var superior = new Given<string?>(reader.Has("superior"), reader.Text("superior"));
        var zone = reader.Text("timeZone");
        if (zone is not null && !IsZone(zone))
            problems.Add(reader.Take("timeZone")!, ApplyText.Get("agency.zone"));
        var restDays = reader.Days("restDays");
        if (restDays?.Count > 6) problems.Add(reader.Take("restDays")!, ApplyText.Get("agency.restDays"));
        reader.Done();
        return code is null ? null : new AgencyDeclaration(node, code, name, superior, zone, restDays);
    }

    /// <summary>An IANA name that this machine knows; Windows names would not travel.</summary>
    private static bool IsZone(string name) => (name.Contains('/') || name == "UTC") && TimeZoneInfo.TryFindSystemTimeZoneById(name, out _);

    private static UnitDeclaration? ReadUnit(SourceNode node, ProblemList problems)
    {
        var reader = new ObjectReader(node, problems);
        var code = reader.Code("code", required: true);
        var name = reader.Text("name", required: true);
        var parent = new Given<string?>(reader.Has("parent"), reader.Code("parent"));
        var head = new Given<string?>(reader.Has("head"), reader.Code("head"));
        var heads = ReadList(reader, "heads", problems, ReadHead);
        Once(heads, one => one.From, one => one.Node, one => Grammar.Date(one.From), problems);
        reader.Done();
        return code is null || name is null ? null : new UnitDeclaration(node, code, name, parent, head, heads);
    }

    private static HeadDeclaration? ReadHead(SourceNode node, ProblemList problems)
    {
        var reader = new ObjectReader(node, problems);
        var from = reader.Date("from", required: true);
        var staff = reader.Code("staff");
        var remove = reader.Flag("remove", false);
        reader.Done();
        return from is null ? null : new HeadDeclaration(node, from.Value, staff, remove);
    }

    private static ScheduleDeclaration? ReadSchedule(SourceNode node, ProblemList problems)
    {
        var reader = new ObjectReader(node, problems);
        var code = reader.Code("code", required: true);
        var name = reader.Text("name") ?? code;
        var from = reader.Date("from", required: true);
        var to = reader.Date("to");
        if (to < from) problems.Add(reader.Take("to")!, ApplyText.Get("range.reversed", Grammar.Date(from!.Value)));
        var schedule = ScheduleFormat.Read(reader, code ?? "", name ?? "", from ?? default, to < from ? null : to, problems);
        reader.Done();
        return code is null || from is null || schedule is null || to < from ? null : new ScheduleDeclaration(node, schedule);
    }

    private static AssignmentDeclaration? ReadAssignment(SourceNode node, ProblemList problems)
    {
        var reader = new ObjectReader(node, problems);
        var unit = reader.Code("unit");
        var staff = reader.Code("staff");
        var schedule = reader.Code("schedule", required: true);
        var from = reader.Date("from");
        var to = reader.Date("to");
        var adds = reader.OneOf("mode", Modes) == 1;
        var dates = reader.Dates("dates");
        var remove = reader.Flag("remove", false);
        reader.Done();
        if (unit is not null && staff is not null) problems.Add(node.Line, node.Path, $"{unit}, {staff}", ApplyText.Get("assignment.two"));
        if (to < from) problems.Add(reader.Take("to")!, ApplyText.Get("range.reversed", Grammar.Date(from!.Value)));
        if (dates is { Count: 0 }) problems.Add(reader.Take("dates")!, ApplyText.Get("assignment.noDates"));
        foreach (var date in dates ?? [])
            if (date < from || date > to) problems.Add(node.Line, $"{node.Path}.dates", Grammar.Date(date), ApplyText.Get("assignment.dateOutside"));
        // A code that was there but wrong must not turn into an assignment of the whole agency.
        var wrongTarget = unit is null && reader.Take("unit") is not null || staff is null && reader.Take("staff") is not null;
        return schedule is null || to < from || wrongTarget ? null : new AssignmentDeclaration(node, unit, staff, schedule, from, to, adds, dates, remove);
    }

    private static (List<HolidayDeclaration>, List<SwapDeclaration>) ReadCalendar(SourceNode node, ProblemList problems)
    {
        var reader = new ObjectReader(node, problems);
        var holidays = ReadList(reader, "holidays", problems, ReadHoliday);
        var swaps = ReadList(reader, "swaps", problems, ReadSwap);
        reader.Done();
        return (holidays, swaps);
    }

    private static HolidayDeclaration? ReadHoliday(SourceNode node, ProblemList problems)
    {
        var reader = new ObjectReader(node, problems);
        var date = reader.Date("date", required: true);
        var remove = reader.Flag("remove", false);
        var name = reader.Text("name", required: !remove);
        var notice = reader.Text("notice");
        reader.Done();
        return date is null || (name is null && !remove) ? null : new HolidayDeclaration(node, date.Value, name, notice, remove);
    }

    private static SwapDeclaration? ReadSwap(SourceNode node, ProblemList problems)
    {
        var reader = new ObjectReader(node, problems);
        var off = reader.Date("off");
        var worked = reader.Date("worked");
        var notice = reader.Text("notice");
        var remove = reader.Flag("remove", false);
        reader.Done();
        // A day that was there but wrong is told already.
        if (reader.IsObject && (reader.Take("off") is null || (reader.Take("worked") is null && !remove)))
            problems.Add(node.Line, node.Path, (off ?? worked) is { } one ? Grammar.Date(one) : "", ApplyText.Get("swap.noPair"));
        if (off is null || (worked is null && !(remove && reader.Take("worked") is null))) return null;
        if (off == worked) problems.Add(node.Line, node.Path, Grammar.Date(off.Value), ApplyText.Get("swap.same"));
        return new SwapDeclaration(node, off.Value, worked, notice, remove);
    }

    private static (List<GateSettingDeclaration> Gate, List<RetentionDeclaration> Retention) ReadPolicy(SourceNode node, ProblemList problems)
    {
        var policy = new ObjectReader(node, problems);
        var settings = new List<GateSettingDeclaration>();
        if (policy.Take("gate") is { } gate)
        {
            var reader = new ObjectReader(gate, problems);
            foreach (var setting in Enum.GetValues<GateSetting>())
                if (reader.Take(GatePolicy.Key(setting)) is not null) settings.Add(new GateSettingDeclaration(setting, reader.Flag(GatePolicy.Key(setting), false)));
            reader.Done();
        }

        var periods = new List<RetentionDeclaration>();
        if (policy.Take("retention") is { } retention)
        {
            var reader = new ObjectReader(retention, problems);
            foreach (var (kind, days, shortest) in RetentionPolicy.Kinds)
                if (reader.Take(RetentionPolicy.Key(kind)) is not null) periods.Add(new RetentionDeclaration(kind, reader.WholeOr(RetentionPolicy.Key(kind), shortest, RetentionPolicy.Longest, days)));
            reader.Done();
        }

        policy.Done();
        return (settings, periods);
    }

    private static List<T> ReadList<T>(ObjectReader reader, string key, ProblemList problems, Func<SourceNode, ProblemList, T?> read) where T : class
    {
        var nodes = reader.List(key);
        if (nodes.Count > MostElements)
        {
            problems.Add(reader.Take(key)!, ApplyText.Get("list.tooLong", nodes.Count, MostElements));
            return [];
        }

        return [.. nodes.Select(node => read(node, problems)).OfType<T>()];
    }

    private static void Once<T, TKey>(List<T> items, Func<T, TKey> key, Func<T, SourceNode> node, Func<T, string> shown, ProblemList problems) where TKey : notnull
    {
        var first = new Dictionary<TKey, SourceNode>();
        foreach (var item in items)
            if (!first.TryAdd(key(item), node(item)))
                problems.Add(node(item).Line, node(item).Path, shown(item), ApplyText.Get("list.twice", first[key(item)].Line));
    }
}

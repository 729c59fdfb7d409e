using System.Globalization;
using System.Text.Json;

namespace KyCuong.Rules.Tests;

/// <summary>Builds the inputs of a case. Staff 1 in unit 1, at +07:00; the base schedule is 07:00–11:30, 13:30–17:00 with 5 minutes of grace.</summary>
public sealed class CaseAgency
{
    public static readonly TimeZoneInfo Zone = TimeZoneInfo.FindSystemTimeZoneById("Asia/Ho_Chi_Minh");
    private readonly Dictionary<string, long> _kioskIds = new() { ["import"] = 0 };
    private readonly RuleCase _case;

    public CaseAgency(RuleCase one)
    {
        _case = one;
        var kiosks = one.Texts("kiosks").Select(Kiosk).ToList();
        Taps = [.. one.Texts("taps").Select(Tap)];
        var postings = one.Texts("postings").Select(Posting).ToList();
        Person = new PersonRecord(1, postings.Count > 0 ? postings : [new Posting(1, new DateOnly(2014, 1, 1), null)])
        {
            Leave = [.. one.Texts("leave").Select(Leave)],
            Decisions = [.. one.Texts("decisions").Select(Decision)],
            HandKept = [.. one.Texts("handKept").Select(HandKept)],
            HandKeptMarks = [.. one.Texts("marks").Select(Mark)],
        };
        var (schedules, assignments) = Schedules();
        var units = new UnitTree([new(1, 2), new(2, null)]);
        var calendar = new WorkCalendar(Weekdays.Weekend);
        Rules = new AgencyRules(Zone, units, calendar, new ScheduleBook(schedules, assignments), kiosks, [.. one.Texts("incidents").Select(Incident)]);
        Now = one.Text("now") is { } now ? At(now) : new Instant(At("00:00").Micros + (30 * Instant.PerDay));
    }

    public AgencyRules Rules { get; }
    public PersonRecord Person { get; }
    public Tap[] Taps { get; }
    public Instant Now { get; }

    public string KioskName(long kiosk) => _kioskIds.First(one => one.Value == kiosk).Key;

    /// <summary>[±N ]HH:MM[:SS[.ffffff]]: on the case's date, or N days from it.</summary>
    public Instant At(string text)
    {
        var words = text.Split(' ');
        int days = words.Length == 2 ? int.Parse(words[0], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture) : 0;
        var time = TimeOnly.Parse(words[^1], CultureInfo.InvariantCulture);
        var local = _case.Date.AddDays(days).ToDateTime(time);
        return Instant.From(new DateTimeOffset(local, Zone.GetUtcOffset(local)));
    }

    /// <summary>time [in|out|press-in|press-out] [@kiosk] [~milliseconds]</summary>
    private Tap Tap(string text, int index)
    {
        var words = text.Split(' ').ToList();
        string time = words[0];
        if (time[0] is '+' or '-')
        {
            time += " " + words[1];
            words.RemoveAt(0);
        }
        var (direction, source, kiosk, uncertainty) = (TapDirection.None, DirectionSource.None, "import", 0L);
        foreach (string word in words.Skip(1))
        {
            if (word[0] == '@') kiosk = word[1..];
            else if (word[0] == '~') uncertainty = long.Parse(word[1..], CultureInfo.InvariantCulture) * 1000;
            else
                (direction, source) = word switch
                {
                    "in" => (TapDirection.In, DirectionSource.Reader),
                    "out" => (TapDirection.Out, DirectionSource.Reader),
                    "press-in" => (TapDirection.In, DirectionSource.Person),
                    "press-out" => (TapDirection.Out, DirectionSource.Person),
                    _ => throw new FormatException($"{_case}: «{word}» in tap «{text}»."),
                };
        }
        if (!_kioskIds.TryGetValue(kiosk, out long id))
            _kioskIds[kiosk] = id = _kioskIds.Count;
        return new Tap(At(time), direction, source, uncertainty, id, "r1", new TapKey(id, index + 1));
    }

    /// <summary>part kind [from to], dates as days from the case's date.</summary>
    private LeaveEntry Leave(string text)
    {
        var words = text.Split(' ');
        Assert.True(LeavePart.TryParse(words[0], out var part), text);
        Assert.True(LeaveKinds.TryParse(words[1], out var kind), text);
        int from = words.Length > 2 ? int.Parse(words[2], CultureInfo.InvariantCulture) : 0;
        int to = words.Length > 3 ? int.Parse(words[3], CultureInfo.InvariantCulture) : from;
        return new LeaveEntry(_case.Date.AddDays(from), _case.Date.AddDays(to), part, kind);
    }

    /// <summary>unit from to, dates as days from the case's date; to may be open.</summary>
    private Posting Posting(string text)
    {
        var words = text.Split(' ');
        return new Posting(long.Parse(words[0], CultureInfo.InvariantCulture), Day(words[1]), words[2] == "open" ? null : Day(words[2]));
    }

    /// <summary>excuse|confirm [±N] [session N] [kind KIND] [schedule CODE]</summary>
    private FindingDecision Decision(string text, int index)
    {
        var words = text.Split(' ');
        var made = new FindingDecision(index + 1, _case.Date, words[0] == "excuse" ? FindingRuling.Excused : FindingRuling.Confirmed, null, null, null, "1/GT");
        for (int i = 1; i < words.Length; i++)
            made = words[i] switch
            {
                "session" => made with { Session = int.Parse(words[++i], CultureInfo.InvariantCulture) },
                "kind" => made with { Kind = Enum.Parse<FindingKind>(words[++i], ignoreCase: true) },
                "schedule" => made with { Schedule = words[++i] },
                _ => made with { Date = Day(words[i]) },
            };
        return made;
    }

    /// <summary>FROM TO [unit N] [@kiosk], times without spaces.</summary>
    private Incident Incident(string text, int index)
    {
        var words = text.Split(' ');
        var made = new Incident(index + 1, At(words[0].Replace('/', ' ')), At(words[1].Replace('/', ' ')), null, null, "2/BB");
        for (int i = 2; i < words.Length; i++)
            made = words[i] == "unit" ? made with { Unit = long.Parse(words[++i], CultureInfo.InvariantCulture) } : made with { Kiosk = _kioskIds[words[i][1..]] };
        return made;
    }

    /// <summary>from to, as days from the case's date; to may be open.</summary>
    private HandKeptSpan HandKept(string text)
    {
        var words = text.Split(' ');
        return new HandKeptSpan(Day(words[0]), words[1] == "open" ? null : Day(words[1]), "3/QĐ");
    }

    /// <summary>present|absent [±N] [session N] [confirmed]</summary>
    private HandKeptMark Mark(string text, int index)
    {
        var words = text.Split(' ');
        var made = new HandKeptMark(index + 1, _case.Date, null, words[0] == "present", false);
        for (int i = 1; i < words.Length; i++)
            made = words[i] switch
            {
                "session" => made with { Session = int.Parse(words[++i], CultureInfo.InvariantCulture) },
                "confirmed" => made with { Confirmed = true },
                _ => made with { Date = Day(words[i]) },
            };
        return made;
    }

    private DateOnly Day(string text) => _case.Date.AddDays(int.Parse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture));

    /// <summary>name known TIME [lost] [unit N] [from TIME] [until TIME], times without spaces: +1/07:00.</summary>
    private KioskKnowledge Kiosk(string text)
    {
        var words = text.Split(' ');
        _kioskIds[words[0]] = _kioskIds.Count;
        var made = new KioskKnowledge(_kioskIds[words[0]], null, new Instant(0), null, new Instant(0));
        for (int i = 1; i < words.Length; i++)
            made = words[i] switch
            {
                "lost" => made with { Lost = true },
                "known" => made with { KnownUntil = At(words[++i].Replace('/', ' ')) },
                "from" => made with { ServesFrom = At(words[++i].Replace('/', ' ')) },
                "until" => made with { ServesUntil = At(words[++i].Replace('/', ' ')) },
                "unit" => made with { Unit = long.Parse(words[++i], CultureInfo.InvariantCulture) },
                _ => throw new FormatException($"{_case}: «{words[i]}» in kiosk «{text}»."),
            };
        return made;
    }

    private (List<WorkSchedule> Schedules, List<ScheduleAssignment> Assignments) Schedules()
    {
        var schedules = new List<WorkSchedule>();
        var assignments = new List<ScheduleAssignment>();
        var given = _case.Get("schedules");
        if (given.ValueKind != JsonValueKind.Array)
        {
            var one = Schedule(Base, _case.Defaults.ValueKind == JsonValueKind.Object && _case.Defaults.TryGetProperty("schedule", out var shared) ? shared : default);
            schedules.Add(Schedule(one, _case.Row.TryGetProperty("schedule", out var own) ? own : default));
            assignments.Add(new ScheduleAssignment("HC"));
            return (schedules, assignments);
        }
        foreach (var element in given.EnumerateArray())
        {
            schedules.Add(Schedule(Base, element));
            bool add = element.TryGetProperty("mode", out var mode) && mode.GetString() == "add";
            long? staff = element.TryGetProperty("staff", out var person) ? person.GetInt64() : null;
            long? unit = element.TryGetProperty("unit", out var at) ? at.GetInt64() : null;
            var dates = element.TryGetProperty("dates", out var on) ? on.EnumerateArray().Select(day => _case.Date.AddDays(day.GetInt32())).ToList() : null;
            var made = new ScheduleAssignment(schedules[^1].Code, unit, staff, null, null, add ? AssignmentMode.Add : AssignmentMode.Replace, dates);
            if (!(element.TryGetProperty("assigned", out var assigned) && assigned.ValueKind == JsonValueKind.False) && !assignments.Contains(made))
                assignments.Add(made);
        }
        return (schedules, assignments);
    }

    private static readonly WorkSchedule Base = new()
    {
        Code = "HC",
        Sessions = [new SessionTimes(new TimeOnly(7, 0), new TimeOnly(11, 30)), new SessionTimes(new TimeOnly(13, 30), new TimeOnly(17, 0))],
        LateGraceMinutes = 5,
        EarlyGraceMinutes = 5,
    };

    /// <summary>The fields of the apply file, over what <paramref name="schedule"/> says.</summary>
    private static WorkSchedule Schedule(WorkSchedule schedule, JsonElement fields)
    {
        if (fields.ValueKind != JsonValueKind.Object)
            return schedule;
        foreach (var field in fields.EnumerateObject())
            schedule = field.Name switch
            {
                "code" => schedule with { Code = field.Value.GetString()! },
                "from" => schedule with { From = DateOnly.Parse(field.Value.GetString()!, CultureInfo.InvariantCulture) },
                "to" => schedule with { To = DateOnly.Parse(field.Value.GetString()!, CultureInfo.InvariantCulture) },
                "sessions" => schedule with { Sessions = [.. field.Value.EnumerateArray().Select(session => Session(session.GetString()!))] },
                "days" => schedule with { Days = field.Value.EnumerateArray().Aggregate(Weekdays.None, (days, day) => days | Enum.Parse<Weekdays>(Long(day.GetString()!))) },
                "holidays" => schedule with { Holidays = field.Value.GetString() == "worked" ? HolidayRule.Worked : HolidayRule.Off },
                "taps" => schedule with { Taps = field.Value.GetString() == "firstLast" ? TapMode.FirstLast : TapMode.EverySession },
                "lateGraceMinutes" => schedule with { LateGraceMinutes = Number(field.Value) },
                "earlyGraceMinutes" => schedule with { EarlyGraceMinutes = Number(field.Value) },
                "graceCounts" => schedule with { GraceCounts = field.Value.GetString() == "beyond" ? GraceCounts.Beyond : GraceCounts.Whole },
                "opensBeforeMinutes" => schedule with { OpensBeforeMinutes = field.Value.GetInt32() },
                "closesAfterMinutes" => schedule with { ClosesAfterMinutes = field.Value.GetInt32() },
                "repeatSeconds" => schedule with { RepeatSeconds = field.Value.GetInt32() },
                "absentAfterLateMinutes" => schedule with { AbsentAfterLateMinutes = Number(field.Value) },
                "partialBelowMinutes" => schedule with { PartialBelowMinutes = Number(field.Value) },
                "absentBelowMinutes" => schedule with { AbsentBelowMinutes = Number(field.Value) },
                "outsCount" => schedule with { OutsCount = field.Value.GetBoolean() },
                "mode" or "dates" or "staff" or "unit" or "assigned" => schedule,
                _ => throw new FormatException($"«{field.Name}» is no field of a schedule."),
            };
        return schedule;
    }

    private static int? Number(JsonElement value) => value.ValueKind == JsonValueKind.Null ? null : value.GetInt32();

    private static SessionTimes Session(string text) =>
        new(TimeOnly.Parse(text.AsSpan(0, 5), CultureInfo.InvariantCulture), TimeOnly.Parse(text.AsSpan(6), CultureInfo.InvariantCulture));

    private static string Long(string day) => Enum.GetNames<DayOfWeek>().First(name => name.StartsWith(day, StringComparison.Ordinal));
}

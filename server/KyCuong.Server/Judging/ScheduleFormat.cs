using System.Text;
using System.Text.Json;
using KyCuong.Rules;
using KyCuong.Server.Formats;

namespace KyCuong.Server.Judging;

/// <summary>
/// The hours of a schedule's version as the apply file writes them and the store keeps them. What may be left out:
/// everything but the sessions; the defaults are those of <see cref="WorkSchedule"/>. A grace of null means that flag is
/// not judged. Pure.
/// </summary>
public static class ScheduleFormat
{
    private static readonly string[] TapModes = ["everySession", "firstLast"];
    private static readonly string[] GraceModes = ["whole", "beyond"];
    private static readonly string[] HolidayModes = ["off", "worked"];

    /// <summary>Takes the keys of a version out of an object; null when something is wrong, which goes to the list.</summary>
    public static WorkSchedule? Read(ObjectReader reader, string code, string name, DateOnly from, DateOnly? to, ProblemList problems)
    {
        var before = problems.Count;
        var schedule = new WorkSchedule
        {
            Code = code,
            Name = name,
            From = from,
            To = to,
            Days = reader.Days("days") is { } days ? days.Aggregate(Weekdays.None, (all, day) => all | (Weekdays)(1 << (int)day)) : Weekdays.WorkWeek,
            Holidays = (HolidayRule)reader.OneOf("holidays", HolidayModes),
            Sessions = Sessions(reader, problems),
            Taps = (TapMode)reader.OneOf("taps", TapModes),
            LateGraceMinutes = reader.Whole("lateGraceMinutes", 0, ScheduleLimits.GraceMinutes, 0),
            EarlyGraceMinutes = reader.Whole("earlyGraceMinutes", 0, ScheduleLimits.GraceMinutes, 0),
            GraceCounts = (GraceCounts)reader.OneOf("graceCounts", GraceModes),
            OpensBeforeMinutes = reader.WholeOr("opensBeforeMinutes", 0, ScheduleLimits.WindowMinutes, 120),
            ClosesAfterMinutes = reader.WholeOr("closesAfterMinutes", 0, ScheduleLimits.WindowMinutes, 240),
            RepeatSeconds = reader.WholeOr("repeatSeconds", 0, ScheduleLimits.RepeatSeconds, 120),
            AbsentAfterLateMinutes = reader.Whole("absentAfterLateMinutes", 1, ScheduleLimits.GraceMinutes, null),
            PartialBelowMinutes = reader.Whole("partialBelowMinutes", 1, ScheduleLimits.GraceMinutes, null),
            AbsentBelowMinutes = reader.Whole("absentBelowMinutes", 1, ScheduleLimits.GraceMinutes, null),
            OutsCount = reader.Flag("outsCount", false),
        };
        if (problems.Count > before) return null;
        foreach (var problem in ScheduleCheck.Problems(schedule)) Report(problem, reader, problems);
        return problems.Count > before ? null : schedule;
    }

    /// <summary>What <see cref="ToJson"/> wrote.</summary>
    /// <exception cref="FormatException">The stored text is damaged.</exception>
    public static WorkSchedule Parse(string code, string name, DateOnly from, DateOnly? to, string json)
    {
        var problems = new ProblemList();
        var reader = new ObjectReader(SourceParser.Parse(Encoding.UTF8.GetBytes(json)), problems);
        var schedule = Read(reader, code, name, from, to, problems);
        reader.Done();
        return schedule is not null && problems.Count == 0 ? schedule : throw new FormatException($"The stored schedule {code} is damaged: {string.Join("; ", problems.Kept)}");
    }

    /// <summary>The hours in one canonical spelling, every key written: equal hours give equal text.</summary>
    public static string ToJson(WorkSchedule schedule)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream))
        {
            json.WriteStartObject();
            json.WriteStartArray("days");
            for (var n = 1; n <= 7; n++)
                if (schedule.Days.Contains((DayOfWeek)(n % 7))) json.WriteStringValue(Grammar.Day((DayOfWeek)(n % 7)));
            json.WriteEndArray();
            json.WriteString("holidays", HolidayModes[(int)schedule.Holidays]);
            json.WriteStartArray("sessions");
            foreach (var session in schedule.Sessions)
            {
                json.WriteStartObject();
                json.WriteString("start", Grammar.Time(session.Start));
                json.WriteString("end", Grammar.Time(session.End));
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteString("taps", TapModes[(int)schedule.Taps]);
            Number(json, "lateGraceMinutes", schedule.LateGraceMinutes);
            Number(json, "earlyGraceMinutes", schedule.EarlyGraceMinutes);
            json.WriteString("graceCounts", GraceModes[(int)schedule.GraceCounts]);
            Number(json, "opensBeforeMinutes", schedule.OpensBeforeMinutes);
            Number(json, "closesAfterMinutes", schedule.ClosesAfterMinutes);
            Number(json, "repeatSeconds", schedule.RepeatSeconds);
            Number(json, "absentAfterLateMinutes", schedule.AbsentAfterLateMinutes);
            Number(json, "partialBelowMinutes", schedule.PartialBelowMinutes);
            Number(json, "absentBelowMinutes", schedule.AbsentBelowMinutes);
            json.WriteBoolean("outsCount", schedule.OutsCount);
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(stream.ToArray());
    }

    /// <summary>The word of the apply file for a tap mode.</summary>
    public static string Word(TapMode mode) => TapModes[(int)mode];

    private static void Number(Utf8JsonWriter json, string key, int? value)
    {
        if (value is { } number) json.WriteNumber(key, number);
        else json.WriteNull(key);
    }

    private static List<SessionTimes> Sessions(ObjectReader reader, ProblemList problems)
    {
        var sessions = new List<SessionTimes>();
        foreach (var node in reader.List("sessions", required: true))
        {
            var item = new ObjectReader(node, problems);
            var start = item.Time("start", required: true);
            var end = item.Time("end", required: true);
            item.Done();
            if (start is { } from && end is { } to) sessions.Add(new SessionTimes(from, to));
        }

        return sessions;
    }

    private static void Report(ScheduleProblem problem, ObjectReader reader, ProblemList problems)
    {
        var node = reader.Take(problem.Field) ?? reader.Node;
        if (problem.Session is { } session && session < node.Items.Count) node = node.Items[session];
        problems.Add(node.Line, node.Path, problem.Value, problem.Kind switch
        {
            ScheduleProblemKind.SessionCount => FormatText.Get("schedule.sessionCount", ScheduleLimits.Sessions),
            ScheduleProblemKind.SessionsOverlap => FormatText.Get("schedule.sessionsOverlap"),
            ScheduleProblemKind.NoDays => FormatText.Get("schedule.noDays"),
            ScheduleProblemKind.Dates or ScheduleProblemKind.OutOfRange or ScheduleProblemKind.VersionsOverlap or ScheduleProblemKind.Hole => FormatText.Get("schedule.outOfRange"),
            _ => throw new InvalidOperationException($"No such problem: {problem.Kind}."),
        });
    }
}

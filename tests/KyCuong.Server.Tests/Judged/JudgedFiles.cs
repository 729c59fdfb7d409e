using System.Globalization;
using System.Text.Json.Nodes;

namespace KyCuong.Server.Tests.Judged;

/// <summary>Writes what a row says in short into the files of design section 9, letter by letter as an agency would bring them. Pure.</summary>
internal static class JudgedFiles
{
    /// <summary>The person of every row.</summary>
    public const string Staff = "NV";

    /// <summary>The hours a row's schedule starts from.</summary>
    private const string Base = """
        { "code": "HC", "name": "Giờ hành chính", "from": "2014-01-01", "to": null, "days": ["Mon","Tue","Wed","Thu","Fri"], "holidays": "off",
          "sessions": ["07:00-11:30", "13:30-17:00"], "taps": "everySession", "lateGraceMinutes": 5, "earlyGraceMinutes": 5, "graceCounts": "whole",
          "opensBeforeMinutes": 120, "closesAfterMinutes": 240, "repeatSeconds": 120 }
        """;

    /// <summary>The agency and its units.</summary>
    public static string Agency(JudgedCase row, string code)
    {
        var agency = Over(new JsonObject { ["code"] = code, ["name"] = "Cơ quan " + code, ["superior"] = null, ["timeZone"] = "Asia/Ho_Chi_Minh", ["restDays"] = new JsonArray("Sat", "Sun") }, row.Row["agency"]);
        var units = new JsonArray(new JsonObject { ["code"] = "P", ["name"] = "Phòng P" });
        foreach (var unit in Items(row.Row["units"])) units.Add(unit.DeepClone());
        return new JsonObject { ["agency"] = agency, ["units"] = units }.ToJsonString();
    }

    /// <summary>Schedules, who keeps them, and the calendar.</summary>
    public static string Hours(JudgedCase row)
    {
        var schedules = new JsonArray();
        var assignments = new JsonArray();
        foreach (var given in row.Row["schedules"] is JsonArray several ? Items(several) : [row.Row["schedule"] ?? new JsonObject()])
        {
            var schedule = Over(Over(JsonNode.Parse(Base)!.AsObject(), row.Schedule), given);
            schedule.Remove("assign", out var assign);
            schedules.Add(WithTimes(schedule));
            // Versions of one schedule need one assignment.
            if (assign is not JsonValue) assignments.Add(Over(new JsonObject { ["schedule"] = (string)schedule["code"]! }, assign));
        }

        foreach (var assignment in Items(row.Row["assignments"])) assignments.Add(assignment.DeepClone());
        return new JsonObject { ["schedules"] = schedules, ["assignments"] = assignments, ["calendar"] = row.Row["calendar"]?.DeepClone() ?? new JsonObject() }.ToJsonString();
    }

    /// <summary>A step's own part of an apply file.</summary>
    public static string Later(JsonNode apply)
    {
        var file = apply.DeepClone().AsObject();
        foreach (var schedule in Items(file["schedules"])) WithTimes(schedule.AsObject());
        return file.ToJsonString();
    }

    /// <summary><c>UNIT FROM [TO]</c> each.</summary>
    public static string Postings(JsonNode? postings) => "staff_code,full_name,unit,position,category,from,to\n" + string.Concat(
        (postings is null ? ["P 2014-01-01"] : Texts(postings)).Select(text => text.Split(' ')).Select(part => $"{Staff},Nguyễn Văn An,{part[0]},Chuyên viên,CivilServant,{part[1]},{(part.Length > 2 ? part[2] : "")}\n"));

    /// <summary><c>[±N ]HH:MM[:SS] [in|out] [@READER]</c> each; a moment written in full is taken as it stands.</summary>
    public static string Taps(JudgedCase row, JsonNode taps) => "staff_code_or_badge,at,direction,reader\n" + string.Concat(Texts(taps).Select(text =>
    {
        var words = new Queue<string>(text.Split(' '));
        var at = words.Peek().Contains('T', StringComparison.Ordinal) ? words.Dequeue() : Moment(row.Date, words);
        var direction = words.TryPeek(out var word) && word is "in" or "out" ? words.Dequeue() : "";
        var reader = words.TryPeek(out word) && word[0] == '@' ? words.Dequeue()[1..] : "";
        if (words.Count > 0) throw new FormatException($"{row}: tap {text}");
        return $"{Staff},{at},{direction},{reader}\n";
    }));

    /// <summary><c>PART KIND [FROM [TO]]</c> each, the row's date unless given.</summary>
    public static string Leave(JudgedCase row, JsonNode leave) => "staff_code,from,to,part,kind,document\n" + string.Concat(Texts(leave).Select(text => text.Split(' ')).Select(part =>
    {
        var from = part.Length > 2 ? part[2] : Written(row.Date);
        return $"{Staff},{from},{(part.Length > 3 ? part[3] : from)},{part[0]},{part[1]},12/GNP\n";
    }));

    /// <summary>When it is asked: <c>[±N ]HH:MM[:SS]</c>; thirty days later unless given.</summary>
    public static string Now(JudgedCase row, JsonNode? now) => Moment(row.Date, new Queue<string>(((string?)now ?? "+30 00:00").Split(' ')));

    /// <summary>A date, or days from the row's: <c>+1</c>.</summary>
    public static string On(JudgedCase row, JsonNode? date) =>
        (string?)date is not { } text ? Written(row.Date) : text[0] is '+' or '-' ? Written(row.Date.AddDays(int.Parse(text, CultureInfo.InvariantCulture))) : text;

    public static string Written(DateOnly date) => date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    public static IEnumerable<JsonNode> Items(JsonNode? list) => list is null ? [] : list.AsArray().Select(item => item!);

    public static IEnumerable<string> Texts(JsonNode? list) => Items(list).Select(item => (string)item!);

    private static string Moment(DateOnly date, Queue<string> words)
    {
        if (words.Peek()[0] is '+' or '-') date = date.AddDays(int.Parse(words.Dequeue(), CultureInfo.InvariantCulture));
        return $"{Written(date)}T{words.Dequeue()}";
    }

    /// <summary>The members of <paramref name="given"/> over a copy of those below.</summary>
    private static JsonObject Over(JsonObject below, JsonNode? given)
    {
        var result = below.DeepClone().AsObject();
        if (given is JsonObject members)
            foreach (var (key, value) in members) result[key] = value?.DeepClone();
        return result;
    }

    /// <summary>Sessions as <c>HH:MM-HH:MM</c> spelled out.</summary>
    private static JsonObject WithTimes(JsonObject schedule)
    {
        schedule["sessions"] = new JsonArray([.. Texts(schedule["sessions"]).Select(text => new JsonObject { ["start"] = text[..5], ["end"] = text[6..] })]);
        return schedule;
    }
}

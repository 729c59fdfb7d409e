using System.Globalization;
using System.Text.Json.Nodes;

namespace KyCuong.Server.Tests.Judged;

/// <summary>Holds one verdict of <c>day --format json</c> against what a row expects of it. Pure.</summary>
internal static class JudgedAnswer
{
    /// <summary>Lines that say where the verdicts of a date differ; none when they agree. Several are told apart by their schedule.</summary>
    public static IEnumerable<string> Differences(DateOnly date, IReadOnlyList<JsonObject> expected, IReadOnlyList<JsonObject> actual)
    {
        if (expected.Count != actual.Count) return [$"verdicts: expected {expected.Count}, got {actual.Count}"];
        // A lone verdict need not name its schedule.
        if (expected.Count == 1) return Differences(date, expected[0], actual[0]);
        return BySchedule(expected).Zip(BySchedule(actual), (want, have) => Differences(date, want, have)).SelectMany(lines => lines);
    }

    private static IEnumerable<JsonObject> BySchedule(IEnumerable<JsonObject> verdicts) => verdicts.OrderBy(verdict => (string?)verdict["schedule"], StringComparer.Ordinal);

    private static IEnumerable<string> Differences(DateOnly date, JsonObject expected, JsonObject actual)
    {
        foreach (var (key, _) in expected)
            if (key != "date" && !actual.ContainsKey(key)) yield return $"{key}: not in the documented format";

        foreach (var (key, have) in actual)
        {
            if (key == "date") continue;
            var named = expected.TryGetPropertyValue(key, out var given);
            if (key is "sessions" or "taps" or "findings")
            {
                if (!named && key != "findings") continue;
                var wanted = JudgedFiles.Items(given).ToList();
                var items = JudgedFiles.Items(have).Select(item => item.AsObject()).ToList();
                if (wanted.Count != items.Count || wanted.Zip(items, (want, item) => Same(date, key, want, item)).Contains(false))
                    yield return $"{key}: expected [{string.Join("; ", wanted.Select(want => want is JsonValue ? Spelled((string)want!) : want.ToJsonString()))}], got [{string.Join("; ", items.Select(item => Shown(date, key, item)))}]";
                continue;
            }

            var value = named ? given?.ToJsonString() ?? "null" : key switch
            {
                "waitingFor" => "[]",
                "unscheduled" => "false",
                "final" => "true",
                "lateMinutes" => Sum(expected, "lateArrival"),
                "earlyMinutes" => Sum(expected, "earlyDeparture"),
                _ => null,
            };
            if (value is not null && value != (have?.ToJsonString() ?? "null")) yield return $"{key}: expected {value}, got {have?.ToJsonString() ?? "null"}";
        }
    }

    /// <summary>An item in short must say all of it, an object only the members it names.</summary>
    private static bool Same(DateOnly date, string key, JsonNode want, JsonObject have) =>
        want is JsonObject members ? members.All(member => JsonNode.DeepEquals(member.Value, have[member.Key])) : Spelled((string)want!) == Shown(date, key, have);

    private static string Shown(DateOnly date, string key, JsonObject item) => key switch { "findings" => Finding(item), "sessions" => Session(date, item), _ => Tap(item) };

    /// <summary>A day's minutes of lateness are those of its findings.</summary>
    private static string Sum(JsonObject expected, string kind) =>
        JudgedFiles.Texts(expected["findings"]).Select(text => text.Split(' ')).Where(words => words[0] == kind).Sum(words => int.Parse(words[2], CultureInfo.InvariantCulture)).ToString(CultureInfo.InvariantCulture);

    private static string Finding(JsonObject finding) => string.Join(' ', Words(
        (string)finding["kind"]!, finding["session"]!.ToJsonString(), (int)finding["minutes"]! == 0 ? null : finding["minutes"]!.ToJsonString(), (bool)finding["final"]! ? null : "provisional"));

    private static string Session(DateOnly date, JsonObject session) => string.Join(' ', Words(
        Time(date, session["in"]), Time(date, session["out"]),
        Minutes("late", session["lateMinutes"]), Minutes("early", session["earlyMinutes"]),
        Flag("no-in", session["missingIn"]), Flag("no-out", session["missingOut"]), Flag("absent", session["absent"]),
        session["leave"] is { } leave ? "leave:" + (string)leave! : null));

    private static string Tap(JsonObject tap) => string.Join(' ', Words((string?)tap["direction"] ?? "none", (string)tap["use"]!, Flag("inferred", tap["inferred"])));

    private static IEnumerable<string> Words(params string?[] words) => words.OfType<string>();

    private static string? Minutes(string word, JsonNode? minutes) => (int)minutes! == 0 ? null : $"{word}:{(int)minutes!}";

    private static string? Flag(string word, JsonNode? flag) => (bool)flag! ? word : null;

    /// <summary><c>HH:MM:SS</c>, on another date <c>±N/HH:MM:SS</c>, or a dash for null.</summary>
    private static string Time(DateOnly date, JsonNode? moment)
    {
        if ((string?)moment is not { } text) return "-";
        var at = DateTimeOffset.ParseExact(text, "yyyy-MM-dd'T'HH:mm:sszzz", CultureInfo.InvariantCulture);
        var days = DateOnly.FromDateTime(at.DateTime).DayNumber - date.DayNumber;
        var time = at.ToString("HH:mm:ss", CultureInfo.InvariantCulture);
        return days == 0 ? time : $"{days.ToString("+0;-0", CultureInfo.InvariantCulture)}/{time}";
    }

    /// <summary>Times of a row may leave out their seconds.</summary>
    private static string Spelled(string text) =>
        string.Join(' ', text.Split(' ').Select(word => word.Length > 2 && word.Count(c => c == ':') == 1 && char.IsAsciiDigit(word[^4]) ? word + ":00" : word));
}

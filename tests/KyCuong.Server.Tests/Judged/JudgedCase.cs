using System.Text.Json;
using System.Text.Json.Nodes;

namespace KyCuong.Server.Tests.Judged;

/// <summary>One row of <c>Judged/cases/*.json</c>: what an agency declares and brings in, and what <c>day</c> must answer.</summary>
/// <param name="File">Its file, without the folder.</param>
/// <param name="Row">The row as written.</param>
/// <param name="Schedule">The file's own hours over the base, or null.</param>
public sealed record JudgedCase(string File, JsonObject Row, JsonObject? Schedule)
{
    private static readonly string[] Keys =
        ["name", "source", "date", "agency", "units", "staff", "schedule", "schedules", "assignments", "calendar", "taps", "leave", "now", "expect", "then"];

    private static readonly string[] StepKeys = ["apply", "staff", "leave", "taps", "now", "expect"];

    /// <summary>What the row is about, in a few words; the row's identity within its file.</summary>
    public string Name => (string)Row["name"]!;

    /// <summary>The date that times without a sign of days are of.</summary>
    public DateOnly Date => Row["date"] is { } date ? DateOnly.ParseExact((string)date!, "yyyy-MM-dd") : new DateOnly(2026, 5, 13);

    public override string ToString() => $"{File}: {Name}";

    /// <summary>Every row of every file.</summary>
    public static IEnumerable<JudgedCase> All() =>
        Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "Judged", "cases"), "*.json").Order(StringComparer.Ordinal).SelectMany(Read);

    private static IEnumerable<JudgedCase> Read(string path)
    {
        var document = JsonNode.Parse(System.IO.File.ReadAllText(path), documentOptions: new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true })!;
        foreach (var row in document["cases"]!.AsArray())
        {
            var unknown = row!.AsObject().Select(member => member.Key).Except(Keys)
                .Concat(JudgedFiles.Items(row["then"]).SelectMany(step => step.AsObject()).Select(member => member.Key).Except(StepKeys)).ToList();
            if (unknown.Count > 0) throw new FormatException($"{path}: {row["name"]}: no such key: {string.Join(", ", unknown)}");
            if (string.IsNullOrWhiteSpace((string?)row["source"])) throw new FormatException($"{path}: {row["name"]}: where does it come from?");
            yield return new JudgedCase(Path.GetFileName(path), row.AsObject(), document["schedule"]?.AsObject());
        }
    }
}

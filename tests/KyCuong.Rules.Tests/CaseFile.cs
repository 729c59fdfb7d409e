using System.Globalization;
using System.Text.Json;

namespace KyCuong.Rules.Tests;

/// <summary>One row of cases/*.json: a person, some days, and what a reader of the clause says comes out.</summary>
public sealed record RuleCase(string File, string Name, JsonElement Row, JsonElement Defaults)
{
    public override string ToString() => $"{File}: {Name}";

    public static IEnumerable<RuleCase> All() =>
        Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "cases"), "*.json").Order().SelectMany(Read);

    private static IEnumerable<RuleCase> Read(string path)
    {
        var document = JsonDocument.Parse(File_(path), new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true });
        var defaults = document.RootElement.TryGetProperty("defaults", out var given) ? given : default;
        foreach (var row in document.RootElement.GetProperty("cases").EnumerateArray())
            yield return new RuleCase(Path.GetFileName(path), row.GetProperty("name").GetString()!, row, defaults);
    }

    private static string File_(string path) => System.IO.File.ReadAllText(path);

    /// <summary>The row's own value, else the file's default; an undefined element: neither has one.</summary>
    public JsonElement Get(string name) =>
        Row.TryGetProperty(name, out var own) ? own : Defaults.ValueKind == JsonValueKind.Object && Defaults.TryGetProperty(name, out var shared) ? shared : default;

    public string? Text(string name) => Get(name) is { ValueKind: JsonValueKind.String } text ? text.GetString() : null;

    public IEnumerable<string> Texts(string name) =>
        Get(name) is { ValueKind: JsonValueKind.Array } list ? list.EnumerateArray().Select(one => one.GetString()!) : [];

    public DateOnly Date => DateOnly.ParseExact(Text("date") ?? "2026-05-13", "yyyy-MM-dd", CultureInfo.InvariantCulture);
}

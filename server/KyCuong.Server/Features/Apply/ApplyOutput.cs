using System.Text.Json;
using KyCuong.Server.Cli;
using KyCuong.Server.Formats;

namespace KyCuong.Server.Features.Apply;

/// <summary>Tells a person or a program what an apply file changed, or what is wrong with it.</summary>
internal static class ApplyOutput
{
    /// <summary>Changed declarations a person is shown by name.</summary>
    private const int ShownItems = 40;

    private static readonly ApplyPart[] Parts = Enum.GetValues<ApplyPart>();

    /// <summary>What changed.</summary>
    public static void Applied(ICommandConsole console, bool json, string file, ApplyReport report)
    {
        if (json)
        {
            console.Out.WriteLine(JsonText.Of(writer => Write(writer, report)));
            return;
        }

        console.Out.WriteLine(ApplyText.Get(report.IsChange ? "report.title" : "report.nothing", report.Agency, file));
        var table = new PeopleTable([ApplyText.Get("report.part"), ApplyText.Get("report.added"), ApplyText.Get("report.changed"), ApplyText.Get("report.unchanged"), ApplyText.Get("report.removed")], 1, 2, 3, 4);
        foreach (var part in Parts)
            if (report.Items.Any(item => item.Part == part))
                table.Add(ApplyText.Get($"part.{part}"), Count(part, ApplyOutcome.Added), Count(part, ApplyOutcome.Changed), Count(part, ApplyOutcome.Unchanged), Count(part, ApplyOutcome.Removed));
        table.Write(console);
        var moved = report.Items.Where(item => item.Outcome != ApplyOutcome.Unchanged).ToList();
        foreach (var item in moved.Take(ShownItems))
            console.Out.WriteLine($"  {ApplyText.Get($"report.outcome.{item.Outcome}")} {ApplyText.Get($"part.{item.Part}").ToLowerInvariant()}: {item.Name}");
        if (moved.Count > ShownItems) console.Out.WriteLine($"  {ApplyText.Get("report.more", moved.Count - ShownItems)}");
        if (report.Notes.Count > 0) console.Out.WriteLine(ApplyText.Get("report.notes"));
        foreach (var note in report.Notes.Take(ShownItems)) console.Out.WriteLine(ApplyText.Get("failed.line", note.Line, note.Place, note.Text));
        if (report.Notes.Count > ShownItems) console.Out.WriteLine($"  {ApplyText.Get("report.more", report.Notes.Count - ShownItems)}");

        string Count(ApplyPart part, ApplyOutcome outcome) => report.Count(part, outcome).ToString(Resources.TextSource.Vietnamese);
    }

    /// <summary>What is wrong.</summary>
    public static void Refused(ICommandConsole console, bool json, string file, ProblemList problems)
    {
        if (json)
        {
            console.Out.WriteLine(JsonText.Of(writer =>
            {
                writer.WriteStartObject();
                writer.WriteBoolean("applied", false);
                writer.WriteNumber("problemCount", problems.Count);
                ProblemJson.Write(writer, problems);
                writer.WriteEndObject();
            }));
            return;
        }

        console.Error.WriteLine(ApplyText.Get("failed", file, problems.Count));
        foreach (var problem in problems.Kept)
            console.Error.WriteLine(ApplyText.Get(problem.Value.Length == 0 ? "failed.line" : "failed.lineValue", problem.Line, problem.Place, problem.Reason, problem.Value));
        if (problems.Count > problems.Kept.Count) console.Error.WriteLine(ApplyText.Get("failed.more", problems.Count - problems.Kept.Count));
    }

    private static void Write(Utf8JsonWriter json, ApplyReport report)
    {
        json.WriteStartObject();
        json.WriteBoolean("applied", true);
        json.WriteString("agency", report.Agency);
        json.WriteNumber("rosterVersion", report.RosterVersion);
        json.WriteStartObject("parts");
        foreach (var part in Parts)
        {
            json.WriteStartObject(JsonNamingPolicy.CamelCase.ConvertName(part.ToString()));
            foreach (var outcome in Enum.GetValues<ApplyOutcome>())
                json.WriteNumber(JsonNamingPolicy.CamelCase.ConvertName(outcome.ToString()), report.Count(part, outcome));
            json.WriteEndObject();
        }

        json.WriteEndObject();
        json.WriteStartArray("changes");
        foreach (var item in report.Items.Where(item => item.Outcome != ApplyOutcome.Unchanged))
        {
            json.WriteStartObject();
            json.WriteString("part", JsonNamingPolicy.CamelCase.ConvertName(item.Part.ToString()));
            json.WriteString("outcome", JsonNamingPolicy.CamelCase.ConvertName(item.Outcome.ToString()));
            json.WriteString("name", item.Name);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("notes");
        foreach (var note in report.Notes)
        {
            json.WriteStartObject();
            json.WriteNumber("line", note.Line);
            json.WriteString("place", note.Place);
            json.WriteString("text", note.Text);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }
}

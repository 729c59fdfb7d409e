using KyCuong.Server.Cli;
using KyCuong.Server.Formats;

namespace KyCuong.Server.Features.Imports;

/// <summary>Tells a person or a program what became of an import.</summary>
internal static class ImportOutput
{
    /// <summary>Writes the outcome; the exit code.</summary>
    public static int Write(ICommandConsole console, bool json, string kind, string name, ImportCounts counts, IReadOnlyList<ImportNote> notes, ProblemList problems)
    {
        var ofFiles = kind == "photos";
        if (json) console.Out.WriteLine(Json(kind, name, counts, notes, problems));
        else if (problems.Count == 0)
        {
            console.Out.WriteLine(ImportText.Get((counts.IsChange ? "done" : "done.nothing") + (ofFiles ? ".files" : ""), name, counts.Rows, counts.Added, counts.Changed, counts.Unchanged));
            if (notes.Count > 0) console.Out.WriteLine(ImportText.Get("notes"));
            foreach (var note in notes.OrderBy(note => note.Line).Take(ProblemList.Bound)) console.Out.WriteLine(ImportText.Get("failed.line", note.Line, "", "", note.Text));
            if (notes.Count > ProblemList.Bound) console.Out.WriteLine(ImportText.Get("failed.more", notes.Count - ProblemList.Bound));
        }
        else
        {
            console.Error.WriteLine(ImportText.Get("failed", name, problems.Count));
            foreach (var problem in problems.Kept)
                console.Error.WriteLine(ImportText.Get(ofFiles ? "failed.file" : problem.Place.Length == 0 ? "failed.line" : problem.Value.Length == 0 ? "failed.column" : "failed.value", problem.Line, problem.Place, problem.Value, problem.Reason));
            if (problems.Count > problems.Kept.Count) console.Error.WriteLine(ImportText.Get("failed.more", problems.Count - problems.Kept.Count));
        }

        return problems.Count == 0 ? 0 : 1;
    }

    private static string Json(string kind, string name, ImportCounts counts, IReadOnlyList<ImportNote> notes, ProblemList problems) => JsonText.Of(json =>
    {
        json.WriteStartObject();
        json.WriteString("kind", kind);
        json.WriteString("file", name);
        json.WriteBoolean("imported", problems.Count == 0);
        json.WriteNumber("rows", counts.Rows);
        json.WriteNumber("added", counts.Added);
        json.WriteNumber("changed", counts.Changed);
        json.WriteNumber("unchanged", counts.Unchanged);
        json.WriteNumber("problemCount", problems.Count);
        ProblemJson.Write(json, problems);
        json.WriteStartArray("notes");
        foreach (var note in notes.OrderBy(note => note.Line).Take(ProblemList.Bound))
        {
            json.WriteStartObject();
            json.WriteNumber("line", note.Line);
            json.WriteString("text", note.Text);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    });
}

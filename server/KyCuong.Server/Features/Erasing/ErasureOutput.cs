using KyCuong.Server.Cli;
using KyCuong.Server.Formats;
using KyCuong.Server.Store.Erasures;

namespace KyCuong.Server.Features.Erasing;

/// <summary>What an erasure took or would take, for people and machines.</summary>
internal static class ErasureOutput
{
    /// <summary>Of a person.</summary>
    public static void Write(CommandContext context, string staff, string name, ErasurePlan plan, bool done, bool scrubbed)
    {
        var goes = Counts(plan);
        if (context.Json)
        {
            context.Console.Out.WriteLine(JsonText.Of(json =>
            {
                json.WriteStartObject();
                json.WriteString("staff", staff);
                json.WriteBoolean("carriedOut", done);
                json.WriteStartObject("goes");
                foreach (var (what, count) in goes) json.WriteNumber(what, count);
                json.WriteEndObject();
                json.WriteBoolean("filesRewritten", done && scrubbed);
                json.WriteStartArray("oldCopies");
                foreach (var copy in OldCopies(context)) json.WriteStringValue(copy);
                json.WriteEndArray();
                json.WriteEndObject();
            }));
            return;
        }

        context.Console.Out.WriteLine(EraseText.Get(done ? "done" : "would", done ? staff : $"{name} ({staff})"));
        var table = new PeopleTable([EraseText.Get("column.what"), EraseText.Get("column.count")]);
        foreach (var (what, count) in goes) table.Add(EraseText.Get($"goes.{what}"), $"{count}");
        table.Write(context.Console);
        context.Console.Out.WriteLine(EraseText.Get("stays", staff));
        Warn(context, done, scrubbed);
        if (!done) context.Console.Out.WriteLine(EraseText.Get("notDone"));
    }

    /// <summary>What goes, by table, in the order of the tables' names; the person's own row last.</summary>
    public static IReadOnlyList<(string What, int Count)> Counts(ErasurePlan plan)
    {
        var counts = plan.Rows.GroupBy(row => row.Table).OrderBy(group => group.Key, StringComparer.Ordinal).Select(group => (group.Key, group.Count())).ToList();
        if (plan.Taps.Count > 0) counts.Add(("taps", plan.Taps.Count));
        if (plan.Imports.Count > 0) counts.Add(("imported_taps", plan.Imports.Count));
        if (plan.Conflicts.Count > 0) counts.Add(("journal_conflicts", plan.Conflicts.Count));
        if (plan.Person is not null) counts.Add(("staff", 1));
        return counts;
    }

    /// <summary>Says what this server cannot reach by itself.</summary>
    public static void Warn(CommandContext context, bool done, bool scrubbed)
    {
        if (done && !scrubbed) context.Console.Error.WriteLine(EraseText.Get("notScrubbed"));
        foreach (var copy in OldCopies(context)) context.Console.Error.WriteLine(EraseText.Get("oldCopy", copy));
    }

    /// <summary>Copies that the server made of its store before it changed the tables.</summary>
    private static string[] OldCopies(CommandContext context) =>
        Directory.Exists(context.Data.BackupFolder) ? [.. Directory.GetFiles(context.Data.BackupFolder, "before-migration-*").Order(StringComparer.Ordinal)] : [];
}

using System.CommandLine;
using KyCuong.Server.Cli;
using KyCuong.Server.Formats;
using KyCuong.Server.Judging;
using KyCuong.Server.Store;
using KyCuong.Server.Store.Erasures;
using KyCuong.Server.Store.Rows;
using Microsoft.EntityFrameworkCore;

namespace KyCuong.Server.Features.Erasing;

/// <summary>
/// <c>retention</c>: what is older than the agency keeps it, kind by kind. It says what would go; with <c>--carry-out</c>, a paper
/// and a name it is done. People who have left are only listed: each is erased by an order of its own.
/// </summary>
public static class RetentionCommand
{
    /// <summary>The command.</summary>
    public static Command Create(CommandHost host)
    {
        var (document, by, carryOut) = EraseCommand.Options();
        var command = new Command("retention", EraseText.Get("help.retention")) { document, by, carryOut, List(host) };
        command.SetAction((parse, cancel) => host.RunAsync(parse, (context, stop) => RunAsync(
            context, ErasureWish.Of(parse.GetValue(carryOut), parse.GetValue(document), parse.GetValue(by)), stop), cancel));
        return command;
    }

    /// <summary>Says what goes, and does it when asked to.</summary>
    internal static async Task<int> RunAsync(CommandContext context, ErasureWish wish, CancellationToken cancel)
    {
        var lines = new List<Line>();
        foreach (var (kind, _, _) in RetentionPolicy.Kinds.Where(kind => kind.Kind != ErasureKind.Person))
            lines.Add(await KindAsync(context, kind, wish, cancel));
        IReadOnlyList<string> left;
        await using (var db = context.Store.NewReader())
        {
            var agency = await AgencyChoice.FindAsync(db, context.Agency, cancel);
            left = await LeftAsync(db, agency, ErasureRun.Today(agency, context.Time).AddDays(-RetentionPolicy.Parse(agency.Policy).Days(ErasureKind.Person)), cancel);
        }

        var scrubbed = !wish.CarryOut || lines.TrueForAll(line => line.Rows + line.Taps == 0) || ErasureRun.Scrub(context.Store);
        Write(context, lines, left, wish.CarryOut, scrubbed);
        return 0;
    }

    private static Command List(CommandHost host)
    {
        var command = new Command("list", EraseText.Get("help.list"));
        command.SetAction((parse, cancel) => host.RunAsync(parse, ListAsync, cancel));
        return command;
    }

    /// <summary>All tombstones: what was erased, by which paper and whom.</summary>
    internal static async Task<int> ListAsync(CommandContext context, CancellationToken cancel)
    {
        await using var db = context.Store.NewReader();
        var agency = await AgencyChoice.FindAsync(db, context.Agency, cancel);
        var zone = TimeZoneInfo.FindSystemTimeZoneById(agency.TimeZone);
        var rows = (await db.Erasures.Where(row => row.AgencyId == agency.AgencyId).OrderBy(row => row.ErasureId).Select(row => row.Content).ToListAsync(cancel)).Select(TombstoneContent.Parse).ToList();
        if (context.Json)
        {
            context.Console.Out.WriteLine(JsonText.Of(json =>
            {
                json.WriteStartArray();
                foreach (var row in rows)
                {
                    json.WriteStartObject();
                    json.WriteString("id", row.Id);
                    json.WriteString("at", MomentGrammar.Write(new KyCuong.Rules.Instant(row.AtUs), zone));
                    json.WriteString("kind", row.Kind);
                    json.WriteString("staff", row.Staff);
                    json.WriteString("before", row.Before is { } day ? Grammar.Date(day) : null);
                    json.WriteString("document", row.Document);
                    json.WriteString("by", row.By);
                    json.WriteNumber("rows", row.Rows);
                    json.WriteNumber("entries", row.Entries);
                    json.WriteEndObject();
                }

                json.WriteEndArray();
            }));
            return 0;
        }

        if (rows.Count == 0)
        {
            context.Console.Out.WriteLine(EraseText.Get("list.none"));
            return 0;
        }

        var table = new PeopleTable([EraseText.Get("column.at"), EraseText.Get("column.what"), EraseText.Get("column.whose"), EraseText.Get("column.document"), EraseText.Get("column.by"), EraseText.Get("column.count")]);
        foreach (var row in rows)
            table.Add(
                new KyCuong.Rules.Instant(row.AtUs).In(zone).ToString("dd/MM/yyyy HH:mm", System.Globalization.CultureInfo.InvariantCulture), EraseText.Get($"kind.{row.Kind}"),
                row.Staff ?? (row.Before is { } day ? EraseText.Get("list.before", day) : ""), row.Document, row.By, $"{row.Rows + row.Entries}");
        table.Write(context.Console);
        return 0;
    }

    /// <summary>One kind; taps in as many transactions as it takes, so that gates do not wait long for any of them.</summary>
    private static async Task<Line> KindAsync(CommandContext context, string kind, ErasureWish wish, CancellationToken cancel)
    {
        var (rows, taps) = (0, 0);
        while (true)
        {
            await using var lease = await context.Store.LeaseAsync(cancel);
            await using var db = lease.NewContext();
            var agency = await AgencyChoice.FindAsync(db, context.Agency, cancel);
            var days = RetentionPolicy.Parse(agency.Policy).Days(kind);
            var before = ErasureRun.Today(agency, context.Time).AddDays(-days);
            var plan = new ErasurePlanner(lease, db, agency).Older(kind, before);
            rows += plan.Rows.Count;
            taps += plan.Taps.Count + plan.Imports.Count;
            if (wish.CarryOut && !plan.IsEmpty) await ErasureRun.CarryOutAsync(context, lease, db, agency, plan, wish, kind, null, before, cancel);
            if (kind != ErasureKind.Taps || plan.IsEmpty || !wish.CarryOut) return new Line(kind, days, before, rows, taps, !wish.CarryOut && taps >= ErasurePlanner.MostTaps);
        }
    }

    private static async Task<IReadOnlyList<string>> LeftAsync(KyCuongDb db, AgencyRow agency, DateOnly before, CancellationToken cancel) => await (
        from person in db.Staff
        where person.AgencyId == agency.AgencyId && person.FullName != ""
            && db.Postings.Any(posting => posting.StaffId == person.StaffId)
            && !db.Postings.Any(posting => posting.StaffId == person.StaffId && (posting.ToDate == null || posting.ToDate >= before))
        orderby person.Code
        select person.Code).ToListAsync(cancel);

    private static void Write(CommandContext context, IReadOnlyList<Line> lines, IReadOnlyList<string> left, bool done, bool scrubbed)
    {
        if (context.Json)
        {
            context.Console.Out.WriteLine(JsonText.Of(json =>
            {
                json.WriteStartObject();
                json.WriteBoolean("carriedOut", done);
                json.WriteStartArray("kinds");
                foreach (var line in lines)
                {
                    json.WriteStartObject();
                    json.WriteString("kind", line.Kind);
                    json.WriteNumber("days", line.Days);
                    json.WriteString("before", Grammar.Date(line.Before));
                    json.WriteNumber("rows", line.Rows);
                    json.WriteNumber("taps", line.Taps);
                    json.WriteBoolean("more", line.More);
                    json.WriteEndObject();
                }

                json.WriteEndArray();
                json.WriteStartArray("left");
                foreach (var code in left) json.WriteStringValue(code);
                json.WriteEndArray();
                json.WriteEndObject();
            }));
            return;
        }

        var table = new PeopleTable([EraseText.Get("column.what"), EraseText.Get("column.days"), EraseText.Get("column.before"), EraseText.Get(done ? "column.gone" : "column.goes")]);
        foreach (var line in lines)
            table.Add(EraseText.Get($"kind.{line.Kind}"), $"{line.Days}", line.Before.ToString("dd/MM/yyyy", System.Globalization.CultureInfo.InvariantCulture), $"{(line.More ? "≥ " : "")}{line.Rows + line.Taps}");
        table.Write(context.Console);
        if (left.Count > 0) context.Console.Out.WriteLine(EraseText.Get("left", left.Count, string.Join(", ", left)));
        ErasureOutput.Warn(context, done, scrubbed);
        if (!done) context.Console.Out.WriteLine(EraseText.Get("notDone"));
    }

    private sealed record Line(string Kind, int Days, DateOnly Before, int Rows, int Taps, bool More);
}

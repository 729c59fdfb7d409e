using System.CommandLine;
using System.Globalization;
using KyCuong.Protos;
using KyCuong.Protos.Journal;
using KyCuong.Rules;
using KyCuong.Server.Cli;
using KyCuong.Server.Formats;
using KyCuong.Server.Ingest;
using KyCuong.Server.Judging;
using KyCuong.Server.Store;

namespace KyCuong.Server.Features.Decisions;

/// <summary><c>time jumps</c>: when the wall clocks of kiosks were set. Every entry bears both clocks, so each journal has it on record.</summary>
internal static class ClockJumps
{
    /// <summary>Entries of a journal in memory at once.</summary>
    private const int Page = 4_096;

    private const string Sql = """
        SELECT sequence, wall_clock_us, boot_time_us, boot_id, server_minus_boot_us, NULL FROM taps WHERE journal_id = ?1 AND sequence > ?2
        UNION ALL SELECT sequence, NULL, NULL, NULL, NULL, encoding FROM kiosk_events WHERE journal_id = ?1 AND sequence > ?2
        ORDER BY 1 LIMIT ?3
        """;

    /// <summary>The command.</summary>
    public static Command Create(CommandHost host)
    {
        var kiosk = new Option<string?>("--kiosk") { Description = DecisionText.Get("help.time.kiosk"), HelpName = "CODE" };
        var command = new Command("jumps", DecisionText.Get("help.time.jumps")) { kiosk };
        command.SetAction((parse, cancel) => host.RunAsync(parse, (context, stop) => ListAsync(context, parse.GetValue(kiosk), stop), cancel));
        return command;
    }

    /// <summary>Every jump, by kiosk and in order.</summary>
    internal static async Task<int> ListAsync(CommandContext context, string? kiosk, CancellationToken cancel)
    {
        await using var db = context.Store.NewReader();
        var agency = await AgencyData.LoadAsync(db, context.Agency, null, cancel);
        var of = kiosk is null ? (long?)null : (agency.Kiosks.FirstOrDefault(one => one.Code == kiosk) ?? throw new CommandException(DecisionText.Get("kiosk.unknown", kiosk))).KioskId;
        var journals = db.Journals.Where(row => row.AgencyId == agency.Row.AgencyId && (of == null || row.KioskId == of)).OrderBy(row => row.JournalId).Select(row => new { row.JournalId, row.KioskId }).ToList();
        await using var session = context.Store.OpenReader();
        var jumps = new List<Jump>();
        foreach (var journal in journals) jumps.AddRange(Of(session, journal.JournalId, journal.KioskId, cancel));
        if (context.Json) context.Console.Out.WriteLine(Json(jumps, agency));
        else if (jumps.Count == 0) context.Console.Out.WriteLine(DecisionText.Get("time.noJumps"));
        else Table(jumps, agency).Write(context.Console);
        return 0;
    }

    private static IEnumerable<Jump> Of(StoreSession session, long journal, long kiosk, CancellationToken cancel)
    {
        var before = default(Stamp);
        foreach (var (sequence, stamp) in Stamps(session, journal, cancel))
        {
            if (WallClockJump.Between(before, stamp) is { } by)
                yield return new Jump(new TapKey(journal, sequence), kiosk, stamp.Estimate is { } estimate ? CorrectedTime.Of(stamp.BootTimeUs, new BootEstimate(stamp.BootTimeUs, estimate.ServerMinusBootUs, 0))?.AtUs : null, by);
            before = stamp;
        }
    }

    private static IEnumerable<(long Sequence, Stamp Stamp)> Stamps(StoreSession session, long journal, CancellationToken cancel)
    {
        using var rows = session.Prepare(Sql);
        var page = new List<(long Sequence, Stamp Stamp)>();
        long last = 0;
        do
        {
            cancel.ThrowIfCancellationRequested();
            page.Clear();
            rows.Bind(1, journal).Bind(2, last).Bind(3, Page);
            while (rows.Step()) page.Add((rows.Number(0), StampOf(rows)));
            foreach (var row in page) yield return row;
            if (page.Count > 0) last = page[^1].Sequence;
        }
        while (page.Count == Page);
    }

    private static Stamp StampOf(StoreStatement row)
    {
        if (!row.IsNull(5))
            return CanonicalEntry.TryRead(row.Bytes(5), out _, out _, out var entry) ? entry.Stamp : throw new InvalidDataException($"Entry {row.Number(0)} is damaged in the store.");
        Bytes128.TryRead(row.Bytes(3), out var boot);
        return new Stamp(row.Number(1), row.Number(2), boot, row.IsNull(4) ? null : new ClockReading(row.Number(4), 0, 0));
    }

    private static string Json(IReadOnlyList<Jump> jumps, AgencyData agency) => JsonText.Of(json =>
    {
        json.WriteStartArray();
        foreach (var jump in jumps)
        {
            json.WriteStartObject();
            json.WriteString("entry", ClaimNumber.Of(jump.Key));
            json.WriteString("kiosk", agency.KiosksById[jump.Kiosk].Code);
            json.WriteString("before", jump.AtUs is { } at ? MomentGrammar.Write(new Instant(at), agency.Zone) : null);
            json.WriteNumber("seconds", Math.Round(jump.ByUs / 1e6, 3));
            json.WriteEndObject();
        }

        json.WriteEndArray();
    });

    private static PeopleTable Table(IReadOnlyList<Jump> jumps, AgencyData agency)
    {
        var table = new PeopleTable([DecisionText.Get("column.number"), DecisionText.Get("column.kiosk"), DecisionText.Get("column.before"), DecisionText.Get("column.jump")], 3);
        foreach (var jump in jumps)
            table.Add(ClaimNumber.Of(jump.Key), agency.KiosksById[jump.Kiosk].Name, jump.AtUs is { } at ? TimeList.Shown(new Instant(at), agency) : "?", (jump.ByUs / 1e6).ToString("+0.0;-0.0", CultureInfo.InvariantCulture));
        return table;
    }

    /// <summary>The wall clock was set between an entry and the one before it.</summary>
    /// <param name="Key">The entry after it.</param>
    /// <param name="Kiosk">Of the kiosk.</param>
    /// <param name="AtUs">When that entry was made; null: its clock had not met the server.</param>
    /// <param name="ByUs">By how much; above 0: put forward.</param>
    private readonly record struct Jump(TapKey Key, long Kiosk, long? AtUs, long ByUs);
}

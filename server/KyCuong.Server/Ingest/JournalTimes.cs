using KyCuong.Protos;
using KyCuong.Protos.Journal;
using KyCuong.Server.Store;

namespace KyCuong.Server.Ingest;

/// <summary>All taps of one journal with their corrected instants, in one pass over its entries, a page at a time.</summary>
internal sealed class JournalTimes(StoreSession session, long journalId)
{
    /// <summary>Entries in memory at once.</summary>
    private const int Page = 4_096;

    private const string Sql = """
        SELECT sequence, wall_clock_us, boot_time_us, boot_id, server_minus_boot_us, uncertainty_us, sample_age_us,
               reader, badge, technology, raw_length, direction, direction_source, staff_code, claim, NULL
        FROM taps WHERE journal_id = ?1 AND sequence > ?2
        UNION ALL SELECT sequence, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, encoding FROM kiosk_events WHERE journal_id = ?1 AND sequence > ?2
        ORDER BY 1 LIMIT ?3
        """;

    /// <summary>
    /// Taps and their instants; null where the boot has no estimate. By the rule of <see cref="JournalReader.Estimate"/>;
    /// taps before a boot's first estimate come together with it.
    /// </summary>
    public IEnumerable<(Entry Tap, CorrectedTime? Time)> Taps() => Of(Entries());

    /// <summary>The same of entries in the order of their sequences, wherever they come from. Pure.</summary>
    public static IEnumerable<(Entry Tap, CorrectedTime? Time)> Of(IEnumerable<Entry> entries)
    {
        var waiting = new List<Entry>();
        UInt128 boot = 0;
        BootEstimate? estimate = null;
        foreach (var entry in entries)
        {
            if (entry.Stamp.BootId != boot)
            {
                foreach (var tap in waiting) yield return (tap, null);
                waiting.Clear();
                boot = entry.Stamp.BootId;
                estimate = null;
            }

            estimate = JournalReader.EstimateOf(entry) ?? estimate;
            if (estimate is { } known)
            {
                foreach (var tap in waiting) yield return (tap, CorrectedTime.Of(tap.Stamp.BootTimeUs, known));
                waiting.Clear();
                if (JournalReader.IsTap(entry.Body)) yield return (entry, CorrectedTime.Of(entry.Stamp.BootTimeUs, known));
            }
            else if (JournalReader.IsTap(entry.Body))
            {
                waiting.Add(entry);
            }
        }

        foreach (var tap in waiting) yield return (tap, null);
    }

    private IEnumerable<Entry> Entries()
    {
        using var rows = session.Prepare(Sql);
        var page = new List<Entry>();
        ulong last = 0;
        do
        {
            page.Clear();
            rows.Bind(1, journalId).Bind(2, (long)last).Bind(3, Page);
            while (rows.Step()) page.Add(Read(rows));
            foreach (var entry in page) yield return entry;
            if (page.Count > 0) last = page[^1].Sequence;
        }
        while (page.Count == Page);
    }

    private static Entry Read(StoreStatement row)
    {
        if (!row.IsNull(15))
        {
            if (!CanonicalEntry.TryRead(row.Bytes(15), out _, out _, out var entry)) throw new InvalidDataException($"Entry {row.Number(0)} is damaged in the store.");
            return entry;
        }

        Bytes128.TryRead(row.Bytes(3), out var boot);
        ClockReading? estimate = row.IsNull(4) ? null : new ClockReading(row.Number(4), row.Number(5), row.Number(6));
        return new Entry((ulong)row.Number(0), new Stamp(row.Number(1), row.Number(2), boot, estimate), JournalReader.TapBody(row, 7));
    }
}

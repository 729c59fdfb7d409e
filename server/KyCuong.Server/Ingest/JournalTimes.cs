using KyCuong.Protos;
using KyCuong.Protos.Badges;
using KyCuong.Protos.Journal;
using KyCuong.Protos.V1;
using KyCuong.Server.Store;
using Microsoft.Data.Sqlite;

namespace KyCuong.Server.Ingest;

/// <summary>All taps of one journal with their corrected instants, in one pass over its entries.</summary>
internal sealed class JournalTimes(SqliteConnection connection, long journalId)
{
    private const string Sql = """
        SELECT sequence, wall_clock_us, boot_time_us, boot_id, server_minus_boot_us, uncertainty_us, sample_age_us,
               reader, badge, technology, raw_length, direction, direction_source, NULL
        FROM taps WHERE journal_id = ?1
        UNION ALL SELECT sequence, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, encoding FROM kiosk_events WHERE journal_id = ?1
        ORDER BY 1
        """;

    /// <summary>
    /// Taps and their instants; null where the boot has no estimate. By the rule of <see cref="JournalReader.Estimate"/>;
    /// taps before a boot's first estimate come together with it.
    /// </summary>
    public IEnumerable<(Entry Tap, CorrectedTime? Time)> Taps()
    {
        using var rows = new RawStatement(connection, Sql).Bind(1, journalId);
        var waiting = new List<Entry>();
        UInt128 boot = 0;
        BootEstimate? estimate = null;
        while (rows.Step())
        {
            var entry = Read(rows);
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
                if (entry.Body is TapEntry) yield return (entry, CorrectedTime.Of(entry.Stamp.BootTimeUs, known));
            }
            else if (entry.Body is TapEntry)
            {
                waiting.Add(entry);
            }
        }

        foreach (var tap in waiting) yield return (tap, null);
    }

    private static Entry Read(RawStatement row)
    {
        if (!row.IsNull(13))
        {
            if (!CanonicalEntry.TryRead(row.Bytes(13), out _, out _, out var entry)) throw new InvalidDataException($"Entry {row.Number(0)} is damaged in the store.");
            return entry;
        }

        Bytes128.TryRead(row.Bytes(3), out var boot);
        ClockReading? estimate = row.IsNull(4) ? null : new ClockReading(row.Number(4), row.Number(5), row.Number(6));
        return new Entry((ulong)row.Number(0), new Stamp(row.Number(1), row.Number(2), boot, estimate),
            new TapEntry(row.Text(7), new EquatableList<BadgeKey>(JournalReader.ReadBadge(row.Bytes(8))), (Technology)row.Number(9), (int)row.Number(10), (Direction)row.Number(11), (DirectionSource)row.Number(12)));
    }
}

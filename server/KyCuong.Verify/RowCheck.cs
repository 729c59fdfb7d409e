using System.Text;

namespace KyCuong.Verify;

/// <summary>Holds every row that people or an operator may change against its last writing.</summary>
internal sealed class RowCheck(Store store, Log log, List<Finding> findings)
{
    private static readonly byte[] Format = "KCR\u0001"u8.ToArray();

    // Logged as they come in, following from what is, derived, or the log itself.
    private static readonly string[] NotByRow =
    [
        "taps", "kiosk_events", "imported_taps", "journals", "journal_gaps", "resolved_taps", "unresolved_taps", "badgeless_taps", "erased_entries", "log_entries", "schema_versions",
    ];

    // What the server notes of itself many times an hour.
    private static readonly HashSet<(string, string)> Unlogged =
    [
        ("agencies", "roster_version"), ("kiosks", "quarantined"), ("kiosks", "known_until_us"), ("kiosks", "seen_us"), ("kiosks", "software"), ("journal_conflicts", "received_us"),
    ];

    /// <summary>Rows that are as they should be.</summary>
    public long Checked { get; private set; }

    public void Run()
    {
        using var sha = new Sha();
        var seen = new HashSet<(string, string)>();
        foreach (var table in store.Tables().Where(table => !NotByRow.Contains(table)))
        {
            var keys = store.KeyOf(table);
            foreach (var row in store.Rows(table))
            {
                var key = string.Join('|', keys.Select(column => row[column] switch { byte[] bytes => Convert.ToHexStringLower(bytes), var value => FormattableString.Invariant($"{value}") }));
                if (!log.Rows.TryGetValue((table, key), out var entry))
                {
                    findings.Add(new Finding(FindingKind.RowUnknown, $"{table} {key}", 0));
                    continue;
                }

                seen.Add((table, key));
                if (entry.Kind == LogEntry.Erased) findings.Add(new Finding(FindingKind.ErasureLeft, $"{table} {key}", entry.Number));
                else if (entry.Kind == LogEntry.Removed) findings.Add(new Finding(FindingKind.RowUnknown, $"{table} {key}", entry.Number));
                else if (!Digest(sha, table, row, entry.Salt).AsSpan().SequenceEqual(entry.Digest)) findings.Add(new Finding(FindingKind.RowAltered, $"{table} {key}", entry.Number));
                else Checked++;
            }
        }

        foreach (var (row, entry) in log.Rows.OrderBy(item => item.Value.Number))
            if (entry.Kind == LogEntry.Written && !seen.Contains(row)) findings.Add(new Finding(FindingKind.RowGone, $"{row.Table} {row.Key}", entry.Number));
    }

    /// <summary>The digest of a row's content.</summary>
    public static byte[] Digest(Sha sha, string table, IReadOnlyDictionary<string, object?> row, byte[] salt)
    {
        sha.Bytes(Format).Bytes(salt).Text(table);
        foreach (var (name, value) in row.OrderBy(column => column.Key, StringComparer.Ordinal))
        {
            if (value is null || Unlogged.Contains((table, name))) continue;
            sha.Text(name);
            switch (value)
            {
                case long number: sha.U8(1).I64(number); break;
                case string text: sha.U8(2).Long(Encoding.UTF8.GetBytes(text)); break;
                case byte[] bytes: sha.U8(3).Long(bytes); break;
            }
        }

        return sha.End();
    }
}

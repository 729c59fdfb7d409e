using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace KyCuong.Verify;

/// <summary>
/// Holds what was erased against the tombstones that order it: each is signed by the server's authority and vouches for its lists of rows
/// and journal entries; whatever the log says was erased names one of them, is gone, and has left no salt by which it could be guessed.
/// </summary>
internal sealed class ErasureCheck(Store store, Log log, ECDsa? authority, List<Finding> findings)
{
    private static readonly byte[] Format = "KCT\u0001"u8.ToArray();

    // Nobody but an erasure takes a row out of these.
    private static readonly HashSet<string> NeverRemoved =
        ["staff", "leave_entries", "finding_decisions", "incidents", "hand_kept", "hand_kept_marks", "claim_decisions", "time_decisions", "kiosk_releases", "badge_loans", "kiosk_losses", "journal_conflicts", "erasures"];

    /// <summary>Tombstones looked at.</summary>
    public long Checked { get; private set; }

    public void Run()
    {
        if (!store.HasErasures) return;
        var orders = new HashSet<string>(StringComparer.Ordinal);
        var codes = store.Rows("agencies").ToDictionary(row => (long)row["agency_id"]!, row => (string)row["code"]!);
        var entries = Entries();
        foreach (var row in store.Rows("erasures", "erasure_id"))
        {
            Checked++;
            var (id, content) = ((long)row["erasure_id"]!, (byte[])row["content"]!);
            orders.Add(Convert.ToHexStringLower(SHA256.HashData(content)));
            if (authority is not null && !authority.VerifyData((byte[])[.. Format, .. content], (byte[])row["signature"]!, HashAlgorithmName.SHA256)) Forged(id);
            if (Said.Of(content) is not { } said || said.Kind != (string)row["kind"]! || said.Before != (string?)row["before_date"] || said.Agency != codes.GetValueOrDefault((long)row["agency_id"]!)
                || said.RowsSha256 != Hash(Encoding.UTF8.GetBytes((string)row["row_list"]!))) Forged(id);
            else if (said.EntriesSha256 != (entries.Remove(id, out var found) && found.Agency == (long)row["agency_id"]! ? found.Hash : Hash([])) || said.Entries != (found?.Count ?? 0))
                findings.Add(new Finding(FindingKind.ErasureAltered, FormattableString.Invariant($"erased_entries {id}"), 0));
        }

        var half = store.Count("erased_entries", "WHERE (received_us IS NULL) <> (backlog IS NULL)");
        if (half > 0) findings.Add(new Finding(FindingKind.ErasureAltered, FormattableString.Invariant($"erased_entries: {half}"), 0));
        foreach (var id in entries.Keys) findings.Add(new Finding(FindingKind.ErasureUnknown, FormattableString.Invariant($"erased_entries {id}"), 0));
        foreach (var (table, key, entry) in log.Erased)
        {
            if (!orders.Contains(Convert.ToHexStringLower(entry.Digest))) findings.Add(new Finding(FindingKind.ErasureUnknown, $"{table} {key}", entry.Number));
        }

        foreach (var ((table, key), entry) in log.Rows)
            if (entry.Kind == LogEntry.Removed && NeverRemoved.Contains(table)) findings.Add(new Finding(FindingKind.ErasureUnknown, $"{table} {key}", entry.Number));
        Traces();
        People();
    }

    /// <summary>Of the entries that each tombstone took: how many, and the hash of their list.</summary>
    private Dictionary<long, Taken> Entries()
    {
        var taken = new Dictionary<long, Taken>();
        Span<byte> bytes = stackalloc byte[8];
        foreach (var row in store.Stream("SELECT erasure_id, kiosk_id, epoch, sequence, hash, agency_id FROM erased_entries ORDER BY erasure_id, kiosk_id, epoch, sequence, hash"))
        {
            if (!taken.TryGetValue((long)row[0]!, out var list)) taken.Add((long)row[0]!, list = new Taken((long)row[5]!));
            // An agency of its own would have a tombstone of its own.
            if (list.Agency != (long)row[5]!) list.Agency = 0;
            System.Buffers.Binary.BinaryPrimitives.WriteInt64BigEndian(bytes, (long)row[1]!);
            list.Sha.Bytes(bytes).Bytes((byte[])row[2]!).I64((long)row[3]!).Bytes((byte[])row[4]!);
            list.Count++;
        }

        foreach (var list in taken.Values)
        {
            list.Hash = Convert.ToHexStringLower(list.Sha.End());
            list.Sha.Dispose();
        }

        return taken;
    }

    /// <summary>What was said of an erased row before it was erased has no salt any more, and a key that was emptied was ordered to be.</summary>
    private void Traces()
    {
        var erased = new Dictionary<(string, string), long>();
        foreach (var (table, key, entry) in log.Erased) erased[(table, key)] = Math.Max(entry.Number, erased.GetValueOrDefault((table, key)));
        foreach (var number in log.Emptied)
            if (!erased.ContainsKey(("log_entries", FormattableString.Invariant($"{number}")))) findings.Add(new Finding(FindingKind.LogAltered, FormattableString.Invariant($"{number}"), number));
        if (erased.Count == 0) return;
        foreach (var row in store.Stream("SELECT number, subject, row_key FROM log_entries WHERE length(salt) > 0"))
            if (erased.TryGetValue(((string)row[1]!, (string)row[2]!), out var end) && (long)row[0]! < end)
                findings.Add(new Finding(FindingKind.ErasureLeft, $"{row[1]} {row[2]}", (long)row[0]!));
    }

    /// <summary>Of an erased person only the code is there.</summary>
    private void People()
    {
        var people = log.Erased.Where(one => one.Table == "staff").Select(one => one.Key).ToHashSet(StringComparer.Ordinal);
        if (people.Count == 0) return;
        foreach (var row in store.Rows("staff"))
            if (people.Contains(FormattableString.Invariant($"{row["staff_id"]}")) && ((string)row["full_name"]!).Length > 0)
                findings.Add(new Finding(FindingKind.ErasureLeft, FormattableString.Invariant($"staff {row["staff_id"]}"), 0));
    }

    private void Forged(long id) => findings.Add(new Finding(FindingKind.ErasureForged, FormattableString.Invariant($"erasures {id}"), 0));

    private static string Hash(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));

    private sealed class Taken(long agency)
    {
        public long Agency { get; set; } = agency;

        public Sha Sha { get; } = new();

        public int Count { get; set; }

        public string Hash { get; set; } = "";
    }

    /// <summary>What a tombstone says, as far as it is compared.</summary>
    private sealed record Said(string Agency, string Kind, string? Before, string RowsSha256, int Entries, string EntriesSha256)
    {
        public static Said? Of(byte[] content)
        {
            try
            {
                var json = JsonDocument.Parse(content).RootElement;
                return new Said(
                    json.GetProperty("agency").GetString() ?? "", json.GetProperty("kind").GetString() ?? "", json.GetProperty("before").GetString(),
                    json.GetProperty("rowsSha256").GetString() ?? "", json.GetProperty("entries").GetInt32(), json.GetProperty("entriesSha256").GetString() ?? "");
            }
            catch (Exception problem) when (problem is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
            {
                return null;
            }
        }
    }
}

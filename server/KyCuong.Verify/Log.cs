using System.Globalization;

namespace KyCuong.Verify;

/// <summary>
/// What the log says the store must hold: the last writing of each row, and the runs of journal entries and imported taps.
/// Reading it checks its own chain.
/// </summary>
internal sealed class Log
{
    private readonly List<Finding> _findings;
    private long _write;
    private long? _writtenUs;

    private Log(List<Finding> findings) => _findings = findings;

    /// <summary>Number of the last entry; 0: there is none.</summary>
    public long End { get; private set; }

    /// <summary>Hash of the last entry.</summary>
    public byte[] EndHash { get; private set; } = new byte[32];

    /// <summary>The last that was said of each row: written or removed.</summary>
    public Dictionary<(string Table, string Key), LogEntry> Rows { get; } = [];

    /// <summary>Runs by kiosk and epoch (hex), in order of their first sequence.</summary>
    public Dictionary<(long Kiosk, string Epoch), List<Run>> Runs { get; } = [];

    /// <summary>What kiosks declared lost, by kiosk and epoch.</summary>
    public Dictionary<(long Kiosk, string Epoch), List<(long First, long Last)>> Losses { get; } = [];

    /// <summary>
    /// In which writes a journal, by its row, was contradicted; that stays though what contradicted it is erased. Writes are counted
    /// in the log's own order: its instants are of a clock that may have been set back.
    /// </summary>
    public List<(long Journal, long Write)> Contradicted { get; } = [];

    /// <summary>In which write a kiosk was released from quarantine, by the row of the release.</summary>
    public Dictionary<long, long> Released { get; } = [];

    /// <summary>What was erased by order of a tombstone: rows, and keys of the log itself.</summary>
    public List<(string Table, string Key, LogEntry Entry)> Erased { get; } = [];

    /// <summary>Numbers of entries whose key was emptied.</summary>
    public List<long> Emptied { get; } = [];

    /// <summary>Imports of taps.</summary>
    public List<ImportRun> Imports { get; } = [];

    /// <summary>Reads and checks it all.</summary>
    public static Log Read(IEnumerable<LogEntry> entries, IReadOnlyCollection<OutsideHead> heads, List<Finding> findings)
    {
        var log = new Log(findings);
        var expected = heads.ToLookup(head => head.Number);
        using var sha = new Sha();
        foreach (var entry in entries)
        {
            if (entry.Number != log.End + 1) findings.Add(new Finding(FindingKind.LogHole, Invariant($"{log.End + 1}–{entry.Number - 1}"), log.End + 1));
            if (entry.IsEmptied) log.Emptied.Add(entry.Number);
            else if (entry.Kind is < 0 or > byte.MaxValue || !entry.HashAfter(sha, log.EndHash).AsSpan().SequenceEqual(entry.Hash)) findings.Add(new Finding(FindingKind.LogAltered, Invariant($"{entry.Number}"), entry.Number));
            // A salt is under no hash, for it may be erased; what has none never had one.
            if (entry.Salt.Length > 0 && entry.Kind is not (LogEntry.Written or LogEntry.Imported)) findings.Add(new Finding(FindingKind.LogAltered, Invariant($"{entry.Number}"), entry.Number));
            (log.End, log.EndHash) = (entry.Number, entry.Hash);
            foreach (var head in expected[entry.Number])
                if (!Convert.ToHexStringLower(entry.Hash).StartsWith(head.Hash, StringComparison.Ordinal)) findings.Add(new Finding(FindingKind.HeadDiffers, head.ToString(), entry.Number));
            log.Take(entry);
        }

        foreach (var head in heads.Where(head => head.Number > log.End)) findings.Add(new Finding(FindingKind.LogShortened, head.ToString(), log.End));
        foreach (var runs in log.Runs.Values) runs.Sort((one, other) => one.First.CompareTo(other.First));
        return log;
    }

    private void Take(LogEntry entry)
    {
        // What one transaction wrote stands together under one instant.
        if (_writtenUs != entry.AtUs) (_write, _writtenUs) = (_write + 1, entry.AtUs);
        if (entry.IsEmptied) return;
        var key = entry.Key.Split('|');
        switch (entry.Kind)
        {
            case LogEntry.Begun:
                break;
            case LogEntry.Written or LogEntry.Removed:
                Rows[(entry.Subject, entry.Key)] = entry;
                if (entry.Subject == "journal_conflicts" && Number(key[0], out var contradicted)) Contradicted.Add((contradicted, _write));
                if (entry.Subject == "kiosk_releases" && Number(key[0], out var release)) Released.TryAdd(release, _write);
                break;
            case LogEntry.Erased:
                Erased.Add((entry.Subject, entry.Key, entry));
                if (entry.Subject is not ("log_entries" or "imported_taps")) Rows[(entry.Subject, entry.Key)] = entry;
                break;
            case LogEntry.Received when key.Length == 5 && Number(key[0], out var kiosk) && Number(key[2], out var first) && Number(key[3], out var last) && first <= last:
                List(Runs, (kiosk, key[1])).Add(new Run(entry.Number, _write, entry.Agency, first, last, key[4] == "?" ? null : Hex(key[4]), entry.Digest));
                break;
            case LogEntry.Lost when key.Length == 4 && Number(key[0], out var kiosk) && Number(key[2], out var first) && Number(key[3], out var last):
                List(Losses, (kiosk, key[1])).Add((first, last));
                break;
            case LogEntry.Imported when key.Length == 3 && Number(key[0], out var agency) && Number(key[1], out var first) && Number(key[2], out var last):
                // Of an import that lost taps what is left is entered anew.
                Imports.RemoveAll(import => (import.Agency, import.First, import.Last) == (agency, first, last));
                Imports.Add(new ImportRun(entry.Number, agency, first, last, entry.Salt, entry.Digest));
                break;
            default:
                _findings.Add(new Finding(FindingKind.LogUnknown, Invariant($"{entry.Number}"), entry.Number));
                break;
        }
    }

    private static List<TItem> List<TItem>(Dictionary<(long, string), List<TItem>> lists, (long, string) key)
    {
        if (!lists.TryGetValue(key, out var list)) lists.Add(key, list = []);
        return list;
    }

    private static bool Number(string text, out long number) => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);

    private static byte[]? Hex(string text) => text.Length == 64 && text.All(char.IsAsciiHexDigitLower) ? Convert.FromHexString(text) : null;

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);
}

/// <summary>Journal entries that came in together.</summary>
/// <param name="Number">Entry of the log.</param>
/// <param name="Write">In which write they were entered; counted as <see cref="Log.Contradicted"/> is.</param>
/// <param name="Agency">Whose.</param>
/// <param name="First">Sequence.</param>
/// <param name="Last">Sequence.</param>
/// <param name="Previous">Hash before the first; null: not known.</param>
/// <param name="Digest">Over their hashes and what the server noted.</param>
internal sealed record Run(long Number, long Write, long Agency, long First, long Last, byte[]? Previous, byte[] Digest);

/// <summary>Imported taps, by the ids of their rows.</summary>
internal sealed record ImportRun(long Number, long Agency, long First, long Last, byte[] Salt, byte[] Digest);

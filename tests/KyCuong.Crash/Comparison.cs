using KyCuong.Server.Features.Demo;

namespace KyCuong.Crash;

/// <summary>What somebody saw green.</summary>
/// <param name="Epoch">The number of the epoch at the kiosk.</param>
/// <param name="Sequence">In that epoch.</param>
internal readonly record struct Shown(long Epoch, long Sequence);

/// <summary>Holds what officers were shown against what kiosk and server have.</summary>
internal static class Comparison
{
    /// <summary>Sentences about everything that is wrong between one kiosk and the server; none when all is well.</summary>
    /// <param name="kioskJournal">Of a kiosk that does not run, or a copy; another epoch was begun only where a kill tore the end of its log.</param>
    /// <param name="store">The server's.</param>
    /// <param name="before">What officers saw green before the last run.</param>
    /// <param name="last">Sequences that they saw green in the last run.</param>
    /// <param name="stored">Taps of this kiosk on the server.</param>
    public static List<string> Problems(string kioskJournal, StoreRows store, IReadOnlyCollection<Shown> before, IReadOnlyCollection<long> last, out long stored)
    {
        var problems = new List<string>();
        var disk = StoreRows.Sqlite(kioskJournal);
        var epochs = disk.Read("SELECT number, epoch FROM epochs ORDER BY number");
        if (epochs.Count == 0) problems.Add("the kiosk's journal has no epoch");
        if (disk.Scalar("SELECT count(*) FROM epochs WHERE number > 1 AND reason NOT LIKE 'its log had no whole end%'") is > 0 and var others)
            problems.Add($"{others} epochs were begun though nothing tore the log's end");
        stored = 0;
        foreach (var (number, hex) in epochs)
        {
            List<long> shown = [.. before.Where(one => one.Epoch == number).Select(one => one.Sequence), .. number == epochs[^1].Number ? last : []];
            problems.AddRange(OfEpoch(disk, store, number, hex, shown, out var taps));
            stored += taps;
        }

        return problems;
    }

    /// <summary>What a run showed green, with the epoch that its journal is in; of a kiosk that does not run, before the next one does.</summary>
    public static IEnumerable<Shown> ShownBy(KioskProcess kiosk, string data, string folder)
    {
        if (kiosk.Taps.Count == 0) return [];
        var epoch = StoreRows.Sqlite(CopyOf(Path.Combine(data, "journal.db"), folder)).Scalar("SELECT max(number) FROM epochs");
        return [.. kiosk.Taps.Select(sequence => new Shown(epoch, sequence))];
    }

    /// <summary>Epochs of a kiosk's journal.</summary>
    public static int Epochs(string data, string folder) => (int)StoreRows.Sqlite(CopyOf(Path.Combine(data, "journal.db"), folder)).Scalar("SELECT count(*) FROM epochs");

    private static List<string> OfEpoch(StoreRows disk, StoreRows store, long number, string hex, List<long> shown, out long stored)
    {
        var problems = new List<string>();
        // key = number of the epoch * 2^48 + sequence.
        var journal = disk.Read($"SELECT key & 281474976710655, substr(record, -32) FROM entries WHERE key >> 48 = {number} ORDER BY key");
        var own = $"WHERE journal_id = (SELECT journal_id FROM journals WHERE epoch = {store.Blob(hex)})";
        var server = store.Read($"SELECT sequence, hash FROM taps {own} UNION ALL SELECT sequence, hash FROM kiosk_events {own} ORDER BY 1");
        var taps = store.Read($"SELECT sequence, hash FROM taps {own}").Select(row => row.Number).ToHashSet();
        stored = taps.Count;

        var missingHere = shown.Where(sequence => journal.BinarySearch((sequence, ""), BySequence) < 0).ToList();
        if (missingHere.Count > 0) problems.Add($"{missingHere.Count} taps were shown green and are not in the kiosk's journal, first {missingHere[0]}");
        var missingThere = shown.Where(sequence => !taps.Contains(sequence)).ToList();
        if (missingThere.Count > 0) problems.Add($"{missingThere.Count} taps were shown green and are not on the server, first {missingThere[0]}");
        if (shown.Count != shown.Distinct().Count()) problems.Add("a sequence was shown green twice");

        for (var i = 0; i < server.Count; i++)
        {
            if (server[i].Number == i + 1) continue;
            problems.Add($"the server has a gap or a double at entry {i + 1}: {server[i].Number} stands there");
            break;
        }

        if (!journal.SequenceEqual(server)) problems.Add($"the kiosk's {journal.Count} entries of epoch {number} are not the server's {server.Count}");
        return problems;
    }

    /// <summary>Sentences about what is wrong in the store as a whole.</summary>
    /// <param name="store">The server's.</param>
    /// <param name="journals">Epochs that kiosks began.</param>
    public static List<string> Problems(StoreRows store, int journals)
    {
        var problems = new List<string>();
        Expect(0, "SELECT count(*) FROM journal_gaps", "gaps are noted");
        Expect(0, "SELECT count(*) FROM journal_conflicts", "conflicts are noted");
        Expect(journals, "SELECT count(*) FROM journals", "journals are not what kiosks began");
        Expect(0, "SELECT count(*) - count(DISTINCT badge) FROM taps", "tags are stored twice, though each was shown once");
        Expect(0, "SELECT (SELECT count(*) FROM taps) - (SELECT count(*) FROM resolved_taps) - (SELECT count(*) FROM unresolved_taps)",
            "taps are neither resolved nor unresolved");
        return problems;

        void Expect(long expected, string query, string sentence)
        {
            var found = store.Scalar(query);
            if (found != expected) problems.Add($"{sentence}: {found} instead of {expected}");
        }
    }

    /// <summary>
    /// The same of a kiosk that runs and where nobody taps: what it writes by itself (a sample of the clock) reaches the server
    /// a moment later.
    /// </summary>
    /// <param name="scene">Where it stands.</param>
    /// <param name="kiosk">The kiosk.</param>
    /// <param name="kioskData">Its data.</param>
    /// <param name="shownBefore">What was green in its runs before.</param>
    public static async Task<List<string>> QuietAsync(Scene scene, KioskProcess kiosk, string kioskData, IReadOnlyList<Shown>? shownBefore = null)
    {
        List<string> problems = [];
        await scene.UntilAsync(() => (problems = Problems(CopyOf(Path.Combine(kioskData, "journal.db"), scene.Root), scene.Store, shownBefore ?? [], [.. kiosk.Taps], out _)).Count == 0, TimeSpan.FromSeconds(10));
        return problems;
    }

    /// <summary>
    /// What the kiosk heard acknowledged must be in the store of a server that ended just now: asked before it starts again, for
    /// then the kiosk would send it once more.
    /// </summary>
    public static IEnumerable<string> AcknowledgedEarly(Scene scene, KioskProcess kiosk)
    {
        var heard = kiosk.LastAcked;
        var stored = StoreRows.Sqlite(CopyOf(Path.Combine(scene.ServerData, "store.db"), scene.Root)).Scalar("SELECT coalesce(max(high_water), 0) FROM journals");
        if (heard > stored) yield return $"entries up to {heard} were acknowledged, the store has them up to {stored}";
    }

    /// <summary>
    /// The journal of a kiosk that was killed, copied: opening it itself would mend it before the kiosk has to.
    /// </summary>
    public static string CopyOf(string journal, string folder)
    {
        var copy = Path.Combine(folder, "copy.db");
        foreach (var part in new[] { "", "-wal", "-shm" })
        {
            File.Delete(copy + part);
            if (part != "-shm" && File.Exists(journal + part)) File.Copy(journal + part, copy + part);
        }

        return copy;
    }

    /// <summary>The last sequence on the disk of a kiosk that was killed.</summary>
    public static long LastWritten(string journal, string folder) =>
        StoreRows.Sqlite(CopyOf(journal, folder)).Scalar("SELECT max(key) & 281474976710655 FROM entries");

    private static readonly Comparer<(long Sequence, string Hash)> BySequence = Comparer<(long Sequence, string Hash)>.Create((a, b) => a.Sequence.CompareTo(b.Sequence));
}

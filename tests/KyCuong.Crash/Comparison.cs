using Microsoft.Data.Sqlite;

namespace KyCuong.Crash;

/// <summary>Holds what officers were shown against what kiosk and server have, after both have stopped.</summary>
internal static class Comparison
{
    /// <summary>Sentences about everything that is wrong; none when all is well.</summary>
    public static List<string> Problems(string kioskJournal, string serverStore, IReadOnlyCollection<long> shown, out long stored)
    {
        var problems = new List<string>();
        // key = number of the epoch * 2^48 + sequence; a run has one epoch.
        var journal = Read(kioskJournal, "SELECT key & 281474976710655, substr(record, -32) FROM entries ORDER BY key");
        var server = Read(serverStore, "SELECT sequence, hash FROM taps UNION ALL SELECT sequence, hash FROM kiosk_events ORDER BY 1");
        var taps = Read(serverStore, "SELECT sequence, hash FROM taps").Select(row => row.Sequence).ToHashSet();
        stored = taps.Count;

        var missingHere = shown.Where(sequence => journal.BinarySearch((sequence, ""), BySequence) < 0).ToList();
        if (missingHere.Count > 0) problems.Add($"{missingHere.Count} taps were shown green and are not in the kiosk's journal, first {missingHere[0]}");
        var missingThere = shown.Where(sequence => !taps.Contains(sequence)).ToList();
        if (missingThere.Count > 0) problems.Add($"{missingThere.Count} taps were shown green and are not on the server, first {missingThere[0]}");
        if (shown.Count != shown.Distinct().Count()) problems.Add("a sequence was shown green twice");

        for (var i = 0; i < server.Count; i++)
        {
            if (server[i].Sequence == i + 1) continue;
            problems.Add($"the server has a gap or a double at entry {i + 1}: {server[i].Sequence} stands there");
            break;
        }

        if (!journal.SequenceEqual(server)) problems.Add($"the kiosk's {journal.Count} entries are not the server's {server.Count}");
        Expect(0, "SELECT count(*) FROM journal_gaps", "gaps are noted");
        Expect(0, "SELECT count(*) FROM journal_conflicts", "conflicts are noted");
        Expect(1, "SELECT count(*) FROM journals", "journals are not one");
        Expect(0, "SELECT count(*) - count(DISTINCT badge) FROM taps", "tags are stored twice, though each was shown once");
        Expect(0, "SELECT (SELECT count(*) FROM taps) - (SELECT count(*) FROM resolved_taps) - (SELECT count(*) FROM unresolved_taps)",
            "taps are neither resolved nor unresolved");
        return problems;

        void Expect(long expected, string query, string sentence)
        {
            var found = Scalar(serverStore, query);
            if (found != expected) problems.Add($"{sentence}: {found} instead of {expected}");
        }
    }

    /// <summary>
    /// The last sequence on the disk of a kiosk that was killed, read from a copy: opening the journal itself would mend it
    /// before the kiosk has to.
    /// </summary>
    public static long LastWritten(string journal, string folder)
    {
        var copy = Path.Combine(folder, "copy.db");
        foreach (var part in new[] { "", "-wal" })
        {
            File.Delete(copy + part);
            if (File.Exists(journal + part)) File.Copy(journal + part, copy + part);
        }

        return Scalar(copy, "SELECT max(key) & 281474976710655 FROM entries");
    }

    private static readonly Comparer<(long Sequence, string Hash)> BySequence = Comparer<(long Sequence, string Hash)>.Create((a, b) => a.Sequence.CompareTo(b.Sequence));

    private static List<(long Sequence, string Hash)> Read(string file, string query)
    {
        using var connection = Open(file);
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // The queries are the constants above.
        command.CommandText = query;
#pragma warning restore CA2100
        using var reader = command.ExecuteReader();
        var rows = new List<(long, string)>();
        while (reader.Read()) rows.Add((reader.GetInt64(0), Convert.ToHexString((byte[])reader[1])));
        return rows;
    }

    private static long Scalar(string file, string query)
    {
        using var connection = Open(file);
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // The queries are the constants above.
        command.CommandText = query;
#pragma warning restore CA2100
        return Convert.ToInt64(command.ExecuteScalar(), System.Globalization.CultureInfo.InvariantCulture);
    }

    private static SqliteConnection Open(string file)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = file, Mode = SqliteOpenMode.ReadWrite, Pooling = false }.ToString());
        connection.Open();
        return connection;
    }
}

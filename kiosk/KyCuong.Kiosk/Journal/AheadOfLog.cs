using KyCuong.Kiosk.Files;
using KyCuong.Protos.Journal;
using Microsoft.Data.Sqlite;

namespace KyCuong.Kiosk.Journal;

/// <summary>
/// What a database has that its log, being damaged at its end, would take from it: a log that was copied back stays until it is written anew, and
/// SQLite lays what it still reads of it over the database, whose pages may be newer. Read before SQLite recovers.
/// </summary>
internal static class AheadOfLog
{
    /// <summary>The newest entries of the database's file alone, at least as many as its log has.</summary>
    /// <param name="path">The database.</param>
    /// <param name="ofLog">What the log has.</param>
    /// <exception cref="IOException">The disk fails.</exception>
    public static List<RawRecord> Read(string path, IReadOnlyList<RawRecord> ofLog)
    {
        var most = ofLog.Select(record => (record.Journal, record.Stored.Entry.Sequence)).Distinct().Count();
        if (most == 0 || !File.Exists(path)) return [];
        try
        {
            return Newest(path, most);
        }
        catch (Exception e) when (e is SqliteException or InvalidOperationException or InvalidCastException or FormatException or OverflowException)
        {
            // Its pages do not fit together, as a power cut while the log is copied back leaves them: each record still speaks for itself.
            return Anywhere(path, most);
        }
    }

    private static List<RawRecord> Newest(string path, int most)
    {
        // Immutable: SQLite reads the file as it is and looks for no log.
        using var connection = new SqliteConnection(new SqliteConnectionStringBuilder
        {
            DataSource = new Uri(Path.GetFullPath(path)).AbsoluteUri + "?immutable=1",
            Mode = SqliteOpenMode.ReadOnly,
            Pooling = false,
        }.ToString());
        connection.Open();
        using var command = connection.Command("SELECT record FROM entries ORDER BY key DESC LIMIT @most");
        command.Parameters.AddWithValue("@most", most);
        using var rows = command.ExecuteReader();
        var found = new List<RawRecord>();
        while (rows.Read())
            if (rows.GetFieldValue<byte[]>(0) is var bytes && JournalRecord.TryRead(bytes, out var journal, out var stored)) found.Add(new RawRecord(journal, stored, bytes));
        return found;
    }

    /// <summary>The newest of each journal, wherever they lie.</summary>
    private static List<RawRecord> Anywhere(string path, int most)
    {
        var found = new FoundRecords(most);
        found.AddFile(path);
        return [.. found.Journals.Values.SelectMany(journal => journal.Values).SelectMany(same => same)];
    }
}

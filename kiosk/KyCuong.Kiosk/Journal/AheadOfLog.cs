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
    /// <param name="log">The bytes of its log.</param>
    /// <exception cref="IOException">The disk fails.</exception>
    public static List<RawRecord> Read(string path, byte[] log)
    {
        var most = RawRecords.In(new MemoryStream(log)).Select(record => (record.Journal, record.Stored.Entry.Sequence)).Distinct().Count();
        if (most == 0 || !File.Exists(path)) return [];
        try
        {
            return Newest(path, most);
        }
        catch (SqliteException)
        {
            // Its pages do not fit together, as a power cut while the log is copied back leaves them: each record still speaks for itself.
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            return [.. RawRecords.In(file)];
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
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT record FROM entries ORDER BY key DESC LIMIT @most";
        command.Parameters.AddWithValue("@most", most);
        using var rows = command.ExecuteReader();
        var found = new List<RawRecord>();
        while (rows.Read())
            if (rows.GetFieldValue<byte[]>(0) is var bytes && JournalRecord.TryRead(bytes, out var journal, out var stored)) found.Add(new RawRecord(journal, stored, bytes));
        return found;
    }
}

using KyCuong.Protos.Journal;
using Microsoft.Data.Sqlite;

namespace KyCuong.Gate;

/// <summary>What has arrived in the server's store, read while the server runs.</summary>
/// <param name="Taps">Taps.</param>
/// <param name="Refused">Reads that were refused, or counted.</param>
internal readonly record struct StoredTaps(long Taps, long Refused)
{
    /// <summary>Counts them.</summary>
    public static StoredTaps Count(string store)
    {
        using var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = store, Mode = SqliteOpenMode.ReadOnly, Pooling = false }.ToString());
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT (SELECT count(*) FROM taps), (SELECT count(*) FROM kiosk_events WHERE kind = @refused)";
        command.Parameters.AddWithValue("@refused", (int)EntryKind.RefusedRead);
        using var row = command.ExecuteReader();
        return row.Read() ? new StoredTaps(row.GetInt64(0), row.GetInt64(1)) : default;
    }
}

using KyCuong.Server.Store.Sqlite;
using Microsoft.Data.Sqlite;

namespace KyCuong.Benchmarks;

/// <summary>
/// The baseline of ingest: the server's own tables in a SQLite file with the server's own durability, and nothing but
/// prepared inserts of the rows a tap makes.
/// </summary>
internal sealed class BareStore : IDisposable
{
    private readonly SqliteConnection _connection;
    private readonly SqliteCommand _tap;
    private readonly SqliteCommand _resolved;

    public BareStore(string file)
    {
        _connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = file, Pooling = false }.ToString());
        _connection.Open();
        Execute("PRAGMA journal_mode=WAL");
        Execute("PRAGMA synchronous=FULL");
        Execute("PRAGMA foreign_keys=ON");
        SqliteMigrator.Migrate(_connection, SqliteMigrator.Shipped, _ => { });
        Execute("INSERT INTO agencies VALUES (1, 'A', 'A', NULL, 'Asia/Ho_Chi_Minh', '[]', '{}', 1, 0)");
        Execute("INSERT INTO kiosks (kiosk_id, agency_id, code, name, state, quarantined, created_us) VALUES (1, 1, 'K', 'K', 'enrolled', 0, 0)");
        Execute("INSERT INTO journals VALUES (1, 1, 1, zeroblob(16), 0, zeroblob(32), 0)");
        _tap = Prepare("INSERT INTO taps VALUES (1, $0, 1, $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, NULL, NULL)", 16);
        _resolved = Prepare("INSERT INTO resolved_taps VALUES (1, $0, $1, $2, 1, $3, $4, $5, $6, 1, $7)", 8);
    }

    /// <summary>Inserts the rows of these taps in one transaction.</summary>
    public void Insert(ReadOnlySpan<BareTap> taps)
    {
        using var transaction = _connection.BeginTransaction(deferred: false);
        _tap.Transaction = transaction;
        _resolved.Transaction = transaction;
        foreach (var tap in taps)
        {
            Bind(_tap, tap.Sequence, tap.Hash, tap.WallClockUs, tap.BootTimeUs, tap.BootId, tap.ServerMinusBootUs, 1000L, 0L, "r1", tap.Badge, 1L, 14L, 1L, 1L, tap.WallClockUs, 0L);
            _tap.ExecuteNonQuery();
            Bind(_resolved, tap.Bucket, tap.StaffId, tap.WallClockUs, tap.Sequence, 1L, 1L, 1000L, "r1");
            _resolved.ExecuteNonQuery();
        }

        transaction.Commit();
    }

    public void Dispose()
    {
        _tap.Dispose();
        _resolved.Dispose();
        _connection.Dispose();
    }

    private static void Bind(SqliteCommand command, params ReadOnlySpan<object> values)
    {
        for (var i = 0; i < values.Length; i++) command.Parameters[i].Value = values[i];
    }

    private SqliteCommand Prepare(string text, int parameters)
    {
        var command = _connection.CreateCommand();
#pragma warning disable CA2100 // The texts are the constants above.
        command.CommandText = text;
#pragma warning restore CA2100
        for (var i = 0; i < parameters; i++)
            command.Parameters.Add(new SqliteParameter(FormattableString.Invariant($"${i}"), null));
        command.Prepare();
        return command;
    }

    private void Execute(string text)
    {
        using var command = _connection.CreateCommand();
#pragma warning disable CA2100 // The texts are the constants above.
        command.CommandText = text;
#pragma warning restore CA2100
        command.ExecuteNonQuery();
    }
}

/// <summary>The values of one tap's rows.</summary>
internal sealed record BareTap(
    long Sequence, byte[] Hash, long WallClockUs, long BootTimeUs, byte[] BootId, long ServerMinusBootUs, byte[] Badge, long Bucket, long StaffId);

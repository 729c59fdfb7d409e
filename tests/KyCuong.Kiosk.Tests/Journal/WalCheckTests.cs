using KyCuong.Kiosk.Journal;
using KyCuong.Kiosk.Tests.Support;
using Microsoft.Data.Sqlite;

namespace KyCuong.Kiosk.Tests.Journal;

/// <summary>Logs that SQLite wrote: three transactions of one page, with or without what is left of an earlier round behind them.</summary>
public sealed class WalCheckTests : IDisposable
{
    private const int Page = 4096;
    private const int Head = 32;
    private const int Frame = 24 + Page;
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void What_is_left_of_an_earlier_round_is_no_torn_end()
    {
        Assert.Equal(WalState.Whole, WalCheck.Look(Log(rounds: 1)));
        var second = Log(rounds: 2);
        Assert.True(second.Length > Head + (3 * Frame));
        Assert.Equal(WalState.Whole, WalCheck.Look(second));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Any_byte_of_the_last_transaction_that_is_changed_makes_a_torn_end(int rounds)
    {
        var whole = Log(rounds);
        for (var at = Head + (2 * Frame); at < Head + (3 * Frame); at++)
        {
            var log = whole.ToArray();
            log[at] ^= 0x10;
            Assert.True(WalCheck.Look(log) == WalState.TornTail, $"byte {at - Head - (2 * Frame)} of the last frame, round {rounds}");
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void A_last_transaction_that_is_zeros_or_cut_is_a_torn_end(int rounds)
    {
        var log = Log(rounds);
        log.AsSpan(Head + (2 * Frame), Frame).Clear();
        Assert.Equal(WalState.TornTail, WalCheck.Look(log));
        Assert.Equal(WalState.TornTail, WalCheck.Look(Log(rounds).AsSpan(0, Head + (2 * Frame) + 700)));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Any_byte_before_the_last_transaction_that_is_changed_is_damage(int rounds)
    {
        var whole = Log(rounds);
        for (var at = Head; at < Head + (2 * Frame); at++)
        {
            var log = whole.ToArray();
            log[at] ^= 0x10;
            // Without its salt the one before the last looks like the first half of a last one.
            var expected = at >= Head + Frame + 8 && at < Head + Frame + 16 ? WalState.TornTail : WalState.Damaged;
            Assert.True(WalCheck.Look(log) == expected, $"byte {at - Head}, round {rounds}");
        }
    }

    /// <summary>The log of a table of which a row was changed three times, copied back and begun anew before the last three.</summary>
    private byte[] Log(int rounds)
    {
        var path = Path.Combine(_folder.Path, $"{Guid.NewGuid():n}.db");
        using var connection = new SqliteConnection($"Data Source={path};Pooling=False");
        connection.Open();
        Run(connection, "PRAGMA journal_mode = WAL", "PRAGMA wal_autocheckpoint = 0", "CREATE TABLE t (v INTEGER)", "INSERT INTO t VALUES (0)", "PRAGMA wal_checkpoint(TRUNCATE)");
        for (var round = 1; round < rounds; round++)
        {
            for (var i = 0; i < 6; i++) Run(connection, "UPDATE t SET v = v + 1");
            // All is copied back and nothing cut off: the next transaction begins the log anew.
            Run(connection, "PRAGMA wal_checkpoint(RESTART)");
        }

        for (var i = 0; i < 3; i++) Run(connection, "UPDATE t SET v = v + 1");
        using var stream = new FileStream(path + "-wal", FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var log = new byte[stream.Length];
        stream.ReadExactly(log);
        return log;
    }

    private static void Run(SqliteConnection connection, params string[] statements)
    {
        foreach (var sql in statements)
        {
            using var command = connection.CreateCommand();
#pragma warning disable CA2100 // The constants above.
            command.CommandText = sql;
#pragma warning restore CA2100
            command.ExecuteNonQuery();
        }
    }
}

using KyCuong.Kiosk.Files;
using KyCuong.Kiosk.Journal;
using KyCuong.Kiosk.Tests.Support;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;

namespace KyCuong.Kiosk.Tests.Journal;

/// <summary>What a journal's file has by itself, whatever its log is about to lay over it: five taps of which the log has two.</summary>
public sealed class AheadOfLogTests : IAsyncLifetime, IDisposable
{
    private readonly TempFolder _folder = new();
    private List<RawRecord> _ofLog = null!;

    private string Path => _folder.File("journal.db");

    public async Task InitializeAsync()
    {
        await using (var journal = KioskJournal.Open(new JournalOptions { Path = Path }, 5, () => 1, RealClock.Boot, NullLogger<KioskJournal>.Instance))
            for (var i = 0; i < 5; i++) await journal.AppendAsync(Entries.Stamp(), Entries.Tap(i));
        using var file = File.OpenRead(Path);
        _ofLog = [.. RawRecords.In(file).DistinctBy(record => record.Stored.Entry.Sequence).Where(record => record.Stored.Entry.Sequence is 2 or 3)];
        Assert.Equal(2, _ofLog.Count);
    }

    public Task DisposeAsync() => Task.CompletedTask;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_newest_are_read_as_many_as_the_log_has() => Assert.Equal([5UL, 4UL], Read());

    [Theory]
    [InlineData("CREATE TABLE kept AS SELECT key, record FROM entries; DROP TABLE entries; ALTER TABLE kept RENAME TO entries; INSERT INTO entries VALUES (9000000000000000000, NULL)")]
    [InlineData("ALTER TABLE entries RENAME TO gone")]
    public void A_file_whose_pages_make_no_sense_is_searched_for_the_newest(string damage)
    {
        using (var connection = new SqliteConnection($"Data Source={Path};Pooling=False"))
        {
            connection.Open();
            connection.Execute(damage);
            connection.Execute("PRAGMA wal_checkpoint(TRUNCATE)");
        }

        Assert.Equal([4UL, 5UL], Read());
    }

    [Fact]
    public void Nothing_is_read_where_the_log_has_nothing_or_there_is_no_file()
    {
        Assert.Empty(AheadOfLog.Read(Path, []));
        Assert.Empty(AheadOfLog.Read(_folder.File("other.db"), _ofLog));
    }

    private IEnumerable<ulong> Read() => AheadOfLog.Read(Path, _ofLog).Select(record => record.Stored.Entry.Sequence);
}

using KyCuong.Kiosk.Journal;
using KyCuong.Kiosk.Tests.Support;
using KyCuong.Protos;
using Microsoft.Extensions.Logging.Abstractions;

namespace KyCuong.Kiosk.Tests.Journal;

/// <summary>A log whose sync may have failed is written anew before anything is built on it.</summary>
public sealed class RewrittenLogTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void All_bytes_are_written_over_themselves_and_then_synced()
    {
        var path = _folder.File("log");
        var content = Enumerable.Range(0, (3 << 20) + 7).Select(i => (byte)(i % 251)).ToArray();
        File.WriteAllBytes(path, content);
        var before = File.GetLastWriteTimeUtc(path) - TimeSpan.FromDays(1);
        File.SetLastWriteTimeUtc(path, before);
        var synced = new List<bool>();
        RewrittenLog.Make(path, (file, _) => synced.Add(!file.IsClosed && File.GetLastWriteTimeUtc(path) > before));
        Assert.Equal([true], synced);
        Assert.Equal(content, File.ReadAllBytes(path));
    }

    [Fact]
    public void A_log_that_is_missing_or_empty_is_left_alone_and_a_sync_that_fails_is_told()
    {
        var path = _folder.File("log");
        RewrittenLog.Make(path, (_, _) => Assert.Fail("There is nothing to sync."));
        Assert.False(File.Exists(path));
        File.WriteAllBytes(path, []);
        RewrittenLog.Make(path, (_, _) => Assert.Fail("There is nothing to sync."));
        File.WriteAllBytes(path, [1]);
        Assert.Throws<IOException>(() => RewrittenLog.Make(path, (_, _) => throw new IOException("no")));
    }

    [Fact]
    public async Task A_journal_writes_its_log_anew_before_anything_of_it_reaches_the_database()
    {
        var (path, left) = (_folder.File("journal.db"), _folder.File("left.db"));
        await using (var journal = Open(new JournalOptions { Path = path }))
        {
            await journal.AppendAsync(Entries.Stamp(), Entries.Tap(1));
            // As a killed process leaves them.
            foreach (var suffix in (string[])["", "-wal"]) File.Copy(path + suffix, left + suffix);
        }

        var database = File.ReadAllBytes(left);
        var rewritten = new List<string>();
        await using var again = Open(new JournalOptions
        {
            Path = left,
            RewriteLog = log => rewritten.Add($"{Path.GetFileName(log)} {new FileInfo(log).Length > 0} {File.ReadAllBytes(left).AsSpan().SequenceEqual(database)}"),
        });
        Assert.Equal(["left.db-wal True True"], rewritten);
        Assert.NotEqual(database, File.ReadAllBytes(left));
        Assert.Equal(1UL, again.Current.Last);
    }

    private static KioskJournal Open(JournalOptions options) =>
        KioskJournal.Open(options, 1, () => 100, RealClock.Wall, NullLogger<KioskJournal>.Instance);
}

using System.IO.Compression;
using System.Text.Json;
using KyCuong.Kiosk.Journal;
using KyCuong.Kiosk.Tests.Support;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;

namespace KyCuong.Kiosk.Tests.Journal;

/// <summary>Journals that each release made (tests/releases) are read and gone on with; those of a later one are left alone.</summary>
public sealed class ReleaseTests : IDisposable
{
    private readonly TempFolder _folder = new();

    private string Path => _folder.File("journal.db");

    public static TheoryData<string> Releases() => new(Directory.GetDirectories(System.IO.Path.Combine(AppContext.BaseDirectory, "releases")).Select(folder => System.IO.Path.GetFileName(folder)!));

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void There_is_at_least_one() => Assert.NotEmpty(Releases());

    [Theory]
    [MemberData(nameof(Releases))]
    public async Task A_journal_of_each_release_is_whole_and_is_gone_on_with(string release)
    {
        var facts = await UnpackAsync(release);
        await using var journal = Open();
        await journal.Mending.WaitAsync(RealClock.Patience, RealClock.Wall);
        var current = journal.Current;
        Assert.Equal((1UL, facts.GetProperty("journalLast").GetUInt64()), (current.First, current.Last));
        Assert.Equal(facts.GetProperty("journalLastHash").GetString(), current.LastHash.ToString());
        Assert.Empty(journal.Lost);
        using (var reader = new JournalReader(Path))
        {
            var slice = reader.Read(current, 1, 10_000);
            Assert.Equal((current.Last, null), ((ulong)slice.Entries.Count, slice.Lost));
        }

        var next = await journal.AppendAsync(Entries.Stamp(), Entries.Tap(1));
        Assert.Equal((current.Last + 1, current.LastHash), (next.Entry.Sequence, next.Previous));
        Assert.Equal(current.Id, journal.Current.Id);
        Assert.Single(Directory.GetFiles(_folder.Path, "journal.db*"), file => file == Path);
    }

    [Fact]
    public async Task A_journal_of_a_later_release_is_refused_with_one_sentence_and_stays_as_it_is()
    {
        await UnpackAsync(System.IO.Path.GetFileName(Directory.GetDirectories(System.IO.Path.Combine(AppContext.BaseDirectory, "releases"))[0]));
        using (var connection = new SqliteConnection($"Data Source={Path};Pooling=False"))
        {
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = "PRAGMA journal_mode = WAL; PRAGMA user_version = 99; CREATE TABLE later (x TEXT) STRICT";
            command.ExecuteNonQuery();
        }

        var before = await File.ReadAllBytesAsync(Path);
        var refusal = Assert.Throws<KioskException>(() => Open());
        Assert.Contains("lược đồ 99", refusal.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', refusal.Message);
        Assert.Equal(before, await File.ReadAllBytesAsync(Path));
    }

    /// <summary>As the kiosk that made it: the first one of its server.</summary>
    private KioskJournal Open() =>
        KioskJournal.Open(new JournalOptions { Path = Path }, 1, () => throw new InvalidOperationException("No epoch is to be begun."), RealClock.Wall, NullLogger<KioskJournal>.Instance);

    private async Task<JsonElement> UnpackAsync(string release)
    {
        var kept = System.IO.Path.Combine(AppContext.BaseDirectory, "releases", release);
        await using (var packed = new GZipStream(File.OpenRead(System.IO.Path.Combine(kept, "journal.db.gz")), CompressionMode.Decompress))
        await using (var file = File.Create(Path)) await packed.CopyToAsync(file);
        using var facts = JsonDocument.Parse(await File.ReadAllTextAsync(System.IO.Path.Combine(kept, "release.json")));
        return facts.RootElement.Clone();
    }
}

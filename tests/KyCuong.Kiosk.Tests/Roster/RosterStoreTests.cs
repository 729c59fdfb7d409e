using KyCuong.Kiosk.Roster;
using KyCuong.Kiosk.Tests.Support;
using KyCuong.Protos.V1;
using Microsoft.Data.Sqlite;

namespace KyCuong.Kiosk.Tests.Roster;

public sealed class RosterStoreTests : IDisposable
{
    private readonly TempFolder _folder = new();

    private string File => Path.Combine(_folder.Path, "roster.db");

    public void Dispose() => _folder.Dispose();

    /// <summary>Bytes that SQLite does not look into: no person, a length that the parser stumbles over, another person's number.</summary>
    [Theory]
    [InlineData("FF")]
    [InlineData("12FEFFFFFF07")]
    [InlineData("32FEFFFFFF07")]
    [InlineData("0801")]
    public void A_roster_with_a_damaged_row_is_none_and_is_taken_whole_again(string damaged)
    {
        using (var store = RosterStore.Open(File))
        {
            Assert.True(store.Apply(Whole(5)));
            Assert.Equal(5ul, store.Load().Version);
        }

        using (var connection = new SqliteConnection($"Data Source={File};Pooling=False"))
        {
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = "UPDATE people SET message = @message WHERE person_id = 2";
            command.Parameters.AddWithValue("@message", Convert.FromHexString(damaged));
            Assert.Equal(1, command.ExecuteNonQuery());
        }

        using var again = RosterStore.Open(File);
        Assert.Equal(0ul, again.Load().Version);
        Assert.True(again.Apply(Whole(6)));
        Assert.Equal(6ul, again.Load().Version);
    }

    [Fact]
    public void A_roster_with_a_damaged_page_is_none_and_is_taken_whole_again()
    {
        using var store = Damaged();
        Assert.Equal(0ul, store.Load().Version);
        Assert.True(store.Apply(Whole(6)));
        Assert.Equal(6ul, store.Load().Version);
    }

    [Theory]
    [InlineData(5, false)]
    [InlineData(0, true)]
    public void A_change_of_a_damaged_roster_is_taken_when_it_is_a_whole_one(ulong of, bool taken)
    {
        using var store = Damaged();
        Assert.Equal(taken, store.Apply(Whole(6) with { BaseVersion = of }));
        Assert.Equal(taken ? 6ul : 0ul, store.Load().Version);
    }

    [Fact]
    public void Who_is_to_be_forgotten_is_not_in_a_damaged_roster_any_more_either()
    {
        using var store = Damaged();
        Assert.Throws<SqliteException>(() => store.Forget([2]));
        Assert.DoesNotContain("aaaaaaaa", System.Text.Encoding.Latin1.GetString(System.IO.File.ReadAllBytes(File)), StringComparison.Ordinal);
        Assert.Equal(0ul, store.Load().Version);
    }

    /// <summary>A person so long that pages hold nothing else, one of which names a next one that there is not: the file opens and counts as ever.</summary>
    private RosterStore Damaged()
    {
        const int Page = 4096;
        using (var store = RosterStore.Open(File))
        {
            var change = Whole(5);
            change.Chunks[0].People[1].FullName = new string('a', 3 * Page);
            Assert.True(store.Apply(change));
        }

        var file = System.IO.File.ReadAllBytes(File);
        var at = Enumerable.Range(0, file.Length / Page).First(page => file.AsSpan((page * Page) + 4, Page - 4).IndexOfAnyExcept((byte)'a') < 0) * Page;
        file.AsSpan(at, 4).Fill(0xFF);
        System.IO.File.WriteAllBytes(File, file);
        return RosterStore.Open(File);
    }

    private static RosterChange Whole(ulong version) => new(version, 0, [new RosterChunk { People = { new RosterPerson { PersonId = 1, FullName = "Nguyễn Văn An" }, new RosterPerson { PersonId = 2, FullName = "Lê Thị Bình" } } }]);
}

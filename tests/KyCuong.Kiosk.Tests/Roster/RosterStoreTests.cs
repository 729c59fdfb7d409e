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

    private static RosterChange Whole(ulong version) => new(version, 0, [new RosterChunk { People = { new RosterPerson { PersonId = 1, FullName = "Nguyễn Văn An" }, new RosterPerson { PersonId = 2, FullName = "Lê Thị Bình" } } }]);
}

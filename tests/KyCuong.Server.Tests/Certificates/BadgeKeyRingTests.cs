using KyCuong.Server.Certificates;
using Microsoft.Data.Sqlite;

namespace KyCuong.Server.Tests.Certificates;

public sealed class BadgeKeyRingTests : IDisposable
{
    private readonly KeyDirectory _keys = new();
    private readonly SqliteConnection _store = new("Data Source=:memory:");

    public BadgeKeyRingTests()
    {
        _store.Open();
        using var command = _store.CreateCommand();
        command.CommandText = "CREATE TABLE badge_keys (agency_id INTEGER, key_id INTEGER, created_us INTEGER)";
        command.ExecuteNonQuery();
    }

    public void Dispose()
    {
        _store.Dispose();
        _keys.Dispose();
    }

    [Fact]
    public void The_first_key_is_made_once_and_is_each_agencys_own()
    {
        var ring = new BadgeKeyRing(_keys.Path);
        var made = Assert.Single(Ensure(ring, 1));
        var again = Assert.Single(Ensure(ring, 1));
        var other = Assert.Single(Ensure(ring, 2));
        Assert.Equal(1u, made.KeyId);
        Assert.True(made.Key.SequenceEqual(again.Key));
        Assert.False(made.Key.SequenceEqual(other.Key));
        Assert.True(made.Key.SequenceEqual(Assert.Single(ring.Read(_store, 1)).Key));
    }

    [Fact]
    public void Keys_come_newest_first()
    {
        var ring = new BadgeKeyRing(_keys.Path);
        Ensure(ring, 1);
        SecretFile.Write(Path.Combine(_keys.Path, "badge-1-2.key"), new byte[32]);
        using var command = _store.CreateCommand();
        command.CommandText = "INSERT INTO badge_keys VALUES (1, 2, 0)";
        command.ExecuteNonQuery();
        Assert.Equal([2u, 1u], ring.Read(_store, 1).Select(key => key.KeyId));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_lost_or_damaged_key_is_refused_by_name_and_never_replaced(bool lost)
    {
        var ring = new BadgeKeyRing(_keys.Path);
        Ensure(ring, 1);
        var path = Path.Combine(_keys.Path, "badge-1-1.key");
        if (lost) File.Delete(path);
        else SecretFile.Write(path, new byte[31]);
        var refused = Assert.Throws<InvalidDataException>(() => Ensure(ring, 1));
        Assert.Contains(path, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_key_never_shows_itself_in_text()
    {
        var secret = Assert.Single(Ensure(new BadgeKeyRing(_keys.Path), 1));
        Assert.Equal("badge key 1", secret.ToString());
    }

    private IReadOnlyList<BadgeSecret> Ensure(BadgeKeyRing ring, long agency)
    {
        using var transaction = _store.BeginTransaction();
        var keys = ring.Ensure(_store, transaction, agency, 0);
        transaction.Commit();
        return keys;
    }
}

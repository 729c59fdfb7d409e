using KyCuong.Server.Certificates;
using KyCuong.Server.Store.Rows;
using KyCuong.Server.Tests.Store;

namespace KyCuong.Server.Tests.Certificates;

public sealed class BadgeKeyRingTests : IAsyncLifetime, IDisposable
{
    private readonly KeyDirectory _keys = new();
    private readonly TestStore _store = new();
    private long _agency;
    private long _otherAgency;

    public async Task InitializeAsync()
    {
        _agency = await _store.AddAgencyAsync("A");
        _otherAgency = await _store.AddAgencyAsync("B");
    }

    public async Task DisposeAsync() => await _store.DisposeAsync();

    public void Dispose() => _keys.Dispose();

    [Fact]
    public async Task The_first_key_is_made_once_and_is_each_agencys_own()
    {
        var ring = new BadgeKeyRing(_keys.Path);
        var made = Assert.Single(await EnsureAsync(ring, _agency));
        var again = Assert.Single(await EnsureAsync(ring, _agency));
        var other = Assert.Single(await EnsureAsync(ring, _otherAgency));
        Assert.Equal(1u, made.KeyId);
        Assert.True(made.Key.SequenceEqual(again.Key));
        Assert.False(made.Key.SequenceEqual(other.Key));
        using var reader = _store.Store.OpenReader();
        Assert.True(made.Key.SequenceEqual(Assert.Single(ring.Read(reader, _agency)).Key));
    }

    [Fact]
    public async Task Keys_come_newest_first()
    {
        var ring = new BadgeKeyRing(_keys.Path);
        await EnsureAsync(ring, _agency);
        SecretFile.Write(Path.Combine(_keys.Path, $"badge-{_agency}-2.key"), new byte[32]);
        await _store.WriteAsync(db => db.BadgeKeys.Add(new BadgeKeyNumberRow { AgencyId = _agency, KeyId = 2 }));
        using var reader = _store.Store.OpenReader();
        Assert.Equal([2u, 1u], ring.Read(reader, _agency).Select(key => key.KeyId));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_lost_or_damaged_key_is_refused_by_name_and_never_replaced(bool lost)
    {
        var ring = new BadgeKeyRing(_keys.Path);
        await EnsureAsync(ring, _agency);
        var path = Path.Combine(_keys.Path, $"badge-{_agency}-1.key");
        if (lost) File.Delete(path);
        else SecretFile.Write(path, new byte[31]);
        var refused = await Assert.ThrowsAsync<InvalidDataException>(() => EnsureAsync(ring, _agency));
        Assert.Contains(path, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_key_never_shows_itself_in_text()
    {
        var secret = Assert.Single(await EnsureAsync(new BadgeKeyRing(_keys.Path), _agency));
        Assert.Equal("badge key 1", secret.ToString());
    }

    private async Task<IReadOnlyList<BadgeSecret>> EnsureAsync(BadgeKeyRing ring, long agency)
    {
        await using var lease = await _store.Store.LeaseAsync(CancellationToken.None);
        var keys = ring.Ensure(lease, agency, 0);
        await lease.CommitAsync();
        return keys;
    }
}

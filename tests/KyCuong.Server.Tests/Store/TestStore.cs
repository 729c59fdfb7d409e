using KyCuong.Server.Store;
using KyCuong.Server.Store.Rows;
using Microsoft.Extensions.Logging.Abstractions;

namespace KyCuong.Server.Tests.Store;

/// <summary>A real store in a temporary directory, which goes with it.</summary>
internal sealed class TestStore : IAsyncDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("kycuong-store-");

    private readonly Func<StoreOptions, StoreOptions> _way;

    /// <param name="options">Bounds; null: the usual ones.</param>
    /// <param name="way">How the store is to be reached; null: as it is.</param>
    /// <param name="time">Its clock; null: the machine's.</param>
    public TestStore(StoreOptions? options = null, Func<StoreOptions, StoreOptions>? way = null, TimeProvider? time = null)
    {
#pragma warning disable RS0030 // A test host chooses the clock.
        Time = time ?? TimeProvider.System;
#pragma warning restore RS0030
        _way = way ?? (straight => straight);
        Options = TestStores.New(options);
        Data = DataDirectory.Open(_folder.FullName);
        Store = Open();
    }

    public StoreOptions Options { get; }

    public DataDirectory Data { get; }

    public ServerStore Store { get; private set; }

    public TimeProvider Time { get; }

    public async Task ReopenAsync()
    {
        await Store.DisposeAsync();
        Store = Open();
    }

    /// <summary>An agency in Vietnam's zone.</summary>
    public async Task<long> AddAgencyAsync(string code = "BQLKCN", string zone = "Asia/Ho_Chi_Minh")
    {
        var row = new AgencyRow { Code = code, Name = code, TimeZone = zone, RestDays = "[]", Policy = "{}" };
        await WriteAsync(db => db.Agencies.Add(row));
        return row.AgencyId;
    }

    /// <summary>Saves what <paramref name="change"/> adds, in a lease of its own.</summary>
    public async Task WriteAsync(Action<KyCuongDb> change)
    {
        await using var lease = await Store.LeaseAsync(CancellationToken.None);
        await using var db = lease.NewContext();
        change(db);
        await db.SaveChangesAsync();
        await lease.CommitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await Store.DisposeAsync();
        TestStores.Drop(Options);
        _folder.Delete(recursive: true);
    }

    private ServerStore Open() => ServerStore.Open(Data, _way(Options), Time, NullLoggerFactory.Instance);
}

using Grpc.Core;
using KyCuong.Protos.V1;
using KyCuong.Server.Features.Kiosks;
using KyCuong.Server.Store;
using KyCuong.Server.Tests.Cli;
using KyCuong.Server.Tests.Kiosks;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace KyCuong.Server.Tests.Store.Postgres;

/// <summary>The whole server, while PostgreSQL goes away and comes back.</summary>
public sealed class PostgresServerTests
{
    [OnStoreFact(StoreKind.Postgres, "SQLite's store cannot be away")]
    public async Task It_outlives_PostgreSQL_and_goes_on_when_that_is_back()
    {
        using var cluster = new PostgresCluster();
        var settings = new NpgsqlConnectionStringBuilder(cluster.Server) { Database = "postgres" };
        await using var server = await RunningServer.StartAsync(new TestStore(way: options => options with { ConnectionString = settings.ConnectionString }));
        using var kiosk = await server.EnrolAsync();
        var first = kiosk.Batch(1, 10);
        var second = kiosk.Batch(11, 10, TestKiosk.LastHash(first));
        using (var stream = await kiosk.ConnectAsync(hello => hello.SoftwareVersion = "9.9"))
        {
            await stream.WelcomeAsync();
            await stream.Up.WriteAsync(new KioskMessage { Journal = first });
            Assert.Equal(10ul, await stream.AckAsync(10));
            cluster.Crash();
            try
            {
                await stream.Up.WriteAsync(new KioskMessage { Journal = second });
            }
            catch (RpcException)
            {
                // The server noticed first; reading tells why.
            }

            Assert.Equal(StatusCode.Unavailable, (await stream.EndAsync()).StatusCode);
        }

        // What looks at the store by itself has looked, and said so once.
        await Task.Delay(3 * KioskBounds.WatchInterval, TestTime.System);
        Assert.False(server.Host.Stopped.IsCompleted);
        Assert.Single(server.Log.Lines, line => line.Level == LogLevel.Error && line.Text.StartsWith("The store is away", StringComparison.Ordinal));
        using (var refused = await kiosk.ConnectAsync())
            Assert.NotEqual(StatusCode.OK, (await refused.EndAsync()).StatusCode);

        cluster.Start();
        await Task.Delay(2 * KioskBounds.WatchInterval, TestTime.System);
        using var again = await kiosk.ConnectAsync(hello => hello.SoftwareVersion = "9.9");
        await again.WelcomeAsync();
        await again.Up.WriteAsync(new KioskMessage { Journal = second });
        Assert.Equal(20ul, await again.AckAsync(20));
        Assert.Equal(20, await server.ReadAsync(db => db.Taps.CountAsync()));
        await Task.Delay(2 * KioskBounds.WatchInterval, TestTime.System);
        Assert.Equal("9.9", await server.ReadAsync(db => db.Kiosks.Select(k => k.Software).SingleAsync()));
        Assert.False(server.Host.Stopped.IsCompleted);
    }
}

using System.Data.Common;
using System.Globalization;
using System.Runtime.Versioning;
using KyCuong.Server.Cli;
using KyCuong.Server.Store;
using KyCuong.Server.Store.Rows;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging.Abstractions;

namespace KyCuong.Server.Tests.Store;

public sealed class ServerStoreTests
{
    [Fact]
    public async Task What_a_lease_committed_is_there_after_reopening()
    {
        await using var test = new TestStore();
        var agency = await test.AddAgencyAsync();
        await test.WriteAsync(db => db.Holidays.Add(new HolidayRow { AgencyId = agency, Date = new DateOnly(2026, 11, 24), Name = "Ngày Văn hóa Việt Nam" }));
        await test.ReopenAsync();
        await using var db = test.Store.NewReader();
        Assert.Equal(new DateOnly(2026, 11, 24), (await db.Holidays.SingleAsync()).Date);
        using var reader = test.Store.OpenReader();
        Assert.Equal(["2026-11-24"], Catalogue.Column(reader, "SELECT date FROM holidays"));
    }

    [Fact]
    public async Task What_a_lease_did_not_commit_is_undone()
    {
        await using var test = new TestStore();
        await using (var lease = await test.Store.LeaseAsync(CancellationToken.None))
        await using (var db = lease.NewContext())
        {
            db.Agencies.Add(new AgencyRow { Code = "A", Name = "A", TimeZone = "UTC", RestDays = "[]", Policy = "{}" });
            await db.SaveChangesAsync();
        }

        await using var after = test.Store.NewReader();
        Assert.Empty(await after.Agencies.ToListAsync());
    }

    [Fact]
    public async Task Saving_without_a_lease_throws()
    {
        await using var test = new TestStore();
        await using var db = test.Store.NewReader();
        db.Agencies.Add(new AgencyRow { Code = "A", Name = "A", TimeZone = "UTC", RestDays = "[]", Policy = "{}" });
        Assert.Throws<InvalidOperationException>(() => db.SaveChanges());
        await Assert.ThrowsAsync<InvalidOperationException>(() => db.SaveChangesAsync());
    }

    [Fact]
    public async Task Saving_after_the_lease_ended_throws()
    {
        await using var test = new TestStore();
        var lease = await test.Store.LeaseAsync(CancellationToken.None);
        await using var db = lease.NewContext();
        await lease.CommitAsync();
        db.Agencies.Add(new AgencyRow { Code = "A", Name = "A", TimeZone = "UTC", RestDays = "[]", Policy = "{}" });
        await Assert.ThrowsAsync<InvalidOperationException>(() => db.SaveChangesAsync());
        Assert.Throws<ObjectDisposedException>(() => lease.Connection);
        await lease.DisposeAsync();
    }

    [Fact]
    public async Task A_reader_cannot_write()
    {
        await using var test = new TestStore();
        await using var db = test.Store.NewReader();
        await Assert.ThrowsAnyAsync<DbException>(() => db.Agencies.ExecuteDeleteAsync());
        await Assert.ThrowsAnyAsync<DbException>(() => db.Database.ExecuteSqlRawAsync(
            TestStores.Kind == StoreKind.Sqlite ? "CREATE TEMP TABLE t (x)" : "CREATE TABLE t (x text)"));
    }

    [Fact]
    public async Task A_second_lease_waits_for_the_first()
    {
        await using var test = new TestStore();
        var first = await test.Store.LeaseAsync(CancellationToken.None);
        var second = test.Store.LeaseAsync(CancellationToken.None);
        Assert.False(second.IsCompleted);
        await first.DisposeAsync();
        await (await second).DisposeAsync();
    }

    [Fact]
    public async Task A_second_opening_is_refused_and_names_the_process()
    {
        await using var test = new TestStore();
        var refusal = Assert.Throws<CommandException>(() => ServerStore.Open(test.Data, test.Options, test.Time, NullLoggerFactory.Instance));
        Assert.Contains(Environment.ProcessId.ToString(CultureInfo.InvariantCulture), refusal.Message, StringComparison.Ordinal);
        await test.ReopenAsync();
    }

    [Fact]
    [UnsupportedOSPlatform("windows")]
    public async Task Another_process_finds_the_directory_locked()
    {
        await using var test = new TestStore();
        Assert.Equal(1, await FlockAsync(test.Data.LockFile));
        await test.Store.DisposeAsync();
        Assert.Equal(0, await FlockAsync(test.Data.LockFile));
        await test.ReopenAsync();
    }

    [Fact]
    [UnsupportedOSPlatform("windows")]
    public async Task Directory_and_files_are_closed_to_others()
    {
        await using var test = new TestStore();
        await test.AddAgencyAsync();
        test.Data.WriteFile("secret", [1, 2, 3]);
        const UnixFileMode owner = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        Assert.Equal(owner | UnixFileMode.UserExecute, File.GetUnixFileMode(test.Data.Root));
        var modes = new Dictionary<string, UnixFileMode>();
        foreach (var file in Directory.GetFiles(test.Data.Root)) modes[Path.GetFileName(file)] = File.GetUnixFileMode(file);
        string[] store = TestStores.Kind == StoreKind.Sqlite ? ["store.db", "store.db-wal", "store.db-shm"] : [];
        Assert.Superset(new HashSet<string>([.. store, "lock", "secret"]), modes.Keys.ToHashSet());
        Assert.All(modes, m => Assert.Equal(owner, m.Value));
    }

    private static async Task<int> FlockAsync(string file)
    {
        using var process = System.Diagnostics.Process.Start(new System.Diagnostics.ProcessStartInfo("flock", ["--nonblock", file, "true"]))!;
        await process.WaitForExitAsync();
        return process.ExitCode;
    }
}

using KyCuong.Server.Cli;
using KyCuong.Server.Features.Backups;
using KyCuong.Server.Store;
using KyCuong.Server.Store.Rows;
using KyCuong.Server.Store.Sqlite;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging.Abstractions;

namespace KyCuong.Server.Tests.Store;

/// <summary>What only the SQLite store has: its file, its log, its disk.</summary>
public sealed class SqliteStoreTests
{
    [OnStoreFact(StoreKind.Sqlite, "PostgreSQL checkpoints by itself")]
    public async Task The_writer_empties_the_log_at_its_bound()
    {
        await using var test = new TestStore(new StoreOptions { CheckpointPages = 20, WalBytes = 64 * 1024 });
        var agency = await test.AddAgencyAsync();
        for (var i = 0; i < 200; i++)
            await test.WriteAsync(db => db.Units.Add(new UnitRow { AgencyId = agency, Code = $"U{i}", Name = new string('x', 500) }));
        Assert.InRange(new FileInfo(test.Data.StoreFile + "-wal").Length, 1, 256 * 1024);
    }

    [OnStoreFact(StoreKind.Sqlite, "PostgreSQL stops by itself when its disk fails")]
    public async Task Nothing_is_written_after_the_disk_failed_a_commit()
    {
        await using var test = new TestStore();
        await test.AddAgencyAsync("BEFORE");
        test.Store.Writer.CommitFailed(new SqliteException("database or disk is full", 13));
        await test.AddAgencyAsync("FULL");
        test.Store.Writer.CommitFailed(new SqliteException("disk I/O error", 10, 1034));
        await Assert.ThrowsAsync<InvalidOperationException>(() => test.AddAgencyAsync("AFTER"));
        Assert.IsType<SqliteException>(await test.Store.Writer.Broken);
        await test.ReopenAsync();
        await test.AddAgencyAsync("REOPENED");
        using var reader = test.Store.OpenReader();
        Assert.Equal(["BEFORE", "FULL", "REOPENED"], Catalogue.Column(reader, "SELECT code FROM agencies ORDER BY agency_id"));
    }

    [OnStoreFact(StoreKind.Sqlite, "PostgreSQL's copy is pg_dump's, tested with it")]
    public async Task A_store_is_copied_before_a_newer_server_changes_it()
    {
        await using var test = new TestStore();
        await test.AddAgencyAsync();
        await test.Store.DisposeAsync();
        var next = new Migration(SqliteMigrator.Shipped.Count + 1, "9999_next.sql", "CREATE TABLE next (x TEXT) STRICT");
        await using (ServerStore.Open(test.Data, test.Options, test.Time, NullLoggerFactory.Instance, [.. SqliteMigrator.Shipped, next]))
        {
            var copy = Assert.Single(Directory.GetFiles(test.Data.BackupFolder));
            using var old = new SqliteConnection($"Data Source={copy};Mode=ReadOnly;Pooling=false");
            old.Open();
            Assert.Equal([$"{SqliteMigrator.Shipped.Count}"], Catalogue.Column(old, "PRAGMA user_version"));
            Assert.Equal(["BQLKCN"], Catalogue.Column(old, "SELECT code FROM agencies"));
        }

        // The older server does not touch it any more.
        Assert.Throws<CommandException>(() => ServerStore.Open(test.Data, test.Options, test.Time, NullLoggerFactory.Instance));
        File.Delete(test.Data.StoreFile);
        await test.ReopenAsync();
    }

    [OnStoreFact(StoreKind.Sqlite, "PostgreSQL's copy is pg_dump's, tested with it")]
    public async Task The_copy_of_a_server_that_has_a_key_for_backups_is_a_sealed_backup()
    {
        await using var test = new TestStore();
        await test.AddAgencyAsync();
        await test.Store.DisposeAsync();
        var key = BackupKey.Of(test.Data).Key;
        // As a kill left them.
        foreach (var left in (string[])["migration.tmp", "migration.tmp.kcb", "migration.tmp-journal"]) await File.WriteAllTextAsync(Path.Combine(test.Data.Folder("backups"), left), "half");
        var version = SqliteMigrator.Shipped.Count;
        var broken = new Migration(version + 1, "9999_broken.sql", "CREATE TABLE agencies (x TEXT)");
        // Twice in a second: the second one is not written over the first, nor does it fail on it.
        for (var i = 0; i < 2; i++) Assert.Throws<CommandException>(() => ServerStore.Open(test.Data, test.Options, test.Time, NullLoggerFactory.Instance, [.. SqliteMigrator.Shipped, broken]));
        var copies = Directory.GetFiles(test.Data.BackupFolder);
        Assert.Equal(2, copies.Length);
        Assert.All(copies, copy => Assert.StartsWith($"before-migration-v{version}-", Path.GetFileName(copy), StringComparison.Ordinal));
        foreach (var copy in copies)
        {
            if (!OperatingSystem.IsWindows()) Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(copy));
            var restored = copy + ".restored";
            var keyFile = Path.Combine(test.Data.Root, "key.txt");
            await File.WriteAllTextAsync(keyFile, BackupKey.Spell(key));
            await RestoreCommand.RunAsync(copy, keyFile, restored, test.Time);
            using var old = new SqliteConnection($"Data Source={Path.Combine(restored, "store.db")};Mode=ReadOnly;Pooling=false");
            old.Open();
            Assert.Equal([$"{version}"], Catalogue.Column(old, "PRAGMA user_version"));
            Assert.Equal(["BQLKCN"], Catalogue.Column(old, "SELECT code FROM agencies"));
        }

        await test.ReopenAsync();
    }

    [OnStoreFact(StoreKind.Sqlite, "a database of PostgreSQL has no bound of its own")]
    public async Task A_disk_that_is_full_refuses_the_commit_and_keeps_what_was_there()
    {
        await using var test = new TestStore();
        var agency = await test.AddAgencyAsync();
        await using (var lease = await test.Store.LeaseAsync(CancellationToken.None))
        {
            using var limit = lease.Connection.CreateCommand();
            limit.Transaction = lease.Transaction;
            limit.CommandText = "PRAGMA max_page_count = 1";
            limit.ExecuteNonQuery();
            await using var db = lease.NewContext();
            db.Units.Add(new UnitRow { AgencyId = agency, Code = "U", Name = new string('x', 100_000) });
            await Assert.ThrowsAsync<DbUpdateException>(() => db.SaveChangesAsync());
        }

        await using var after = test.Store.NewReader();
        Assert.Equal(agency, (await after.Agencies.SingleAsync()).AgencyId);
        Assert.Empty(await after.Units.ToListAsync());
    }
}

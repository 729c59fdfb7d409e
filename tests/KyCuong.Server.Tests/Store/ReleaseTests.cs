using System.IO.Compression;
using System.Text.Json;
using KyCuong.Server.Store;
using KyCuong.Server.Store.Log;
using KyCuong.Server.Store.Postgres;
using KyCuong.Server.Store.Sqlite;
using KyCuong.Verify;
using Microsoft.Extensions.Logging.Abstractions;
using VerifiedStore = KyCuong.Verify.Store;

namespace KyCuong.Server.Tests.Store;

/// <summary>
/// Stores that each release made (tests/releases) open with this server and hold what they held. Whoever edits a migration that was released
/// hears of it here.
/// </summary>
public sealed class ReleaseTests
{
    public static TheoryData<string> Releases() => new(Directory.GetDirectories(Path.Combine(AppContext.BaseDirectory, "releases")).Select(folder => Path.GetFileName(folder)!));

    [Fact]
    public void There_is_at_least_one() => Assert.NotEmpty(Releases());

    [Theory]
    [MemberData(nameof(Releases))]
    public async Task A_store_of_each_release_holds_what_it_held(string release)
    {
        var folder = Directory.CreateTempSubdirectory("kycuong-release-");
        try
        {
            var (data, kept) = (DataDirectory.Open(folder.FullName), Path.Combine(AppContext.BaseDirectory, "releases", release));
            using var facts = JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(kept, "release.json")));
            await using (var packed = new GZipStream(File.OpenRead(Path.Combine(kept, "store.db.gz")), CompressionMode.Decompress))
            await using (var file = File.Create(data.StoreFile)) await packed.CopyToAsync(file);

#pragma warning disable RS0030 // A test host chooses the clock.
            await using (var store = ServerStore.Open(data, new StoreOptions(), TimeProvider.System, NullLoggerFactory.Instance))
#pragma warning restore RS0030
            {
                using var reader = store.OpenReader();
                Assert.Equal([$"{SqliteMigrator.Shipped.Count}"], Catalogue.Column(reader, "PRAGMA user_version"));
                Assert.Equal([facts.RootElement.GetProperty("taps").GetRawText()], Catalogue.Column(reader, "SELECT count(*) FROM taps"));
                Assert.Equal([facts.RootElement.GetProperty("events").GetRawText()], Catalogue.Column(reader, "SELECT count(*) FROM kiosk_events"));
                var head = facts.RootElement.GetProperty("logHead").GetString()!.Split(':');
                Assert.Equal(head[1], LogWriter.Hash(reader, long.Parse(head[0], System.Globalization.CultureInfo.InvariantCulture))?.ToString());
            }

            using var verified = VerifiedStore.OpenFile(data.StoreFile);
            var verification = Verification.Of(verified, [OutsideHead.Parse(facts.RootElement.GetProperty("logHead").GetString()!)!]);
            Assert.Equal([], verification.Findings);
            Assert.True(verification.Entries > 0);
            var older = facts.RootElement.GetProperty("schema").GetInt32() < SqliteMigrator.Shipped.Count;
            Assert.Equal(older, Directory.Exists(data.BackupFolder) && Directory.GetFiles(data.BackupFolder).Length == 1);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [OnStoreFact(StoreKind.Postgres, "The files of SQLite are above.")]
    public async Task A_database_of_each_release_holds_what_it_held()
    {
        var folders = Directory.GetDirectories(Path.Combine(AppContext.BaseDirectory, "releases")).Where(folder => File.Exists(Path.Combine(folder, "postgres.json"))).ToList();
        Assert.NotEmpty(folders);
        foreach (var kept in folders)
        {
            var folder = Directory.CreateTempSubdirectory("kycuong-release-");
            var database = TestStores.NewDatabase();
            try
            {
                using var facts = JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(kept, "postgres.json")));
                var head = facts.RootElement.GetProperty("logHead").GetString()!;
                await using (var connection = new Npgsql.NpgsqlConnection(database))
                {
                    connection.Open();
                    using var packed = new StreamReader(new GZipStream(File.OpenRead(Path.Combine(kept, "postgres.sql.gz")), CompressionMode.Decompress));
                    Catalogue.Rows(connection, await packed.ReadToEndAsync());
                }

                var before = Counts(database, null);
                Assert.Equal([], Verified(database, head).Findings);
                var data = DataDirectory.Open(folder.FullName);
#pragma warning disable RS0030 // A test host chooses the clock.
                await using (var store = ServerStore.Open(data, new StoreOptions { Kind = StoreKind.Postgres, ConnectionString = database }, TimeProvider.System, NullLoggerFactory.Instance))
#pragma warning restore RS0030
                {
                    using var reader = store.OpenReader();
                    Assert.Equal([$"{PostgresMigrator.Shipped.Count}"], Catalogue.Column(reader, "SELECT max(number) FROM schema_versions"));
                    Assert.Equal([facts.RootElement.GetProperty("taps").GetRawText()], Catalogue.Column(reader, "SELECT count(*) FROM taps"));
                    Assert.Equal([facts.RootElement.GetProperty("events").GetRawText()], Catalogue.Column(reader, "SELECT count(*) FROM kiosk_events"));
                    Assert.Equal(head.Split(':')[1], LogWriter.Hash(reader, long.Parse(head.Split(':')[0], System.Globalization.CultureInfo.InvariantCulture))?.ToString());
                }

                var verification = Verified(database, head);
                Assert.Equal([], verification.Findings);
                Assert.True(verification.Entries > 0);
                Assert.Equal(before, Counts(database, before));
                var older = facts.RootElement.GetProperty("schema").GetInt32() < PostgresMigrator.Shipped.Count;
                Assert.Equal(older, Directory.Exists(data.BackupFolder) && Directory.GetFiles(data.BackupFolder, "*.dump").Length == 1);
            }
            finally
            {
                TestStores.Drop(database);
                folder.Delete(recursive: true);
            }
        }
    }

    private static Verification Verified(string database, string head)
    {
        using var store = VerifiedStore.OpenPostgres(database);
        return Verification.Of(store, [OutsideHead.Parse(head)!]);
    }

    /// <summary>How many rows each table has, but for what says which migrations ran.</summary>
    /// <param name="database">The store.</param>
    /// <param name="tables">Of which; null: of all.</param>
    private static SortedDictionary<string, long> Counts(string database, SortedDictionary<string, long>? tables)
    {
        using var store = VerifiedStore.OpenPostgres(database);
        var counts = new SortedDictionary<string, long>(StringComparer.Ordinal);
        foreach (var table in tables?.Keys.ToArray() ?? [.. store.Tables().Where(table => table != "schema_versions")]) counts.Add(table, store.Count(table));
        return counts;
    }
}

using System.IO.Compression;
using System.Text.Json;
using KyCuong.Server.Store;
using KyCuong.Server.Store.Log;
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
}

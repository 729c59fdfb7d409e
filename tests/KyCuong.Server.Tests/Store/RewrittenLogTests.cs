using KyCuong.Server.Cli;
using KyCuong.Server.Store;
using Microsoft.Extensions.Logging.Abstractions;

namespace KyCuong.Server.Tests.Store;

/// <summary>A log whose sync may have failed is written anew before anything is built on it (<see cref="KyCuong.Protos.RewrittenLog"/>).</summary>
public sealed class RewrittenLogTests
{
    [OnStoreFact(StoreKind.Sqlite, "PostgreSQL keeps a log of its own")]
    public async Task A_store_writes_its_log_anew_before_anything_of_it_reaches_the_file()
    {
        await using var test = new TestStore();
        await test.AddAgencyAsync();
        using var folder = new LeftFolder();
        // As a killed process leaves them.
        var data = DataDirectory.Open(folder.Path);
        foreach (var suffix in (string[])["", "-wal"]) File.Copy(test.Data.StoreFile + suffix, data.StoreFile + suffix);
        var file = await File.ReadAllBytesAsync(data.StoreFile);
        var rewritten = new List<string>();
        var options = test.Options with
        {
            RewriteLog = log => rewritten.Add($"{log == data.StoreFile + "-wal"} {new FileInfo(log).Length > 0} {File.ReadAllBytes(data.StoreFile).AsSpan().SequenceEqual(file)}"),
        };
        await using (var store = ServerStore.Open(data, options, test.Time, NullLoggerFactory.Instance))
        await using (var db = store.NewReader())
            Assert.Single(db.Agencies.Select(row => row.Code).ToList());
        Assert.Equal(["True True True"], rewritten);
        Assert.NotEqual(file, await File.ReadAllBytesAsync(data.StoreFile));
        // A disk that fails then is one sentence, and the store is not opened.
        var refusal = Assert.Throws<CommandException>(() => ServerStore.Open(data, test.Options with { RewriteLog = _ => throw new IOException("đĩa hỏng") }, test.Time, NullLoggerFactory.Instance));
        Assert.Contains(data.StoreFile, refusal.Message, StringComparison.Ordinal);
    }

    private sealed class LeftFolder : IDisposable
    {
        public string Path { get; } = Directory.CreateTempSubdirectory("kycuong-left-").FullName;

        public void Dispose() => Directory.Delete(Path, recursive: true);
    }
}

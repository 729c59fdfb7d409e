using System.Text;
using KyCuong.Server.Cli;
using KyCuong.Server.Features.Backups;
using KyCuong.Server.Ingest;
using KyCuong.Server.Store;
using KyCuong.Server.Store.Log;
using KyCuong.Server.Tests.Ingest;
using KyCuong.Server.Tests.Log;
using KyCuong.Server.Tests.Serve;
using KyCuong.Server.Tests.Store;
using KyCuong.Verify;
using Microsoft.Extensions.Logging.Abstractions;

namespace KyCuong.Server.Tests.Backups;

/// <summary>Copies made while the server works, and what comes back of them (reliability R10).</summary>
public sealed class BackupTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("kycuong-backup-").FullName;

    [Fact]
    public async Task A_server_that_is_gone_comes_back_from_its_backup_and_kiosks_bring_what_came_after()
    {
        await using var host = await LoggedStore.MakeAsync();
        var journal = host.NewJournal(9);
        for (var i = 0; i < 8; i++) journal.Tap((UInt128)i + 1, 60 + i);
        await host.SendAsync(journal, 1, 5);
        var before = Head(host.Test.Store);
        var backup = await BackUpAsync(host);
        await host.SendAsync(journal, 6, 8);
        var after = Head(host.Test.Store);
        var keyFile = await KeyFileAsync(host);
        await host.Ingest.DisposeAsync();
        await host.Test.Store.DisposeAsync();
        File.Delete(host.Test.Data.StoreFile);
        TestStores.Drop(host.Test.Options);

        var root = Path.Combine(_folder, "restored");
        using var drill = await Drill.RunAsync(host, backup, keyFile, root);
        Assert.Contains(before.ToString(), drill.Restored.Said, StringComparison.Ordinal);
        Assert.Null(drill.Restored.Wrong);
        await using (var store = ServerStore.Open(DataDirectory.Open(root), drill.Options, host.Test.Time, NullLoggerFactory.Instance))
        {
            await using var ingest = new TapIngest(store, new IngestOptions(), host.Test.Time, NullLogger<TapIngest>.Instance);
            var session = await ingest.OpenJournalAsync(host.KioskId, journal.Id.Epoch, CancellationToken.None);
            Assert.Equal(5UL, session.HighWater);
            Assert.Equal(8UL, (await ingest.AppendAsync(session, journal.Before(6), journal.Range(6, 8), backlog: true, CancellationToken.None)).HighWater);
        }

        using var verified = drill.Verified();
        Assert.Equal([], Verification.Of(verified, [OutsideHead.Parse(before.ToString())!]).Findings);
        // What the log said after the backup is another history, and whoever kept it sees that.
        Assert.NotEqual([], Verification.Of(verified, [OutsideHead.Parse(after.ToString())!]).Findings);
        foreach (var file in Directory.GetFiles(root, "*", SearchOption.AllDirectories))
            AssertPrivate(file);
    }

    /// <summary>Nobody stops tapping for a backup.</summary>
    [Fact]
    public async Task A_backup_made_while_taps_come_holds_every_one_that_was_acknowledged_before_it_began()
    {
        await using var host = await LoggedStore.MakeAsync();
        var keyFile = await KeyFileAsync(host);
        var journal = host.NewJournal(9);
        for (var i = 0; i < 30_000; i++) journal.Tap((UInt128)i + 1, 60 + i);
        const int together = 5;
        using var enough = new CancellationTokenSource();
        var (acknowledged, came) = (0UL, 0);
        var coming = Task.Run(async () =>
        {
            for (var next = 1; next < (int)journal.Last && !enough.IsCancellationRequested; next += together)
                Volatile.Write(ref acknowledged, (await host.SendAsync(journal, next, next + together - 1)).HighWater);
        });
        try
        {
            for (var round = 1; round <= 4; round++)
            {
                while (Volatile.Read(ref acknowledged) < (ulong)(round * 100) && !coming.IsCompleted) await Task.Yield();
                var before = Volatile.Read(ref acknowledged);
                var backup = await BackUpAsync(host, Directory.CreateDirectory(Path.Combine(_folder, $"{round}")).FullName);
                var after = Volatile.Read(ref acknowledged);
                if (after > before) came++;

                var root = Path.Combine(_folder, $"restored-{round}");
                using var drill = await Drill.RunAsync(host, backup, keyFile, root);
                await using (var store = ServerStore.Open(DataDirectory.Open(root), drill.Options, host.Test.Time, NullLoggerFactory.Instance))
                {
                    await using var ingest = new TapIngest(store, new IngestOptions(), host.Test.Time, NullLogger<TapIngest>.Instance);
                    var session = await ingest.OpenJournalAsync(host.KioskId, journal.Id.Epoch, CancellationToken.None);
                    // The last ones may be committed and not yet known to be here.
                    Assert.InRange(session.HighWater, before, after + together);
                }

                using var verified = drill.Verified();
                Assert.Equal([], Verification.Of(verified, []).Findings);
            }

            Assert.True(came > 0, "nothing came while any of them was made");
        }
        finally
        {
            await enough.CancelAsync();
            await coming;
        }
    }

    [Fact]
    public async Task A_backup_shows_nothing_without_the_key_and_leaves_no_plain_copy()
    {
        await using var host = await LoggedStore.MakeAsync();
        var backup = await BackUpAsync(host);
        var content = await File.ReadAllBytesAsync(backup);
        foreach (var word in new[] { "SQLite format", "NV001", "Văn phòng", "manifest.json" }) Assert.Equal(-1, content.AsSpan().IndexOf(Encoding.UTF8.GetBytes(word)));
        AssertPrivate(backup);
        Assert.False(File.Exists(host.Test.Data.PathOf("backup.tmp")));

        var other = Path.Combine(_folder, "other.key");
        await File.WriteAllTextAsync(other, BackupKey.Spell(new byte[BackupKey.Size]));
        var root = Path.Combine(_folder, "restored");
        Assert.Contains("khóa không mở được", (await Assert.ThrowsAsync<CommandException>(() => RestoreCommand.RunAsync(backup, other, root, host.Test.Time))).Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(root));
    }

    [Fact]
    public async Task A_backup_that_is_cut_or_altered_anywhere_is_refused_whole()
    {
        await using var host = await LoggedStore.MakeAsync();
        var backup = await BackUpAsync(host);
        var keyFile = await KeyFileAsync(host);
        var content = await File.ReadAllBytesAsync(backup);
        var root = Path.Combine(_folder, "restored");
        var spoilt = Path.Combine(_folder, "spoilt.kcb");
        // Each chunk's end, and places all over.
        var places = Enumerable.Range(0, 40).Select(i => (int)((long)i * (content.Length - 1) / 39)).Concat([3, 4, 35, 36, SealedFormat.HeaderSize + SealedFormat.ChunkSize + SealedFormat.TagSize]).Where(p => p < content.Length);
        foreach (var place in places)
        {
            var altered = content.ToArray();
            altered[place] ^= 1;
            await File.WriteAllBytesAsync(spoilt, altered);
            await Assert.ThrowsAsync<CommandException>(() => RestoreCommand.RunAsync(spoilt, keyFile, root, host.Test.Time));
            await File.WriteAllBytesAsync(spoilt, content[..place]);
            await Assert.ThrowsAsync<CommandException>(() => RestoreCommand.RunAsync(spoilt, keyFile, root, host.Test.Time));
        }

        await File.WriteAllBytesAsync(spoilt, [.. content, 0]);
        await Assert.ThrowsAsync<CommandException>(() => RestoreCommand.RunAsync(spoilt, keyFile, root, host.Test.Time));
        Assert.False(Directory.Exists(root));
        Assert.False(Directory.Exists(root + ".restoring"));
    }

    [Fact]
    public async Task Nothing_is_restored_over_data_and_a_wrong_folder_is_said()
    {
        await using var host = await LoggedStore.MakeAsync();
        var backup = await BackUpAsync(host);
        var keyFile = await KeyFileAsync(host);
        Assert.Contains("đã có dữ liệu", (await Assert.ThrowsAsync<CommandException>(() => RestoreCommand.RunAsync(backup, keyFile, host.Test.Data.Root, host.Test.Time))).Message, StringComparison.Ordinal);
        using var console = new SpokenConsole();
        await Assert.ThrowsAsync<CommandException>(() => BackupCommand.RunAsync(Context(host, console), "relative", CancellationToken.None));
        await Assert.ThrowsAsync<CommandException>(() => RestoreCommand.RunAsync(backup, backup, Path.Combine(_folder, "restored"), host.Test.Time));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(SealedFormat.ChunkSize - 1)]
    [InlineData(SealedFormat.ChunkSize)]
    [InlineData(SealedFormat.ChunkSize + 1)]
    [InlineData((2 * SealedFormat.ChunkSize) + 77)]
    public void What_was_sealed_opens_to_the_same_bytes(int length)
    {
        var key = new byte[BackupKey.Size];
        var content = new byte[length];
        new Random(length).NextBytes(content);
        using var file = new MemoryStream();
        using (var writer = new SealedWriter(file, key))
        {
            writer.Write(content);
            writer.Finish();
        }

        file.Position = 0;
        using var reader = new SealedReader(file, key);
        using var opened = new MemoryStream();
        reader.CopyTo(opened);
        reader.Drain();
        Assert.Equal(content, opened.ToArray());
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static void AssertPrivate(string file)
    {
        if (!OperatingSystem.IsWindows()) Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
    }

    private static LogHead Head(ServerStore store)
    {
        using var reader = store.OpenReader();
        return LogWriter.Read(reader);
    }

    private Task<string> BackUpAsync(IngestHost host) => BackUpAsync(host, _folder);

    private static async Task<string> BackUpAsync(IngestHost host, string folder)
    {
        using var console = new SpokenConsole();
        Assert.Equal(0, await BackupCommand.RunAsync(Context(host, console), folder, CancellationToken.None));
        return Assert.Single(Directory.GetFiles(folder, "*.kcb"));
    }

    private async Task<string> KeyFileAsync(IngestHost host)
    {
        using var console = new SpokenConsole();
        Assert.Equal(0, await BackupCommand.KeyAsync(Context(host, console)));
        var path = Path.Combine(_folder, "paper.key");
        await File.WriteAllTextAsync(path, console.Said);
        return path;
    }

    private static CommandContext Context(IngestHost host, ICommandConsole console) =>
        new(host.Test.Store, host.Test.Data, host.Test.Time, console, Json: false, Agency: null, NullLoggerFactory.Instance);
}

using System.Data.Common;
using System.Text.Json;
using KyCuong.Server.Features.Backups;
using KyCuong.Server.Store;
using KyCuong.Server.Tests.Erasing;
using KyCuong.Server.Tests.Ingest;
using KyCuong.Server.Tests.Log;
using KyCuong.Server.Tests.Serve;
using KyCuong.Server.Tests.Store;
using Microsoft.Extensions.Logging.Abstractions;

namespace KyCuong.Server.Tests.Backups;

/// <summary>A backup of a store that somebody altered is kept and says so, and so does what is restored of it (reliability rule D25).</summary>
public sealed class BackupCheckTests : IDisposable
{
    private const string Wrong = "không khớp với sổ của nó";
    private const string Fine = "khớp với sổ: đã xem";
    private readonly string _folder = Directory.CreateTempSubdirectory("kycuong-checked-").FullName;

    [Theory]
    [InlineData("UPDATE staff SET full_name = 'Nguyễn Văn B' WHERE code = 'NV001'", "staff ")]
    [InlineData("UPDATE resolved_taps SET at_us = at_us - 60000000 WHERE sequence = 1", "lượt quẹt ")]
    [InlineData("UPDATE log_entries SET at_us = at_us + 1 WHERE number = 7", "mục 7 của sổ")]
    [InlineData("DELETE FROM leave_entries WHERE kind = 'sick'", "leave_entries ")]
    [InlineData("ALTER TABLE journal_gaps RENAME COLUMN declared_us TO said_us", "Không đọc được kho")]
    public async Task A_store_with_one_row_altered_is_backed_up_and_restored_and_both_say_so(string sql, string where)
    {
        await using var host = await LoggedStore.MakeAsync();
        await AlterAsync(host, sql);
        var (code, said, backup) = await BackUpAsync(host, new HurriedTime());
        Assert.Equal(1, code);
        Assert.Contains("Bản sao được giữ lại", said, StringComparison.Ordinal);
        Assert.Contains(Wrong, said, StringComparison.Ordinal);
        Assert.Contains(where, said, StringComparison.Ordinal);
        Assert.DoesNotContain(Fine, said, StringComparison.Ordinal);
        Assert.False(File.Exists(host.Test.Data.PathOf("backup.tmp")));

        var root = Path.Combine(_folder, "restored");
        var restored = await RestoreCommand.RunAsync(backup, await KeyFileAsync(host), root, host.Test.Time);
        Assert.True(Directory.Exists(root));
        Assert.DoesNotContain(Fine, restored.Said, StringComparison.Ordinal);
        if (host.Test.Store.IsFile)
        {
            Assert.Contains(Wrong, restored.Wrong, StringComparison.Ordinal);
            Assert.Contains(where, restored.Wrong, StringComparison.Ordinal);
        }
        else
        {
            // Nothing is loaded yet that could be checked, and nobody is told that it was.
            Assert.Contains("chưa được đối chiếu với sổ", restored.Said, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_store_as_the_server_left_it_is_said_to_match_and_so_is_what_is_restored()
    {
        await using var host = await LoggedStore.MakeAsync();
        var (code, said, backup) = await BackUpAsync(host, host.Test.Time);
        Assert.Equal(0, code);
        Assert.Contains(Fine, said, StringComparison.Ordinal);
        Assert.DoesNotContain(Wrong, said, StringComparison.Ordinal);
        var root = Path.Combine(_folder, "restored");
        var restored = await RestoreCommand.RunAsync(backup, await KeyFileAsync(host), root, host.Test.Time);
        Assert.Null(restored.Wrong);
        Assert.Equal(host.Test.Store.IsFile, restored.Said.Contains(Fine, StringComparison.Ordinal));
        // Whoever checked left nothing beside the store.
        Assert.Equal(host.Test.Store.IsFile ? ["store.db"] : [], Directory.GetFiles(root, "store.db*").Select(Path.GetFileName));
    }

    [OnStoreFact(StoreKind.Sqlite, "PostgreSQL's copy is checked once it is loaded.")]
    public async Task A_log_that_ends_before_the_backup_said_it_did_is_noticed_at_the_restore()
    {
        await using var host = await LoggedStore.MakeAsync();
        var (_, _, backup) = await BackUpAsync(host, host.Test.Time);
        var key = BackupKey.Of(host.Test.Data).Key;
        var plain = Path.Combine(_folder, "plain");
        var manifest = BackupArchive.Read(backup, key, name =>
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(plain, name))!);
            return File.Create(Path.Combine(plain, name));
        });
        File.Delete(backup);
        // Whoever has the key can seal another store under the old words; what they say of the log's end does not fit it.
        var number = long.Parse(manifest.LogHead.Split(':')[0], System.Globalization.CultureInfo.InvariantCulture);
        BackupArchive.Write(backup, key, manifest with { LogHead = $"{number + 1}:{manifest.LogHead.Split(':')[1]}" }, [.. manifest.Files.Keys.Select(name => (name, Path.Combine(plain, name)))]);
        var restored = await RestoreCommand.RunAsync(backup, await KeyFileAsync(host), Path.Combine(_folder, "restored"), host.Test.Time);
        Assert.Contains("sổ kết thúc trước đầu sổ", restored.Wrong, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_lags_behind_while_a_long_journal_arrives_is_looked_at_again_and_no_alarm()
    {
        await using var host = await LoggedStore.MakeAsync();
        await AlterAsync(host, "UPDATE resolved_taps SET at_us = at_us + 1 WHERE sequence = 1");
        var waits = 0;
        var (code, said, _) = await BackUpAsync(host, new HurriedTime(() =>
        {
            if (++waits == 2) AlterAsync(host, "UPDATE resolved_taps SET at_us = at_us - 1 WHERE sequence = 1").GetAwaiter().GetResult();
        }));
        Assert.Equal(0, code);
        Assert.Equal(2, waits);
        Assert.Contains(Fine, said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_program_reads_whether_the_store_matches()
    {
        await using var host = await LoggedStore.MakeAsync();
        await AlterAsync(host, "UPDATE holidays SET name = 'Ngày thường'");
        var (code, said, _) = await BackUpAsync(host, host.Test.Time, json: true);
        var answer = JsonDocument.Parse(said).RootElement;
        Assert.Equal(1, code);
        Assert.False(answer.GetProperty("matchesLog").GetBoolean());
        Assert.Contains("holidays", answer.GetProperty("firstWrong").GetString(), StringComparison.Ordinal);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static async Task AlterAsync(IngestHost host, string sql)
    {
        await using DbConnection hand = await LoggedStore.OpenUnguardedAsync(host);
        await LoggedStore.ExecuteAsync(hand, null, sql);
    }

    private async Task<(int Code, string Said, string Backup)> BackUpAsync(IngestHost host, TimeProvider time, bool json = false)
    {
        using var console = new SpokenConsole();
        var code = await BackupCommand.RunAsync(Departed.Context(host, console, json) with { Time = time }, _folder, CancellationToken.None);
        return (code, console.Said + console.Complained, Assert.Single(Directory.GetFiles(_folder, "*.kcb")));
    }

    private async Task<string> KeyFileAsync(IngestHost host)
    {
        var path = Path.Combine(_folder, "paper.key");
        await File.WriteAllTextAsync(path, BackupKey.Spell(BackupKey.Of(host.Test.Data).Key));
        return path;
    }

    /// <summary>The machine's clock, but nobody waits; who would have is told of it.</summary>
    private sealed class HurriedTime(Action? waited = null) : TimeProvider
    {
        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            waited?.Invoke();
            return base.CreateTimer(callback, state, TimeSpan.Zero, period);
        }
    }
}

using System.Diagnostics;
using System.Text.Json;
using KyCuong.Server.Features.Backups;
using KyCuong.Server.Store;
using KyCuong.Server.Store.Log;
using KyCuong.Server.Tests.Backups;
using KyCuong.Server.Tests.Erasing;
using KyCuong.Server.Tests.Ingest;
using KyCuong.Server.Tests.Serve;
using KyCuong.Server.Tests.Store;

namespace KyCuong.Server.Tests.Log;

/// <summary>KyCuong.Verify as it is built and called: what it answers, and in which words.</summary>
public sealed class VerifyProgramTests : IDisposable
{
    private const string Fine = "Không thấy sửa đổi nào.";
    private readonly string _folder = Directory.CreateTempSubdirectory("kycuong-verify-").FullName;

    [Fact]
    public async Task A_head_that_was_kept_is_compared_and_a_wrong_one_is_named()
    {
        await using var host = await LoggedStore.MakeAsync();
        var head = Head(host);
        foreach (var kept in (string[])[head.ToString(), head.Brief, $"{head.Number}:{head.Hash}", HeadAt(host, 3)])
        {
            var (code, said, _) = await RunAsync([.. Of(host), "--head", kept]);
            Assert.Equal(0, code);
            Assert.Contains(Fine, said, StringComparison.Ordinal);
            Assert.Contains("Đầu sổ giữ ở ngoài đã so: 1", said, StringComparison.Ordinal);
        }

        var digit = head.Brief[^1] == '0' ? '1' : '0';
        var (wrong, answer, _) = await RunAsync([.. Of(host), "--head", HeadAt(host, 3), "--head", head.Brief[..^1] + digit]);
        Assert.Equal(1, wrong);
        Assert.Contains("không phải của sổ này: sổ đã bị viết lại", answer, StringComparison.Ordinal);
        Assert.Contains("Thấy 1 chỗ sai", answer, StringComparison.Ordinal);
        (wrong, answer, _) = await RunAsync([.. Of(host), "--head", $"{head.Number + 1}:{head.Hash}"]);
        Assert.Equal(1, wrong);
        Assert.Contains("sổ kết thúc trước đầu sổ giữ ở ngoài", answer, StringComparison.Ordinal);
        // As a kiosk keeps them, and one of another server among them.
        var file = Path.Combine(_folder, "server-heads.txt");
        await File.WriteAllTextAsync(file, $"{head} 2026-11-22T01:00:00Z\n\n5:{new string('0', 64)}\n");
        (wrong, answer, _) = await RunAsync([.. Of(host), "--heads", file]);
        Assert.Equal(1, wrong);
        Assert.Contains("Đầu sổ giữ ở ngoài đã so: 2", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_altered_store_ends_it_with_1_and_it_says_what_and_where()
    {
        await using var host = await LoggedStore.MakeAsync();
        Assert.Equal(0, (await RunAsync(Of(host))).Code);
        await using (var hand = await LoggedStore.OpenUnguardedAsync(host))
        {
            await LoggedStore.ExecuteAsync(hand, null, "UPDATE staff SET full_name = 'Người khác' WHERE code = 'NV001'");
            await LoggedStore.ExecuteAsync(hand, null, "UPDATE resolved_taps SET at_us = at_us - 60000000 WHERE sequence = 1 AND journal_id = (SELECT min(journal_id) FROM resolved_taps WHERE sequence = 1 AND journal_id > 0)");
        }

        var (code, said, _) = await RunAsync(Of(host));
        Assert.Equal(1, code);
        Assert.DoesNotContain(Fine, said, StringComparison.Ordinal);
        Assert.Contains("Thấy 2 chỗ sai", said, StringComparison.Ordinal);
        Assert.Matches(@"staff \d+: nội dung không như lần ghi cuối \(mục \d+ của sổ\)", said);
        Assert.Matches(@"lượt quẹt \d+\|1: người, thời điểm hoặc lý do ghi trong kho không suy ra được", said);

        (code, said, _) = await RunAsync([.. Of(host), "--format", "json"]);
        var answer = JsonDocument.Parse(said).RootElement;
        Assert.Equal(1, code);
        Assert.False(answer.GetProperty("ok").GetBoolean());
        Assert.Equal(["derivedAltered", "rowAltered"], answer.GetProperty("findings").EnumerateArray().Select(finding => finding.GetProperty("kind").GetString()).Order());
        Assert.True(answer.GetProperty("firstWrong").GetInt64() > 0);
    }

    [Fact]
    public async Task A_backup_that_was_put_back_is_checked_like_any_store()
    {
        await using var host = await LoggedStore.MakeAsync();
        string said;
        using (var console = new SpokenConsole())
        {
            Assert.Equal(0, await BackupCommand.RunAsync(Departed.Context(host, console), _folder, CancellationToken.None));
            said = console.Said;
        }

        var then = Head(host);
        Assert.Contains(then.ToString(), said, StringComparison.Ordinal);
        var journal = host.NewJournal(9);
        journal.Tap(1, 60);
        await host.SendAllAsync(journal);
        var key = Path.Combine(_folder, "paper.key");
        await File.WriteAllTextAsync(key, BackupKey.Spell(BackupKey.Of(host.Test.Data).Key));
        using var drill = await Drill.RunAsync(host, Assert.Single(Directory.GetFiles(_folder, "*.kcb")), key, Path.Combine(_folder, "restored"));
        string[] store = drill.Options.Kind == StoreKind.Sqlite ? ["--store", Path.Combine(drill.Root, "store.db")] : ["--postgres", drill.Options.ConnectionString];
        var (code, answer, _) = await RunAsync([.. store, "--head", then.ToString()]);
        Assert.Equal(0, code);
        Assert.Contains(Fine, answer, StringComparison.Ordinal);
        (code, answer, _) = await RunAsync([.. store, "--head", Head(host).ToString()]);
        Assert.Equal(1, code);
        Assert.Contains("hoặc đây là bản sao lưu cũ hơn", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Called_wrongly_it_answers_2_and_a_store_that_it_cannot_read_1()
    {
        var junk = Path.Combine(_folder, "junk.db");
        await File.WriteAllBytesAsync(junk, [.. Enumerable.Range(0, 8192).Select(i => (byte)(i * 7 % 256))]);
        foreach (var (arguments, code, words) in ((string[], int, string)[])[
            ([], 2, "KyCuong.Verify --store"),
            (["--help"], 0, "KyCuong.Verify --store"),
            (["--store"], 2, "Không hiểu \"--store\""),
            (["--store", junk, "--postgres", "Host=x"], 2, "Không hiểu"),
            (["--store", junk + ".none"], 2, "Không có tệp"),
            (["--store", junk, "--head", "5:abc"], 2, "không phải là một đầu sổ"),
            (["--store", junk, "--authority", junk], 2, "không phải là chứng thư"),
            (["--postgres", "Password=bi-mat;Nonsense=1"], 2, "Không hiểu \"--postgres\""),
            (["--store", junk], 1, "Không đọc được kho"),
            (["--postgres", $"Host={_folder};Database=x;Username=x"], 1, "Không đọc được kho")])
        {
            var (ended, said, complained) = await RunAsync(arguments);
            Assert.Equal((string.Join(' ', arguments), code), (string.Join(' ', arguments), ended));
            Assert.Contains(words, said + complained, StringComparison.Ordinal);
            Assert.DoesNotContain("bi-mat", said + complained, StringComparison.Ordinal);
            Assert.DoesNotContain("   at ", said + complained, StringComparison.Ordinal);
        }
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static string[] Of(IngestHost host) =>
        host.Test.Options.Kind == StoreKind.Sqlite ? ["--store", host.Test.Data.StoreFile] : ["--postgres", host.Test.Options.ConnectionString];

    private static LogHead Head(IngestHost host)
    {
        using var reader = host.Test.Store.OpenReader();
        return LogWriter.Read(reader);
    }

    private static string HeadAt(IngestHost host, long number)
    {
        using var reader = host.Test.Store.OpenReader();
        return $"{number}:{LogWriter.Hash(reader, number)}";
    }

    private static async Task<(int Code, string Said, string Complained)> RunAsync(params string[] arguments)
    {
        var program = Path.Combine(AppContext.BaseDirectory, "../../../../../server/KyCuong.Verify", AppContext.BaseDirectory.Contains("/Debug/", StringComparison.Ordinal) ? "bin/Debug" : "bin/Release", "net10.0/KyCuong.Verify.dll");
        using var process = Process.Start(new ProcessStartInfo("dotnet", [program, .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var (said, complained) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        return (process.ExitCode, await said, await complained);
    }
}

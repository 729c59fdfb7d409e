using KyCuong.Kiosk.Tests.Support;
using KyCuong.Protos.Enrolment;

namespace KyCuong.Kiosk.Tests.Agent;

public sealed class ProcessTests : IAsyncLifetime, IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly TcpReader _reader = new();
    private FakeServer _server = null!;

    public async Task InitializeAsync()
    {
        _server = await FakeServer.StartAsync();
        var code = EnrolmentCode.Create(_server.State.Secret, _server.Authority.Certificate.RawData).ToString();
        var enrolled = await KioskProcess.RunAsync("enrol", "--data", _folder.Path, "--server", _server.Address.ToString(), "--code", code);
        Assert.True(enrolled.Code == 0, enrolled.Error);
        await File.WriteAllTextAsync(_folder.File("kiosk.json"), $$"""
            { "readers": [ { "id": "r1", "port": "tcp://127.0.0.1:{{_reader.Port}}", "protocol": "rdm6300", "direction": "in" } ] }
            """);
    }

    public async Task DisposeAsync() => await _server.DisposeAsync();

    public void Dispose()
    {
        _reader.Dispose();
        _folder.Dispose();
    }

    private KioskProcess Run() => KioskProcess.Start("run", "--data", _folder.Path, "--status-lines");

    private EpochState Entries => _server.State.Journal(Assert.Single(_server.State.Epochs));

    [Fact]
    public async Task The_program_runs_answers_status_and_stops_in_order_with_one_summary_line()
    {
        using (var kiosk = Run())
        {
            await kiosk.SaidAsync("@ready readers=1");
            await kiosk.SaidAsync("@linked");
            _reader.Send(TcpReader.Frame(7));
            await RealClock.UntilAsync(() => kiosk.Output.Any(line => line.StartsWith("@tap seq=", StringComparison.Ordinal)), "the tap");
            var acked = kiosk.Output.First(line => line.StartsWith("@tap", StringComparison.Ordinal)).Replace("@tap", "@acked", StringComparison.Ordinal);
            await RealClock.UntilAsync(() => kiosk.Output.Any(line => line.StartsWith("@acked", StringComparison.Ordinal) && Number(line) >= Number(acked)), "its acknowledgement");

            var second = await KioskProcess.RunAsync("run", "--data", _folder.Path);
            Assert.Equal(1, second.Code);
            Assert.Contains(_folder.Path, second.Error, StringComparison.Ordinal);
            Assert.Contains("tiến trình kiốt khác", second.Error, StringComparison.Ordinal);
            var status = await KioskProcess.RunAsync("status", "--data", _folder.Path, "--format", "json");
            Assert.Equal(0, status.Code);
            Assert.Contains("\"running\": true", status.Output, StringComparison.Ordinal);

            kiosk.Terminate();
            Assert.Equal(0, await kiosk.ExitAsync());
            Assert.Single(kiosk.Output, line => line.Contains("Đã dừng: 1 lượt quẹt", StringComparison.Ordinal));
            Assert.Equal("@stopped", kiosk.Output.Last());
        }

        Assert.NotNull(Entries.Entries[^1].Stop);
        var stopped = await KioskProcess.RunAsync("status", "--data", _folder.Path);
        Assert.Equal(0, stopped.Code);
        Assert.Contains("không chạy", stopped.Output, StringComparison.Ordinal);
        Assert.Contains("còn 0 bản ghi chưa gửi", stopped.Output, StringComparison.Ordinal);
        var log = string.Concat(Directory.GetFiles(_folder.File("logs")).Select(File.ReadAllText));
        Assert.DoesNotContain("0F00000007", log, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task A_tap_told_before_a_kill_is_sent_after_the_restart_once()
    {
        _server.State.Refuse = Grpc.Core.StatusCode.Unavailable;
        var told = new HashSet<long>();
        using (var kiosk = Run())
        {
            await kiosk.SaidAsync("@ready readers=1");
            for (uint i = 1; i <= 400; i++) _reader.Send(TcpReader.Frame(i));
            await RealClock.UntilAsync(() => kiosk.Output.Count(line => line.StartsWith("@tap", StringComparison.Ordinal)) > 50, "some taps");
            kiosk.Kill();
            await kiosk.ExitAsync();
            told.UnionWith(kiosk.Output.Where(line => line.StartsWith("@tap", StringComparison.Ordinal)).Select(Number));
        }

        _server.State.Refuse = null;
        using var again = Run();
        await again.SaidAsync("@linked");
        await RealClock.UntilAsync(() => again.Output.Any(line => line.StartsWith("@acked", StringComparison.Ordinal) && Number(line) >= told.Max()), "all are acknowledged");
        Assert.Subset(Entries.Taps.Select(entry => (long)entry.Sequence).ToHashSet(), told);
        Assert.Equal((0, 0), (Entries.Duplicates, Entries.Conflicts));
        Assert.Contains(Entries.Entries, entry => entry.Boot?.PreviousStop == Protos.V1.PreviousStop.Abrupt);
    }

    [Fact]
    public async Task A_citizen_card_held_to_a_scanner_is_named_on_the_console_and_in_no_file_the_program_writes()
    {
        await File.WriteAllTextAsync(_folder.File("kiosk.json"), $$"""
            { "readers": [ { "id": "qr-cong", "port": "tcp://127.0.0.1:{{_reader.Port}}", "protocol": "line-scanner", "direction": "in" } ] }
            """);
        using (var kiosk = Run())
        {
            await kiosk.SaidAsync("@ready readers=1");
            await kiosk.SaidAsync("@linked");
            await _reader.ConnectedAsync();
            _reader.Send("079199001234||Trần Thị Bích Ngọc|30041999|Nữ|45/6 Đường số 8, Phường Linh Trung|22122022\r\n"u8);
            await RealClock.UntilAsync(() => kiosk.Output.Any(line => line.Contains("Đây là mã căn cước", StringComparison.Ordinal)), "the sentence");
            await RealClock.UntilAsync(() => Entries.Entries.Any(entry => entry.RefusedRead is not null), "the refusal on the server");
            kiosk.Terminate();
            Assert.Equal(0, await kiosk.ExitAsync());
            string[] secrets = ["079199001234", "Bích", "30041999", "Linh Trung", "22122022"];
            Assert.All(secrets, secret => Assert.DoesNotContain(kiosk.Output.Concat(kiosk.Error), line => line.Contains(secret, StringComparison.Ordinal)));
            Assert.All(secrets, secret => _folder.AssertNowhere(secret));
        }

        Assert.NotEmpty(Directory.GetFiles(_folder.File("logs")));
        // The search finds what is there: the refusal is in the journal, with its reader.
        Assert.ThrowsAny<Xunit.Sdk.XunitException>(() => _folder.AssertNowhere("qr-cong"));
        Assert.Equal((Protos.V1.RefusalReason.NationalId, 0U), Entries.Entries.Where(entry => entry.RefusedRead is not null).Select(entry => (entry.RefusedRead.Reason, entry.RefusedRead.RawLength)).Single());
    }

    [Fact]
    public async Task A_captured_session_has_the_taps_of_the_day_and_nobodys_number()
    {
        using (var kiosk = KioskProcess.Start("run", "--data", _folder.Path, "--status-lines", "--capture", _folder.File("session.txt")))
        {
            await kiosk.SaidAsync("@ready readers=1");
            for (uint i = 1; i <= 3; i++) _reader.Send(TcpReader.Frame(i));
            await RealClock.UntilAsync(() => kiosk.Output.Count(line => line.StartsWith("@tap seq=", StringComparison.Ordinal)) == 3, "the taps");
            kiosk.Terminate();
            Assert.Equal(0, await kiosk.ExitAsync());
        }

        var file = new Capture.CapturedFile(_folder.File("session-r1.txt"), "rdm6300");
        Assert.Equal("em:0 em:1 em:2", file.Pattern);
        for (uint i = 1; i <= 3; i++) file.AssertWithout(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"0F{i:X8}"));
    }

    private static long Number(string line) => long.Parse(line[(line.IndexOf('=', StringComparison.Ordinal) + 1)..], System.Globalization.CultureInfo.InvariantCulture);
}

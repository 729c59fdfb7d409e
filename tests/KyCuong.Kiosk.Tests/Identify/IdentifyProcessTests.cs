using System.Text.Json;
using KyCuong.Kiosk.Configuration;
using KyCuong.Kiosk.Tests.Support;
using KyCuong.Kiosk.Tests.Transports;
using KyCuong.Testing;

namespace KyCuong.Kiosk.Tests.Identify;

/// <summary>The command as an operator calls it, on the kernel's terminals.</summary>
public sealed class IdentifyProcessTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Rdm6300_is_named_with_its_line_for_the_settings_and_nothing_is_sent_to_it()
    {
        using var pty = new PtyPair();
        var said = await ListenAsync("tty:" + pty.Link, pty, [Frames.A, Frames.A, Frames.B]);
        Assert.Contains("Phù hợp nhất: rdm6300", said, StringComparison.Ordinal);
        Assert.Contains("mã kiểm đều đúng", said, StringComparison.Ordinal);
        Assert.Contains("em:········3A", said, StringComparison.Ordinal);
        Assert.DoesNotContain("01026F6C3A", said, StringComparison.OrdinalIgnoreCase);
        Assert.Equal("rdm6300", Assert.Single(Settings(said)).Protocol.Id);
    }

    [Fact]
    public async Task Em18_is_told_from_the_others_by_its_silence_alone()
    {
        using var pty = new PtyPair();
        var said = await ListenAsync("tty:" + pty.Link, pty, [Frames.A[1..^1], Frames.B[1..^1]]);
        Assert.Contains("Phù hợp nhất: em-18", said, StringComparison.Ordinal);
        Assert.Equal("em-18", Assert.Single(Settings(said)).Protocol.Id);
    }

    [Fact]
    public async Task A_scanner_that_sends_lines_may_be_any_of_those_that_do()
    {
        using var pty = new PtyPair();
        var said = await ListenAsync("tty:" + pty.Link, pty, [[.. "KC1:KYC7V0NG2T8QHANA\r\n"u8]], "--baud", "115200");
        Assert.Equal(115_200, pty.Baud);
        var settings = Settings(said);
        Assert.Equal(["line-scanner", "gm65", "de2120"], settings.Select(reader => reader.Protocol.Id));
        Assert.All(settings, reader => Assert.Equal(115_200, reader.Line.Baud));
        Assert.Contains("--ask", said, StringComparison.Ordinal);
        Assert.DoesNotContain("KYC7V0", said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Scans_framed_as_a_gm65_does_are_of_a_gm65()
    {
        using var pty = new PtyPair();
        var said = await ListenAsync("tty:" + pty.Link, pty, [GrowModule.WithProtocol("KC1:KYC7V0NG2T8QHANA"u8.ToArray()), GrowModule.WithProtocol("KC1:0123456789ABCDE4"u8.ToArray())]);
        Assert.Equal("gm65", Assert.Single(Settings(said)).Protocol.Id);
    }

    [Fact]
    public async Task A_reader_that_types_is_named_with_the_format_of_its_numbers()
    {
        using var pty = new PtyPair();
        var said = await ListenAsync("evdev-stand-in:" + pty.Link, pty, [KeyRecords.Type("078,56506"), KeyRecords.Type("024,23643", 2_000_000_000)]);
        Assert.Equal(["3+5", "3.5a", "3.5b"], Settings(said).Select(reader => KyCuong.Readers.Cards.CardFormats.NameOf(reader.Driver.Format)));
        Assert.Contains("9", said, StringComparison.Ordinal);
        Assert.Contains("--show-numbers", said, StringComparison.Ordinal);
        Assert.DoesNotContain("4EDCBA", said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_scanner_that_answers_is_told_from_one_that_only_talks_by_asking_it()
    {
        using var module = new RunningModule<GrowModule>(new GrowModule());
        using var kiosk = KioskProcess.Start("identify", "--port", "tty:" + module.Link, "--ask", "--seconds", "600", "--data", _folder.Path);
        await Until(kiosk, "Đang nghe");
        module.Send("KC1:KYC7V0NG2T8QHANA\r"u8);
        await Until(kiosk, "đọc được thẻ");
        kiosk.Interrupt();
        Assert.Equal(0, await kiosk.ExitAsync());
        var said = string.Join('\n', kiosk.Output);
        Assert.Equal("gm65", Assert.Single(Settings(said)).Protocol.Id);
        Assert.Contains("đầu đọc trả lời", said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nothing_of_a_citizen_cards_code_is_shown()
    {
        using var pty = new PtyPair();
        using var kiosk = KioskProcess.Start("identify", "--port", "tty:" + pty.Link, "--seconds", "600", "--show-numbers", "--data", _folder.Path);
        await Until(kiosk, "Đang nghe");
        pty.Send("079199001234||AN|30041999|Nam|B|22122022\r\n"u8);
        await Until(kiosk, "căn cước");
        pty.Send("Thon Dong, xa Tay\r\n"u8);
        await Until(kiosk, "19 byte");
        kiosk.Interrupt();
        Assert.Equal(1, await kiosk.ExitAsync());
        var said = string.Join('\n', kiosk.Output.Concat(kiosk.Error)).Replace(" ", "", StringComparison.Ordinal);
        foreach (var part in (string[])["0791", "1234", "3004", "2212", "303739", "33343132", "7C", "54686F6E"])
            Assert.DoesNotContain(part, said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_program_is_given_one_document()
    {
        using var pty = new PtyPair();
        using var kiosk = KioskProcess.Start("identify", "--port", "tty:" + pty.Link, "--seconds", "3", "--format", "json", "--data", _folder.Path);
        await RealClock.UntilAsync(() => pty.IsExclusive, "the port is open");
        // Until it listens, what comes may still be thrown away as old.
        await Task.Delay(TimeSpan.FromMilliseconds(500), RealClock.Wall);
        pty.Send(Frames.A);
        Assert.Equal(0, await kiosk.ExitAsync());
        using var json = JsonDocument.Parse(string.Join('\n', kiosk.Output));
        var best = Assert.Single(json.RootElement.GetProperty("candidates").EnumerateArray(), candidate => candidate.GetProperty("best").GetBoolean());
        Assert.Equal("rdm6300", best.GetProperty("reader").GetProperty("protocol").GetString());
        Assert.Equal(14, json.RootElement.GetProperty("bytes").GetInt32());
    }

    [Fact]
    public async Task What_was_heard_is_captured_with_pseudonyms_and_no_file_is_written_over()
    {
        using var pty = new PtyPair();
        var path = _folder.File("session.txt");
        await ListenAsync("tty:" + pty.Link, pty, [Frames.A, Frames.B, Frames.A], "--capture", path);
        var file = new Capture.CapturedFile(path, "rdm6300");
        Assert.Equal("em:0 em:1 em:0", file.Pattern);
        file.AssertWithout(Frames.CardA);
        file.AssertWithout(Frames.CardB);
        var (code, _, error) = await KioskProcess.RunAsync("identify", "--port", "tty:" + pty.Link, "--capture", path, "--data", _folder.Path);
        Assert.Equal(1, code);
        Assert.Contains("đã có", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_silent_line_says_what_to_look_at_and_fails()
    {
        using var pty = new PtyPair();
        var (code, output, _) = await KioskProcess.RunAsync("identify", "--port", "tty:" + pty.Link, "--seconds", "1", "--data", _folder.Path);
        Assert.Equal(1, code);
        Assert.Contains("Không có byte nào đến", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_port_that_is_held_is_one_sentence_that_names_the_kiosk()
    {
        using var pty = new PtyPair();
        using var other = KioskProcess.Start("identify", "--port", "tty:" + pty.Link, "--seconds", "600", "--data", _folder.Path);
        await Until(other, "Đang nghe");
        var (code, output, error) = await KioskProcess.RunAsync("identify", "--port", "tty:" + pty.Link, "--data", _folder.Path);
        Assert.Equal((1, ""), (code, output));
        Assert.Contains(pty.Link, error, StringComparison.Ordinal);
        Assert.Contains("kiốt đang chạy", error, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error.TrimEnd());
    }

    [Fact]
    public async Task A_port_of_the_kiosk_that_runs_on_this_directory_is_not_touched()
    {
        using var reader = new TcpReader();
        await File.WriteAllTextAsync(_folder.File("kiosk.json"), $$"""{ "readers": [ { "id": "vao", "port": "tcp://127.0.0.1:{{reader.Port}}", "protocol": "rdm6300" } ] }""");
        using var running = Files.DirectoryLock.Take(Files.DataDirectory.Open(_folder.Path));
        var (code, _, error) = await KioskProcess.RunAsync("identify", "--port", $"tcp://127.0.0.1:{reader.Port}", "--data", _folder.Path);
        Assert.Equal(1, code);
        Assert.Contains("kiốt đang chạy giữ cổng này (đầu đọc vao)", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("identify", "--port còn thiếu")]
    [InlineData("identify --port COM3", "COM3")]
    [InlineData("identify --port tcp://h:1 --baud 9600", "bỏ --baud")]
    [InlineData("identify --port tty:/dev/x --baud 7", "--baud không nhận \"7\"")]
    [InlineData("identify --port tty:/dev/x --seconds 0", "--seconds không nhận 0")]
    public async Task A_wrong_call_is_one_sentence(string call, string says)
    {
        var (code, _, error) = await KioskProcess.RunAsync([.. call.Split(' '), "--data", _folder.Path]);
        Assert.Equal(2, code);
        Assert.Contains(says, error, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error.TrimEnd());
    }

    private async Task<string> ListenAsync(string port, PtyPair pty, byte[][] cards, params string[] more)
    {
        using var kiosk = KioskProcess.Start(["identify", "--port", port, "--seconds", "600", "--data", _folder.Path, .. more]);
        await Until(kiosk, "Đang nghe");
        foreach (var card in cards)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(400), RealClock.Wall);
            pty.Send(card);
        }

        await Until(kiosk, "đọc được thẻ");
        await Task.Delay(TimeSpan.FromMilliseconds(500), RealClock.Wall);
        kiosk.Interrupt();
        Assert.Equal(0, await kiosk.ExitAsync());
        if (port.StartsWith("tty:", StringComparison.Ordinal)) Assert.Empty(pty.Listen(TimeSpan.Zero));
        return string.Join('\n', kiosk.Output);
    }

    private static Task Until(KioskProcess kiosk, string words) =>
        RealClock.UntilAsync(() => kiosk.Output.Any(line => line.Contains(words, StringComparison.Ordinal)), words + " in: " + string.Join('\n', kiosk.Error));

    /// <summary>The lines to write, read back as the kiosk reads its file.</summary>
    private static IReadOnlyList<ReaderSettings> Settings(string said) =>
    [
        .. said.Split('\n').Where(line => line.TrimStart().StartsWith('{'))
            .Select(line => Assert.Single(KioskOptionsFile.Parse("kiosk.json", System.Text.Encoding.UTF8.GetBytes($"{{ \"readers\": [ {line} ] }}")).Readers)),
    ];
}

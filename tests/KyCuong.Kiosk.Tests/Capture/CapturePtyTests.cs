using System.Text;
using KyCuong.Kiosk.Capture;
using KyCuong.Kiosk.Tests.Support;
using KyCuong.Kiosk.Tests.Transports;
using KyCuong.Readers;
using KyCuong.Readers.Cards;
using KyCuong.Testing;

namespace KyCuong.Kiosk.Tests.Capture;

/// <summary>Sessions of several readers through the kernel's terminals, captured while the kiosk reads.</summary>
public sealed class CapturePtyTests : IDisposable
{
    private const string Other = "KC1:0123456789ABCDE4";
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private string Path => _folder.File("session-r1.txt");

    private static RunningReader Running(string link, string protocol, CaptureFiles files, CardFormat format = CardFormat.BadgeCode) =>
        new("tty:" + link, protocol, hold: TimeSpan.FromMilliseconds(1), format: format, wrap: files.Wrap);

    private CaptureFiles Files() => new(_folder.File("session.txt"), RealClock.Wall, new RecordedLog<CaptureFiles>());

    [Theory]
    [InlineData("rdm6300", "em:0 em:0 em:1 em:0")]
    [InlineData("id-12la", "em:0 em:0 em:1 em:0")]
    [InlineData("em-18", "em:0 em:0 em:1 em:0")]
    [InlineData("line-scanner", "kc:0 kc:0 kc:1 kc:0")]
    [InlineData("wiegand-serial", "em24:0 em24:0 em24:1 em24:0")]
    public async Task Reader_that_talks_is_captured_with_other_cards_in_the_same_pattern(string protocol, string pattern)
    {
        using var pty = new PtyPair();
        using (var files = Files())
        {
            await using var reader = Running(pty.Link, protocol, files, protocol == "wiegand-serial" ? CardFormat.TagPair24 : CardFormat.BadgeCode);
            reader.Expect("ready");
            byte[][] cards = protocol switch
            {
                "rdm6300" => [Frames.A, Frames.A, Frames.B, Frames.A],
                "id-12la" => [Id12(Frames.A), Id12(Frames.A), Id12(Frames.B), Id12(Frames.A)],
                "em-18" => [Frames.A[1..^1], Frames.A[1..^1], Frames.B[1..^1], Frames.A[1..^1]],
                "line-scanner" => [Line(Frames.Badge), Line(Frames.Badge), Line(Other), Line(Frames.Badge)],
                _ => [Line("213,02000"), Line("213,02000"), Line("111,27706"), Line("213,02000")],
            };
            foreach (var card in cards)
            {
                pty.Send(card);
                await Task.Delay(TimeSpan.FromMilliseconds(150), RealClock.Wall);
            }

            await RealClock.UntilAsync(() => reader.TapTimes.Count == cards.Length, "all cards are read");
        }

        Check(protocol, pattern);
    }

    [Fact]
    public async Task Scanner_that_answers_is_captured_with_what_it_was_asked()
    {
        using var module = new RunningModule<GrowModule>(new GrowModule());
        using (var files = Files())
        {
            await using var reader = Running(module.Link, "gm65", files);
            reader.Expect("ready");
            module.Send([.. Encoding.ASCII.GetBytes(Frames.Badge), 0x0D]);
            reader.Expect("tap " + Frames.Badge);
            module.Send(GrowModule.WithProtocol(Encoding.ASCII.GetBytes(Other)));
            reader.Expect("tap " + Other);
            module.Send("079199001234||A|30041999|Nam|B|22122022\r"u8);
            reader.Expect("refused NationalId");
        }

        var file = Check("gm65", "kc:0 kc:1");
        Assert.Contains("# @0 > 7E 00", file.Text, StringComparison.Ordinal);
        file.AssertWithout("0791");
        file.AssertWithout("1999");
    }

    [Fact]
    public async Task Packets_have_a_right_sum_around_another_card()
    {
        using var scanner = new RunningModule<SsiScanner>(new SsiScanner());
        using (var files = Files())
        {
            await using var reader = Running(scanner.Link, "ssi", files);
            reader.Expect("ready");
            scanner.Send(SsiScanner.Scan(Encoding.ASCII.GetBytes(Frames.Badge)));
            reader.Expect("tap " + Frames.Badge);
            scanner.Send(SsiScanner.LongScan(Encoding.ASCII.GetBytes(Other)));
            reader.Expect("tap " + Other);
        }

        Check("ssi", "kc:0 kc:1");
    }

    private CapturedFile Check(string protocol, string pattern)
    {
        var file = new CapturedFile(Path, protocol);
        Assert.Equal(pattern, file.Pattern);
        foreach (var secret in (string[])[Frames.CardA, Frames.CardB, Frames.Badge[4..], Other[4..], "213,02000", "111,27706", "D507D0", "026F6C3A", "0040856634"]) file.AssertWithout(secret);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path));
        return file;
    }

    private static byte[] Id12(byte[] frame) => [.. frame[..^1], 0x0D, 0x0A, 0x03];

    private static byte[] Line(string text) => Encoding.ASCII.GetBytes(text + "\r\n");
}

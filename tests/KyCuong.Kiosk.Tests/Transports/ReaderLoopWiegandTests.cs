using KyCuong.Readers.Cards;
using KyCuong.Testing;

namespace KyCuong.Kiosk.Tests.Transports;

/// <summary>A Wiegand reader behind a converter, through the kernel's terminals.</summary>
public sealed class ReaderLoopWiegandTests
{
    private const string CardA = "D507D0";
    private const string CardB = "4EDCBA";

    private static RunningReader Reader(PtyPair pty, TimeSpan? hold = null, TimeSpan? silence = null) =>
        new("tty:" + pty.Link, "wiegand-serial", hold: hold ?? RunningReader.Endless, silence: silence ?? RunningReader.Endless, format: CardFormat.Wiegand26Hex);

    [Fact]
    public async Task Card_that_is_repeated_is_one_tap_and_its_number_in_single_bytes_is_one_too()
    {
        using var pty = new PtyPair();
        await using var reader = Reader(pty);
        reader.Expect("ready");
        for (var i = 0; i < 20; i++)
            pty.Send("D507D0\r\n"u8);
        reader.Expect("tap " + CardA);
        foreach (var b in "4EDCBA\r"u8.ToArray())
            pty.Send([b]);
        reader.Expect("tap " + CardB);
        pty.Send("5\r"u8); // a key
        pty.Send("D507D\r"u8);
        reader.Expect("refused NotInGrammar");
        await reader.StopAsync();
    }

    [Fact]
    public async Task Number_without_terminator_ends_by_silence()
    {
        using var pty = new PtyPair();
        await using var reader = Reader(pty, silence: TimeSpan.FromMilliseconds(60));
        reader.Expect("ready");
        pty.Send("D507D0"u8);
        reader.Expect("tap " + CardA);
        await reader.StopAsync();
    }

    [Fact]
    public async Task Unplugged_at_any_byte_it_comes_back_and_halves_are_never_joined()
    {
        using var pty = new PtyPair();
        await using var reader = Reader(pty, hold: TimeSpan.FromMilliseconds(1));
        reader.Expect("ready");
        for (var cut = 1; cut < CardA.Length; cut++)
        {
            pty.Send("D507D0\r"u8[..cut]);
            pty.Unplug();
            reader.Expect("fault Unplugged");
            pty.Plug();
            reader.Expect("ready");
            pty.Send("D507D0\r"u8[cut..]);
            pty.Send("4EDCBA\r"u8);
            // One digit is a key of the keypad.
            if (CardA.Length - cut > 1)
                reader.Expect("refused NotInGrammar");
            reader.Expect("tap " + CardB);
        }

        await reader.StopAsync();
    }
}

using KyCuong.Kiosk.Transports;
using KyCuong.Readers;
using KyCuong.Readers.Cards;
using KyCuong.Testing;

namespace KyCuong.Kiosk.Tests.Transports;

/// <summary>A reader that types, its records carried by a terminal that stands in for the keyboard.</summary>
public sealed class ReaderLoopEvdevTests
{
    private const string TextA = "0407821498";
    private const string CardA = "184EDCBA";
    private const string TextB = "0270031963";
    private const string CardB = "10185C5B";

    private static RunningReader Reader(PtyPair pty, CardFormat format = CardFormat.TagLow32, TimeSpan? hold = null) =>
        new("evdev-stand-in:" + pty.Link, "keyboard", hold: hold ?? RunningReader.Endless, format: format);

    [Fact]
    public async Task Typed_numbers_are_taps_and_the_same_card_is_one()
    {
        using var pty = new PtyPair();
        await using var reader = Reader(pty);
        reader.Expect("ready");
        for (var i = 1; i < 20; i++)
            pty.Send(KeyRecords.Type(TextA, i * 1_000_000));
        reader.Expect("tap " + CardA);
        foreach (var b in KeyRecords.Type(TextB, 21_000_000))
            pty.Send([b]);
        reader.Expect("tap " + CardB);
        await reader.StopAsync();
    }

    [Fact]
    public async Task Badge_code_is_a_tap_and_other_texts_are_refused()
    {
        using var pty = new PtyPair();
        await using var reader = Reader(pty, CardFormat.BadgeCode);
        reader.Expect("ready");
        pty.Send(KeyRecords.Type(Frames.Badge));
        reader.Expect("tap " + Frames.Badge);
        pty.Send(KeyRecords.Type(TextA));
        reader.Expect("refused NotInGrammar");
        pty.Send(KeyRecords.Type("079199001234||AN|30041999|NAM|B|22122022"));
        reader.Expect("refused NationalId");
        pty.Send(KeyRecords.Type(TextA, keyUs: 120_000));
        reader.Expect("refused TypedByHand");
        await reader.StopAsync();
    }

    [Fact]
    public async Task Long_text_is_no_garbled_line()
    {
        using var pty = new PtyPair();
        await using var reader = Reader(pty);
        reader.Expect("ready");
        pty.Send(KeyRecords.Type(new string('A', 1000)));
        reader.Expect("refused NotInGrammar");
        await reader.StopAsync();
    }

    [Fact]
    public async Task Unplugged_at_any_byte_it_comes_back_and_halves_are_never_joined()
    {
        using var pty = new PtyPair();
        await using var reader = Reader(pty, hold: TimeSpan.FromMilliseconds(1));
        reader.Expect("ready");
        var whole = KeyRecords.Type(TextA);
        for (var cut = 1; cut < whole.Length; cut += 29)
        {
            pty.Send(whole.AsSpan(0, cut));
            pty.Unplug();
            reader.Expect("fault Unplugged");
            pty.Plug();
            reader.Expect("ready");

            // Stamps that go on where the first half ended: nothing but the unplugging tells the halves apart.
            pty.Send(whole.AsSpan(cut));
            pty.Unplug();
            reader.ExpectPastRefusals("fault Unplugged");
            pty.Plug();
            reader.Expect("ready");
            pty.Send(KeyRecords.Type(TextB, 2_000_000_000));
            reader.Expect("tap " + CardB);
        }

        Assert.Equal(whole.Length / 29 + 1, reader.TapTimes.Count);
    }

    [Fact]
    public async Task Keyboard_that_is_none_is_a_lasting_fault()
    {
        using var pty = new PtyPair();
        await using var reader = new RunningReader("evdev:" + pty.Link, "keyboard");
        reader.Expect("fault SettingsRefused");
        Assert.Contains("không phải là bàn phím", reader.LastSentence, StringComparison.Ordinal);
        await reader.StopAsync();
    }
}

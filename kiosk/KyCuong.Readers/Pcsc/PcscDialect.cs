namespace KyCuong.Readers.Pcsc;

/// <summary>One command to a reader's light or buzzer.</summary>
/// <param name="Command">A pseudo APDU or an escape command.</param>
/// <param name="Pause">Microseconds before the next one.</param>
internal readonly record struct LightStep(byte[] Command, long Pause);

/// <summary>
/// How a family of readers is told to light and to beep (hardware-notes/pcsc.md, with the manuals' pages). Which family a reader is of
/// stands in its name; of others nothing is known and nothing is sent. Colours differ within a family of names, hence the table.
/// </summary>
/// <param name="Parts">What its name contains.</param>
/// <param name="ThroughCard">Its commands may also go as a card's, through a connection to the card.</param>
/// <param name="Silence">Keeps the reader from beeping by itself, until it loses its power; null = see <paramref name="BeepBit"/>.</param>
/// <param name="BeepBit">Bit of the behaviour byte that lets it beep by itself, which is kept for good; null = not known or none.</param>
/// <param name="Signals">Steps by signal.</param>
internal sealed record PcscDialect(string[] Parts, bool ThroughCard, byte[]? Silence, byte? BeepBit, IReadOnlyDictionary<ReaderSignal, LightStep[]> Signals)
{
    private const byte Off = 0;
    private const long Millisecond = 1_000;

    private static readonly PcscDialect[] All =
    [
        // ACR122U API 2.04, chapter 6.2 and 6.7. T1, T2 in 100 ms, repetitions, beep in T1. The command lasts as long as the blinking.
        new(["ACR122U", "ACR122T", "ACR122 "], ThroughCard: true, [0xFF, 0x00, 0x52, 0x00, 0x00], null, new Dictionary<ReaderSignal, LightStep[]>
        {
            [ReaderSignal.Recorded] = [Blink(0x2E, 1, 0, 1)],
            [ReaderSignal.Again] = [Blink(0xAE, 1, 1, 2)],
            [ReaderSignal.Refused] = [Blink(0x1D, 5, 0, 1)],
            [ReaderSignal.OutOfService] = [Blink(0x5D, 1, 1, 3)],
        }),
        new(["ACR1252"], ThroughCard: false, null, BeepBit: 0x08, Escape(red: 0x01, green: 0x02)),
        new(["ACR1255"], ThroughCard: false, null, BeepBit: 0x08, Escape(red: 0x02, green: 0x01)),
        // Its behaviour byte has the beep in bit 3 or in bit 4, by model: left alone.
        new(["ACR1281"], ThroughCard: false, null, BeepBit: null, Escape(red: 0x01, green: 0x02)),
    ];

    /// <summary>The dialect of a reader of that name; null when it is not known.</summary>
    public static PcscDialect? Of(string reader) => Array.Find(All, dialect => dialect.Parts.Any(part => reader.Contains(part, StringComparison.OrdinalIgnoreCase)));

    private static LightStep Blink(byte lights, byte on, byte off, byte times) => new([0xFF, 0x00, 0x40, lights, 0x04, on, off, times, 0x01], 0);

    private static Dictionary<ReaderSignal, LightStep[]> Escape(byte red, byte green) => new()
    {
        [ReaderSignal.Recorded] = [Light(green), Beep(100, 900), Light(Off)],
        [ReaderSignal.Again] = [Light(green), Beep(100, 200), Beep(100, 700), Light(Off)],
        [ReaderSignal.Refused] = [Light(red), Beep(500, 1000), Light(Off)],
        [ReaderSignal.OutOfService] = [Light(red), Beep(100, 200), Beep(100, 200), Beep(100, 600), Light(Off)],
    };

    private static LightStep Light(byte lights) => new([0xE0, 0x00, 0x00, 0x29, 0x01, lights], 0);

    private static LightStep Beep(int milliseconds, int pause) => new([0xE0, 0x00, 0x00, 0x28, 0x01, (byte)(milliseconds / 10)], pause * Millisecond);
}

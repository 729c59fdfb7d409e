namespace KyCuong.Readers.Osdp;

/// <summary>What the reader's light and buzzer are told, as the data of the commands LED and BUZ (SIA OSDP 2.1.7, sections 3.10 and 3.11). Times are in tenths of a second.</summary>
internal static class OsdpSignals
{
    private const byte Red = 1;
    private const byte Green = 2;

    /// <summary>The first light of the first reader, in one colour for a while; then as it was.</summary>
    public static byte[] Light(ReaderSignal signal)
    {
        var (colour, time) = signal is ReaderSignal.Recorded or ReaderSignal.Again ? (Green, (byte)10) : (Red, (byte)20);
        return [0, 0, 0x02, time, 0, colour, colour, time, 0, 0, 0, 0, 0, 0];
    }

    /// <summary>The reader's own tone: on, off, how often.</summary>
    public static byte[] Sound(ReaderSignal signal) => signal switch
    {
        ReaderSignal.Recorded => [0, 0x02, 1, 1, 1],
        ReaderSignal.Again => [0, 0x02, 1, 1, 2],
        ReaderSignal.Refused => [0, 0x02, 5, 1, 1],
        ReaderSignal.OutOfService => [0, 0x02, 1, 1, 3],
        _ => throw new ArgumentOutOfRangeException(nameof(signal), signal, "not a signal"),
    };
}

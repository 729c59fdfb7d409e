using KyCuong.Readers.Cards;

namespace KyCuong.Readers.Keyboard;

/// <summary>Card readers and scanners that act as a USB keyboard, read below any keyboard layout from Linux's event device or Windows' raw input (hardware-notes/keyboard.md).</summary>
public sealed class KeyboardProtocol : IReaderProtocol
{
    /// <summary>Bytes of a line of <see cref="KeyLine.MaxText"/> keys at the most, with Shift pressed and released for each: ten records.</summary>
    private const int LongestLineBytes = KeyLine.MaxText * 10 * EvdevRecord.Size;

    /// <inheritdoc/>
    public string Id => "keyboard";

    /// <inheritdoc/>
    public string Models => "Card readers and scanners that type as a USB keyboard";

    /// <inheritdoc/>
    public string Interface => "USB HID keyboard; on Windows while somebody is signed in";

    /// <inheritdoc/>
    public ReaderPort Port => ReaderPort.Keyboard;

    /// <inheritdoc/>
    public LineSettings DefaultLine => default;

    /// <inheritdoc/>
    public int GarbledAfterBytes => LongestLineBytes;

    /// <inheritdoc/>
    public TimeSpan Hold => Presence.ScannerHold;

    /// <inheritdoc/>
    public IReadOnlyList<CardFormat> Formats { get; } =
    [
        CardFormat.BadgeCode, CardFormat.TagHex, CardFormat.TagLow32, CardFormat.TagLow24, CardFormat.TagPair24, CardFormat.TagPair32, CardFormat.TagPairA, CardFormat.TagPairB,
        CardFormat.TagDecimal13, CardFormat.TagDecimal14, CardFormat.TagReversed15, CardFormat.UidHex, CardFormat.UidHexReversed, CardFormat.UidDecimal, CardFormat.UidDecimalReversed,
    ];

    /// <inheritdoc/>
    public IReaderDriver New(ReaderOptions options, IReaderSink sink)
    {
        ArgumentNullException.ThrowIfNull(options);
        return new KeyboardDriver(options, sink);
    }
}

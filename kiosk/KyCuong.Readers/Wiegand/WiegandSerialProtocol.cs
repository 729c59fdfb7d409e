using KyCuong.Readers.Cards;
using KyCuong.Readers.LineScanner;

namespace KyCuong.Readers.Wiegand;

/// <summary>Converters that make a line of text of what a Wiegand reader says (hardware-notes/wiegand-serial.md).</summary>
public sealed class WiegandSerialProtocol : IReaderProtocol
{
    /// <inheritdoc/>
    public string Id => "wiegand-serial";

    /// <inheritdoc/>
    public string Models => "Wiegand readers behind a converter to a serial line";

    /// <inheritdoc/>
    public string Interface => "RS-232, TTL serial or USB-COM";

    /// <inheritdoc/>
    public LineSettings DefaultLine => new(9600);

    /// <inheritdoc/>
    public TimeSpan Hold => Presence.ScannerHold;

    /// <inheritdoc/>
    public IReadOnlyList<CardFormat> Formats { get; } =
    [
        CardFormat.TagPair24, CardFormat.TagHex24, CardFormat.TagDecimal24, CardFormat.TagHex32, CardFormat.TagLow32, CardFormat.TagPair32,
        CardFormat.UidHex, CardFormat.UidHexReversed, CardFormat.UidDecimal, CardFormat.UidDecimalReversed,
        CardFormat.Wiegand26Pair, CardFormat.Wiegand26Hex, CardFormat.Wiegand26Decimal, CardFormat.Wiegand34Hex, CardFormat.Wiegand34Decimal,
    ];

    /// <inheritdoc/>
    public IReaderDriver New(ReaderOptions options, IReaderSink sink)
    {
        ArgumentNullException.ThrowIfNull(options);
        return new LineFrame(options, CardFormats.TechnologyOf(options.Format), ConverterText.Judge, sink);
    }
}

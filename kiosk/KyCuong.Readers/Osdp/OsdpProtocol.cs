using KyCuong.Readers.Cards;

namespace KyCuong.Readers.Osdp;

/// <summary>Readers that speak OSDP version 2 without encryption over RS-485 (hardware-notes/osdp.md).</summary>
public sealed class OsdpProtocol : IReaderProtocol
{
    /// <inheritdoc/>
    public string Id => "osdp";

    /// <inheritdoc/>
    public string Models => "OSDP v2 readers, without secure channel";

    /// <inheritdoc/>
    public string Interface => "RS-485, two wires";

    /// <inheritdoc/>
    public LineSettings DefaultLine => new(9600);

    /// <inheritdoc/>
    public TimeSpan Hold => Presence.ScannerHold;

    /// <inheritdoc/>
    public bool Converses => true;

    /// <inheritdoc/>
    public bool OnBus => true;

    /// <inheritdoc/>
    public bool HasChecksum => true;

    /// <inheritdoc/>
    public IReadOnlyList<CardFormat> Formats { get; } =
    [
        CardFormat.TagHex, CardFormat.TagLow32, CardFormat.TagLow24, CardFormat.TagPair24, CardFormat.TagPair32, CardFormat.TagHex32, CardFormat.TagHex24,
        CardFormat.UidHex, CardFormat.UidHexReversed, CardFormat.UidDecimal, CardFormat.UidDecimalReversed,
        CardFormat.Wiegand26Pair, CardFormat.Wiegand26Hex, CardFormat.Wiegand26Decimal, CardFormat.Wiegand34Hex, CardFormat.Wiegand34Decimal,
    ];

    /// <inheritdoc/>
    public IReaderDriver New(ReaderOptions options, IReaderSink sink)
    {
        ArgumentNullException.ThrowIfNull(options);
        return new OsdpPanel(options, sink);
    }
}

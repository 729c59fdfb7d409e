namespace KyCuong.Readers.Pcsc;

/// <summary>Contactless readers that the machine's PC/SC service drives: ACR122U, ACR1252U and any other CCID reader (hardware-notes/pcsc.md).</summary>
public sealed class PcscProtocol : IReaderProtocol
{
    /// <inheritdoc/>
    public string Id => "pcsc";

    /// <inheritdoc/>
    public string Models => "ACS ACR122U, ACR1252U, ACR1255U, ACR1281U and other PC/SC contactless readers";

    /// <inheritdoc/>
    public string Interface => "USB CCID through PC/SC";

    /// <inheritdoc/>
    public ReaderPort Port => ReaderPort.SmartCard;

    /// <inheritdoc/>
    public LineSettings DefaultLine => default;

    /// <summary>A card at the edge of the field goes and comes; each coming is read anew.</summary>
    public TimeSpan Hold => Presence.ScannerHold;

    /// <inheritdoc/>
    public bool Converses => true;

    /// <inheritdoc/>
    public bool HasChecksum => true;

    /// <inheritdoc/>
    public IReaderDriver New(ReaderOptions options, IReaderSink sink) => new PcscDriver(sink);
}

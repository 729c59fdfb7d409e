namespace KyCuong.Readers.Ssi;

/// <summary>Scanners that send packets of the Simple Serial Interface: Zebra's, formerly Symbol's, and GROW's GM67 (hardware-notes/ssi.md).</summary>
public sealed class SsiProtocol : IReaderProtocol
{
    /// <inheritdoc/>
    public string Id => "ssi";

    /// <inheritdoc/>
    public string Models => "Zebra and Symbol scanners with SSI packets, GROW GM67";

    /// <inheritdoc/>
    public string Interface => "RS-232, TTL serial or USB-COM, both directions";

    /// <inheritdoc/>
    public LineSettings DefaultLine => new(9600);

    /// <inheritdoc/>
    public TimeSpan Hold => Presence.ScannerHold;

    /// <inheritdoc/>
    public bool Converses => true;

    /// <inheritdoc/>
    public bool HasChecksum => true;

    /// <inheritdoc/>
    public IReaderDriver New(ReaderOptions options, IReaderSink sink)
    {
        ArgumentNullException.ThrowIfNull(options);
        return new SsiDriver(options, sink);
    }
}

namespace KyCuong.Readers.De2120;

/// <summary>Scanner modules with the text commands of the DE2120, as SparkFun and others sell it (hardware-notes/de2120.md).</summary>
public sealed class De2120Protocol : IReaderProtocol
{
    /// <inheritdoc/>
    public string Id => "de2120";

    /// <inheritdoc/>
    public string Models => "DE2120 (SparkFun, SB Components, Soldered)";

    /// <inheritdoc/>
    public string Interface => "TTL serial or USB-COM, both directions";

    /// <inheritdoc/>
    public LineSettings DefaultLine => new(115_200);

    /// <inheritdoc/>
    public TimeSpan Hold => Presence.ScannerHold;

    /// <inheritdoc/>
    public bool Converses => true;

    /// <inheritdoc/>
    public IReaderDriver New(ReaderOptions options, IReaderSink sink)
    {
        ArgumentNullException.ThrowIfNull(options);
        return new De2120Driver(options, sink);
    }
}

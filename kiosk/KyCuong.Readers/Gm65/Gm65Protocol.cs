namespace KyCuong.Readers.Gm65;

/// <summary>GROW's scanner modules with the command set of the GM65: their set-up by code is kept switched off (hardware-notes/gm65.md).</summary>
public sealed class Gm65Protocol : IReaderProtocol
{
    /// <inheritdoc/>
    public string Id => "gm65";

    /// <inheritdoc/>
    public string Models => "GROW GM65, GM805, GM812, GM861";

    /// <inheritdoc/>
    public string Interface => "TTL serial or USB-COM, both directions";

    /// <inheritdoc/>
    public LineSettings DefaultLine => new(9600);

    /// <inheritdoc/>
    public TimeSpan Hold => Presence.ScannerHold;

    /// <inheritdoc/>
    public bool Converses => true;

    /// <inheritdoc/>
    public IReaderDriver New(ReaderOptions options, IReaderSink sink)
    {
        ArgumentNullException.ThrowIfNull(options);
        return new Gm65Driver(options, sink);
    }
}

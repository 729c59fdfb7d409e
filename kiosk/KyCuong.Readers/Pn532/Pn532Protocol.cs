namespace KyCuong.Readers.Pn532;

/// <summary>NXP's PN532 on its serial interface ("HSU"), as sold on small boards: the UID of cards of ISO 14443-A (hardware-notes/pn532.md).</summary>
public sealed class Pn532Protocol : IReaderProtocol
{
    /// <inheritdoc/>
    public string Id => "pn532";

    /// <inheritdoc/>
    public string Models => "PN532 boards set to HSU (UART)";

    /// <inheritdoc/>
    public string Interface => "TTL serial, both directions";

    /// <inheritdoc/>
    public LineSettings DefaultLine => new(115_200);

    /// <inheritdoc/>
    public TimeSpan Hold => TimeSpan.FromMilliseconds(2 * Pn532Driver.Interval / 1000);

    /// <inheritdoc/>
    public bool Converses => true;

    /// <inheritdoc/>
    public bool Looks => true;

    /// <inheritdoc/>
    public bool HasChecksum => true;

    /// <inheritdoc/>
    public IReaderDriver New(ReaderOptions options, IReaderSink sink)
    {
        ArgumentNullException.ThrowIfNull(options);
        return new Pn532Driver(options, sink);
    }
}

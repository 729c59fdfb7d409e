namespace KyCuong.Readers.LineScanner;

/// <summary>QR and bar code scanners that send the decoded text as a line, over a serial or USB-COM port (hardware-notes/line-scanner.md).</summary>
public sealed class LineScannerProtocol : IReaderProtocol
{
    /// <inheritdoc/>
    public string Id => "line-scanner";

    /// <inheritdoc/>
    public string Models => "QR and bar code scanners in serial or USB-COM mode";

    /// <inheritdoc/>
    public string Interface => "RS-232, TTL serial or USB-COM";

    /// <inheritdoc/>
    public LineSettings DefaultLine => new(9600);

    /// <inheritdoc/>
    public TimeSpan Hold => Presence.ScannerHold;

    /// <inheritdoc/>
    public IReaderDriver New(ReaderOptions options, IReaderSink sink)
    {
        ArgumentNullException.ThrowIfNull(options);
        return new LineFrame(options, Technology.Optical, LineText.Judge, sink);
    }
}

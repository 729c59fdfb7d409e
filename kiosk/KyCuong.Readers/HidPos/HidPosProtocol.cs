namespace KyCuong.Readers.HidPos;

/// <summary>
/// Bar code scanners in HID-POS mode (USB-IF, HID Point of Sale Usage Tables 1.02, usage page 8C): not a keyboard, nothing types
/// (hardware-notes/hid-pos.md).
/// </summary>
public sealed class HidPosProtocol : IReaderProtocol
{
    /// <inheritdoc/>
    public string Id => "hid-pos";

    /// <inheritdoc/>
    public string Models => "Honeywell, Zebra, Datalogic and other scanners in HID-POS mode";

    /// <inheritdoc/>
    public string Interface => "USB HID-POS, Linux";

    /// <inheritdoc/>
    public ReaderPort Port => ReaderPort.Hid;

    /// <inheritdoc/>
    public LineSettings DefaultLine => new(9600);

    /// <inheritdoc/>
    public TimeSpan Hold => Presence.ScannerHold;

    /// <inheritdoc/>
    public IReaderDriver New(ReaderOptions options, IReaderSink sink)
    {
        ArgumentNullException.ThrowIfNull(options);
        return new HidPosDriver(options, sink);
    }
}

namespace KyCuong.Readers.Em4100;

/// <summary>RDM6300 and RDM630: STX, 12 characters, ETX, about every 65 ms while a tag is in the field (hardware-notes/rdm6300.md).</summary>
public sealed class Rdm6300 : IReaderProtocol
{
    private static readonly byte[] Tail = [0x03];

    /// <inheritdoc/>
    public string Id => "rdm6300";

    /// <inheritdoc/>
    public string Models => "RDM6300, RDM630";

    /// <inheritdoc/>
    public string Interface => "TTL serial";

    /// <inheritdoc/>
    public LineSettings DefaultLine => new(9600);

    /// <inheritdoc/>
    public TimeSpan Hold => Presence.RepeatingReaderHold;

    /// <inheritdoc/>
    public bool HasChecksum => true;

    /// <inheritdoc/>
    public IReaderDriver New(ReaderOptions options, IReaderSink sink)
    {
        ArgumentNullException.ThrowIfNull(options);
        return new StxFrame(Tail, options.SilenceOr(StxFrame.DefaultSilence), sink);
    }
}

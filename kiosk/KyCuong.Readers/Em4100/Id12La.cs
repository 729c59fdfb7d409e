namespace KyCuong.Readers.Em4100;

/// <summary>ID-2LA, ID-12LA and ID-20LA in ASCII mode: STX, 12 characters, CR, LF, ETX, once a presentation (hardware-notes/id-12la.md).</summary>
public sealed class Id12La : IReaderProtocol
{
    private static readonly byte[] Tail = [0x0D, 0x0A, 0x03];

    /// <inheritdoc/>
    public string Id => "id-12la";

    /// <inheritdoc/>
    public string Models => "ID-2LA, ID-12LA, ID-20LA";

    /// <inheritdoc/>
    public string Interface => "TTL serial, ASCII mode";

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

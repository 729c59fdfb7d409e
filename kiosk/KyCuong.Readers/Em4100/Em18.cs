namespace KyCuong.Readers.Em4100;

/// <summary>EM-18: the 12 characters with nothing around them; silence is the only frame mark (hardware-notes/em-18.md).</summary>
public sealed class Em18 : IReaderProtocol
{
    /// <inheritdoc/>
    public string Id => "em-18";

    /// <inheritdoc/>
    public string Models => "EM-18";

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
        return new SilenceFrame(options.SilenceOr(SilenceFrame.DefaultSilence), sink);
    }
}

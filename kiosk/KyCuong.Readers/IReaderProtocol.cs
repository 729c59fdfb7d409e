namespace KyCuong.Readers;

/// <summary>One supported reader: its name in the configuration, its line and its driver. Immutable, thread-safe.</summary>
public interface IReaderProtocol
{
    /// <summary>
    /// Name in the configuration, lower case. <c>hardware-notes/&lt;id&gt;.md</c> and <c>vectors/&lt;id&gt;.txt</c> are named after it.
    /// </summary>
    public string Id { get; }

    /// <summary>The models it covers, as printed on them; the first column of the support table.</summary>
    public string Models { get; }

    /// <summary>How it is connected; the second column of the support table.</summary>
    public string Interface { get; }

    /// <summary>Factory setting of its serial line.</summary>
    public LineSettings DefaultLine { get; }

    /// <summary>
    /// How long after its last read a credential still counts as present (see <see cref="Presence"/>). Short for readers that
    /// repeat a held card, long for those that give no sign of its leaving.
    /// </summary>
    public TimeSpan Hold { get; }

    /// <summary>A new driver that answers to <paramref name="sink"/>, from inside its own calls only.</summary>
    public IReaderDriver New(ReaderOptions options, IReaderSink sink);
}

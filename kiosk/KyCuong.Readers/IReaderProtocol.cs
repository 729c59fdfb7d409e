using KyCuong.Readers.Cards;

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

    /// <summary>What kind of port it is on.</summary>
    public ReaderPort Port => ReaderPort.Serial;

    /// <summary>Bytes without anything recognised after which its line is called garbled (see <see cref="GarbleWatch"/>).</summary>
    public int GarbledAfterBytes => GarbleWatch.LimitBytes;

    /// <summary>Factory setting of its serial line; without meaning on another port.</summary>
    public LineSettings DefaultLine { get; }

    /// <summary>
    /// How long after its last read a credential still counts as present (see <see cref="Presence"/>). Short for readers that
    /// repeat a held card, long for those that give no sign of its leaving.
    /// </summary>
    public TimeSpan Hold { get; }

    /// <summary>
    /// True when the driver asks the reader how it is, and its <see cref="IReaderSink.Working"/> alone says that the reader works.
    /// False for readers that only talk: an open line, or a good frame, is all that can be known of them.
    /// </summary>
    public bool Converses => false;

    /// <summary>
    /// What its cards can be spelt as (<see cref="ReaderOptions.Format"/>), one of which must be set unless they come as bits; empty for
    /// readers with one spelling.
    /// </summary>
    public IReadOnlyList<CardFormat> Formats => [];

    /// <summary>
    /// True when it is on a bus and gives cards as bits: it has an address (<see cref="ReaderOptions.Address"/>), and what the bits are must be
    /// set (<see cref="ReaderOptions.Card"/>).
    /// </summary>
    public bool OnBus => false;

    /// <summary>
    /// True when the driver looks by itself at what stands before the reader and says after each look what it found, nothing included
    /// (<see cref="IReaderSink.Nothing"/>). Then looks end a presence, not silence: while no look can be made nobody has gone.
    /// </summary>
    public bool Looks => false;

    /// <summary>
    /// True when a sum in each frame was right before it became a read, so that reads alone show that this is the reader's protocol. Of
    /// others a read only says that the text fits.
    /// </summary>
    public bool HasChecksum => false;

    /// <summary>A new driver that answers to <paramref name="sink"/>, from inside its own calls only.</summary>
    public IReaderDriver New(ReaderOptions options, IReaderSink sink);
}

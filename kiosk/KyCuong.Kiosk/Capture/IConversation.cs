using KyCuong.Readers;

namespace KyCuong.Kiosk.Capture;

/// <summary>
/// The talk with a reader that is asked again and again: which of its answers the driver took for what stands before it. Only those are written, in
/// the form in which the drivers' vectors have them (see <see cref="ReaderAnswers"/>); what stands around them is the same each time.
/// One thread.
/// </summary>
internal interface IConversation
{
    /// <summary>The line was opened.</summary>
    public void Opened();

    /// <summary>The kiosk said this.</summary>
    public void Sent(ReadOnlySpan<byte> bytes);

    /// <summary>The reader said this; gives the answers that end in it, each whole, as a vector has them.</summary>
    public IReadOnlyList<CapturedChunk> Came(CapturedChunk chunk);

    /// <summary>
    /// What must stand in front of the part that ends now, for a new driver to understand it: records of the reader that came before it. Called
    /// once for each part.
    /// </summary>
    public IReadOnlyList<byte[]> Front() => [];

    /// <summary>Such an answer with other cards, checks made anew. Pure but for the names.</summary>
    /// <param name="answer">As <see cref="Came"/> gave it.</param>
    /// <param name="read">What the driver made of all of them.</param>
    /// <param name="names">Who stands for whom.</param>
    public CapturedChunk Respell(CapturedChunk answer, Replay read, Pseudonyms names);

    /// <summary>That of a protocol; null for one that is not picked apart so.</summary>
    public static IConversation? Of(IReaderProtocol? protocol, ReaderOptions options) => protocol?.Id switch
    {
        "pn532" => new ChipConversation(),
        "osdp" => new BusConversation(options),
        "pcsc" => new PcscConversation(),
        _ => null,
    };
}

using KyCuong.Readers.Cards;

namespace KyCuong.Readers.Wiegand;

/// <summary>What a converter's line says: a key of the reader's keypad, or the number of a card (<see cref="CardText"/>).</summary>
internal static class ConverterText
{
    /// <summary>
    /// The longest number, <c>00213,02000</c>. Wiegand carries 34 bits at the most; 14 hex digits are no UID of seven bytes here but two
    /// lines run together.
    /// </summary>
    private const int MaxText = 11;

    public static void Judge(ReadOnlySpan<byte> line, ReaderOptions options, long at, IReaderSink sink)
    {
        // Keys come one by one. They are no card, and pressing one is nothing an officer did wrong.
        if (line.Length == 1)
            return;
        if (line.Length > MaxText && !LineScanner.LineText.IsNationalId(line))
            sink.Refused(new RefusedRead(ReadError.NotInGrammar, CardFormats.TechnologyOf(options.Format), line.Length, at));
        else
            CardText.Judge(line, options, at, sink);
    }
}

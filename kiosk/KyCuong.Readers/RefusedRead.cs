namespace KyCuong.Readers;

/// <summary>Input that was not taken. Holds nothing of the text itself. Immutable.</summary>
/// <param name="Reason">Why.</param>
/// <param name="Technology">What the reader reads.</param>
/// <param name="RawLength">Bytes it had, framing included, as far as it was followed; 0 for <see cref="ReadError.NationalId"/>, of which nothing is kept.</param>
/// <param name="At">Arrival of its first byte, monotonic microseconds.</param>
/// <param name="Count">How many equal refusals this one stands for, itself included; more than 1 only after <see cref="RefusalBudget"/>, or where the reader says no more than how many.</param>
public sealed record RefusedRead(ReadError Reason, Technology Technology, int RawLength, long At, int Count = 1)
{
    /// <summary>
    /// The least of a text that nobody wants and that shows all the same that the line is sound; the shortest number of a card has as many
    /// digits. Noise makes a readable text of fewer between two ends of line every few kilobytes.
    /// </summary>
    public const int LeastSense = 6;

    /// <summary>True when what was refused was understood: the line is at the right speed and speaks the right protocol.</summary>
    public bool WasUnderstood => Reason switch
    {
        ReadError.BadFrame or ReadError.BadChecksum or ReadError.TooLong => false,
        ReadError.NotInGrammar => RawLength >= LeastSense,
        _ => true,
    };
}

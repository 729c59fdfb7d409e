namespace KyCuong.Readers;

/// <summary>Input that was not taken. Holds nothing of the text itself. Immutable.</summary>
/// <param name="Reason">Why.</param>
/// <param name="Technology">What the reader reads.</param>
/// <param name="RawLength">Bytes it had, framing included, as far as it was followed; 0 for <see cref="ReadError.NationalId"/>, of which nothing is kept.</param>
/// <param name="At">Arrival of its first byte, monotonic microseconds.</param>
/// <param name="Count">How many equal refusals this one stands for, itself included; more than 1 only after <see cref="RefusalBudget"/>, or where the reader says no more than how many.</param>
public sealed record RefusedRead(ReadError Reason, Technology Technology, int RawLength, long At, int Count = 1);

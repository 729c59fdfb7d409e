namespace KyCuong.Readers.Tests;

/// <summary>Bytes that arrive together, microseconds after the line was opened.</summary>
internal sealed record Chunk(long At, byte[] Bytes);

/// <summary>
/// One line of a vector file: what came when, and what must come of it. <paramref name="Expected"/> holds one word an outcome, in
/// order: a level and its value, <c>em:HEX</c>, <c>em32:HEX</c>, <c>a:HEX</c>, <c>kc:TEXT</c>, …, for a read, two of them joined by <c>+</c> for two in one look, <c>!Reason</c> for a refusal.
/// </summary>
internal sealed record Vector(string Reader, string Name, ReaderOptions Options, IReadOnlyList<Chunk> Chunks, IReadOnlyList<string> Expected)
{
    public IReadOnlyList<string> ExpectedReads { get; } = [.. Expected.Where(Outcome.IsRead)];

    /// <summary>All bytes, without times.</summary>
    public byte[] Bytes { get; } = [.. Chunks.SelectMany(c => c.Bytes)];

    public override string ToString() => $"{Reader}: {Name}";
}

/// <summary>The words of an expectation.</summary>
internal static class Outcome
{
    public static bool IsRead(string outcome) => outcome[0] != '!';

    public static string Of(RawRead read) => read.Form switch
    {
        CredentialForm.EmTag => "em:" + Convert.ToHexString(read.Value.Span),
        CredentialForm.BadgeCode => "kc:" + System.Text.Encoding.ASCII.GetString(read.Value.Span),
        CredentialForm.EmLow32 => "em32:" + Convert.ToHexString(read.Value.Span),
        CredentialForm.EmLow24 => "em24:" + Convert.ToHexString(read.Value.Span),
        CredentialForm.EmFirstAndLow16 => "emA:" + Convert.ToHexString(read.Value.Span),
        CredentialForm.EmSecondAndLow16 => "emB:" + Convert.ToHexString(read.Value.Span),
        CredentialForm.Uid => "a:" + Convert.ToHexString(read.Value.Span),
        CredentialForm.Wiegand26 => "w26:" + Convert.ToHexString(read.Value.Span),
        CredentialForm.Wiegand34 => "w34:" + Convert.ToHexString(read.Value.Span),
        _ => throw new InvalidOperationException($"{read.Form} has no word"),
    };

    /// <summary>Two in one look; one that names nobody is a question mark.</summary>
    public static string Of(RawRead first, RawRead? second) => Of(first) + "+" + (second is null ? "?" : Of(second));

    public static string Of(RefusedRead refused) => "!" + refused.Reason;
}

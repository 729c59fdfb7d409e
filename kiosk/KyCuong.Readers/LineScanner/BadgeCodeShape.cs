using System.Buffers;

namespace KyCuong.Readers.LineScanner;

/// <summary>
/// The shape of a badge code, <c>^KC1:[0-9A-HJKMNP-TV-Z]{16}$</c>: Crockford's 32 letters, upper case, the last one a check symbol.
/// Only the shape is tested here; the check symbol is verified by the contract's parser, which both ends share.
/// </summary>
internal static class BadgeCodeShape
{
    private const int Symbols = 16;

    private static ReadOnlySpan<byte> Prefix => "KC1:"u8;

    private static readonly SearchValues<byte> Alphabet = SearchValues.Create("0123456789ABCDEFGHJKMNPQRSTVWXYZ"u8);

    public static bool Fits(ReadOnlySpan<byte> text) =>
        text.Length == Prefix.Length + Symbols && text.StartsWith(Prefix) && !text[Prefix.Length..].ContainsAnyExcept(Alphabet);
}

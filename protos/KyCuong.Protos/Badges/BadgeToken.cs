using System.Diagnostics.CodeAnalysis;

namespace KyCuong.Protos.Badges;

/// <summary>
/// Our own badge code: <c>KC1:</c> and 16 Crockford symbols, 75 random bits and a check symbol, upper-case ASCII so that
/// any scanner and any keyboard wedge brings it whole. It is looked up like any other badge: nothing in it can be forged
/// or decoded. The check symbol makes c₀α¹⁵ + c₁α¹⁴ + … + c₁₅ = 0 in GF(2⁵) (x⁵+x²+1, α = 2), so one wrong symbol or any
/// two symbols exchanged are always found. Pure.
/// </summary>
public static class BadgeToken
{
    /// <summary>What a badge code starts with.</summary>
    public const string Prefix = "KC1:";

    /// <summary>Symbols after the prefix.</summary>
    public const int BodyLength = 16;

    /// <summary>Characters in all.</summary>
    public const int Length = 20;

    /// <summary>Random bits in a code.</summary>
    public const int RandomBits = 75;

    /// <summary>The code of 15 symbol values (0 to 31 each), which the caller draws at random.</summary>
    /// <exception cref="ArgumentException">Not 15 values below 32.</exception>
    public static string Format(ReadOnlySpan<byte> symbols)
    {
        if (symbols.Length != BodyLength - 1 || symbols.ContainsAnyExceptInRange((byte)0, (byte)31))
            throw new ArgumentException("A badge code is made of 15 values below 32.", nameof(symbols));
        Span<char> text = stackalloc char[Length];
        Prefix.CopyTo(text);
        var check = 0;
        for (var i = 0; i < symbols.Length; i++)
        {
            check = TimesAlpha(check) ^ symbols[i];
            text[Prefix.Length + i] = Crockford.Alphabet[symbols[i]];
        }

        text[^1] = Crockford.Alphabet[TimesAlpha(check)];
        return new string(text);
    }

    /// <summary>The identity in a badge code; false for anything but exactly the grammar with a right check symbol.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, [NotNullWhen(true)] out BadgeIdentity? identity)
    {
        identity = null;
        if (text.Length != Length || !text.StartsWith(Prefix, StringComparison.Ordinal)) return false;
        var sum = 0;
        foreach (var symbol in text[Prefix.Length..])
        {
            var value = Crockford.ValueOf(symbol);
            if (value < 0) return false;
            sum = TimesAlpha(sum) ^ value;
        }

        if (sum != 0) return false;
        identity = BadgeIdentity.OfBadgeCode(text[Prefix.Length..]);
        return true;
    }

    private static int TimesAlpha(int value) => (value & 0x10) == 0 ? value << 1 : (value << 1) ^ 0b100101;
}

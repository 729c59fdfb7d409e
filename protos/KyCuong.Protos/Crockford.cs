namespace KyCuong.Protos;

/// <summary>Crockford's base 32: digits and upper-case letters without I, L, O and U. Pure.</summary>
public static class Crockford
{
    /// <summary>The symbols in the order of their values 0 to 31.</summary>
    public const string Alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

    /// <summary>The value of a symbol, or -1. Upper case only, no look-alikes: for badges, where the reader brings it whole.</summary>
    public static int ValueOf(char symbol) => Alphabet.IndexOf(symbol);

    /// <summary>The value of a symbol a person typed, or -1: any case, O as 0, I and L as 1.</summary>
    public static int ValueOfTyped(char symbol) => char.ToUpperInvariant(symbol) switch
    {
        'O' => 0,
        'I' or 'L' => 1,
        var c => ValueOf(c),
    };

    /// <summary>Writes bytes as symbols, most significant bit first; the last symbol is filled with zero bits.</summary>
    public static string Encode(ReadOnlySpan<byte> bytes)
    {
        var text = new char[(bytes.Length * 8 + 4) / 5];
        for (var i = 0; i < text.Length; i++)
        {
            var value = 0;
            for (var bit = i * 5; bit < i * 5 + 5; bit++)
                value = (value << 1) | (bit / 8 < bytes.Length ? (bytes[bit / 8] >> (7 - bit % 8)) & 1 : 0);
            text[i] = Alphabet[value];
        }

        return new string(text);
    }

    /// <summary>Reads typed symbols into bytes; false for a foreign symbol, a wrong length, or fill bits that are not zero.</summary>
    public static bool TryDecodeTyped(ReadOnlySpan<char> text, Span<byte> bytes)
    {
        if (text.Length != (bytes.Length * 8 + 4) / 5) return false;
        bytes.Clear();
        for (var i = 0; i < text.Length; i++)
        {
            var value = ValueOfTyped(text[i]);
            if (value < 0) return false;
            for (var k = 0; k < 5; k++)
            {
                if ((value >> (4 - k) & 1) == 0) continue;
                var bit = i * 5 + k;
                if (bit / 8 >= bytes.Length) return false;
                bytes[bit / 8] |= (byte)(1 << (7 - bit % 8));
            }
        }

        return true;
    }
}

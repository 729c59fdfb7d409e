using System.Numerics;
using KyCuong.Readers.Cards;

namespace KyCuong.Readers.Osdp;

/// <summary>What a card's bits say: which credential it is, or why it is none. The first bit is the highest of the first byte.</summary>
internal static class RawCard
{
    private const int Wiegand26 = 26;
    private const int Wiegand34 = 34;
    private const int LongestUid = 10;

    /// <summary>Judges the bits of a card, which came at <paramref name="at"/>.</summary>
    public static void Judge(ReadOnlySpan<byte> data, int bits, CardBits card, long at, IReaderSink sink)
    {
        var technology = card switch
        {
            CardBits.Wiegand => Technology.Wiegand,
            CardBits.Tag => Technology.Em4100,
            _ => Technology.Iso14443A,
        };
        Span<byte> value = stackalloc byte[LongestUid];
        if (FormOf(bits, card) is not { } form || data.Length != (bits + 7) / 8)
        {
            sink.Refused(new RefusedRead(ReadError.NotInGrammar, technology, bits, at));
            return;
        }

        var hasParity = bits is Wiegand26 or Wiegand34;
        var length = hasParity ? (bits - 2) / 8 : bits / 8;
        value = value[..length];
        for (var i = 0; i < length; i++)
            value[i] = hasParity ? (byte)(((data[i] << 1) & 0xFF) | (data[i + 1] >> 7)) : data[i];
        if (card == CardBits.UidReversed)
            value.Reverse();
        if (hasParity && !IsParityGood(data, bits))
            sink.Refused(new RefusedRead(ReadError.BadChecksum, technology, bits, at));
        else if (NoIdentity.Is(form, value))
            sink.Refused(new RefusedRead(ReadError.DefaultIdentity, technology, bits, at));
        else
            sink.Read(new RawRead(technology, form, value.ToArray(), bits, at));
    }

    private static CredentialForm? FormOf(int bits, CardBits card) => (card, bits) switch
    {
        (CardBits.Wiegand, Wiegand26) => CredentialForm.Wiegand26,
        (CardBits.Wiegand, Wiegand34) => CredentialForm.Wiegand34,
        (CardBits.Tag, 40) => CredentialForm.EmTag,
        (CardBits.Tag, 32 or Wiegand34) => CredentialForm.EmLow32,
        (CardBits.Tag, Wiegand26) => CredentialForm.EmLow24,
        (CardBits.Uid or CardBits.UidReversed, 32 or Wiegand34 or 56 or 80) => CredentialForm.Uid,
        _ => null,
    };

    /// <summary>The first bit makes the first half even, the last bit makes the second half odd.</summary>
    private static bool IsParityGood(ReadOnlySpan<byte> data, int bits)
    {
        ulong all = 0;
        foreach (var b in data)
            all = (all << 8) | b;
        all >>= (8 * data.Length) - bits;
        var half = bits / 2;
        return BitOperations.PopCount(all >> half) % 2 == 0 && BitOperations.PopCount(all & ((1UL << half) - 1)) % 2 == 1;
    }
}

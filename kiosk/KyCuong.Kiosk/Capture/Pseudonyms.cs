using System.Security.Cryptography;
using System.Text;
using KyCuong.Protos.Badges;
using KyCuong.Readers;

namespace KyCuong.Kiosk.Capture;

/// <summary>
/// Another card for each card, the same one each time while this lives, by a random key that is never written: who has only the names cannot
/// find the cards, nor try all of them. Of the same form, and never a number that names nobody. Thread-safe.
/// </summary>
internal sealed class Pseudonyms
{
    private readonly byte[] _key = RandomNumberGenerator.GetBytes(32);

    /// <summary>The value that stands for this one.</summary>
    public byte[] Of(CredentialForm form, ReadOnlySpan<byte> value)
    {
        byte[] asked = [(byte)form, 0, .. value];
        while (true)
        {
            var random = HMACSHA256.HashData(_key, asked);
            var other = form == CredentialForm.BadgeCode ? Badge(random) : random[..value.Length];
            if (!value.SequenceEqual(other) && IsSomebody(form, other)) return other;
            asked[1]++;
        }
    }

    private static byte[] Badge(byte[] random) =>
        Encoding.ASCII.GetBytes(BadgeToken.Format([.. random.Take(BadgeToken.BodyLength - 1).Select(b => (byte)(b & 31))]));

    // What drivers refuse: random and cut UIDs, blank cards. Makers' test values do not come out of a hash.
    private static bool IsSomebody(CredentialForm form, ReadOnlySpan<byte> value) =>
        value.ContainsAnyExcept((byte)0x00) && value.ContainsAnyExcept((byte)0xFF)
        && !(form == CredentialForm.Uid && value.Length == 4 && (value[0] is 0x08 or 0x88 || value[^1] == 0x88));
}

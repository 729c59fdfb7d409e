using System.Globalization;
using System.Security.Cryptography;
using KyCuong.Protos.Journal;

namespace KyCuong.Protos.Tests;

/// <summary>Signed heads of a journal: another implementation's are believed, and nothing else of them is.</summary>
public sealed class JournalHeadTests
{
    public static TheoryData<string> Vectors() => new(Tests.Vectors.Read("journal-heads.txt").Select(fields => string.Join(" | ", fields)));

    [Theory]
    [MemberData(nameof(Vectors))]
    public void A_head_signed_by_OpenSSL_is_believed_and_no_other_with_its_signature(string vector)
    {
        var fields = vector.Split(" | ");
        Assert.True(Bytes128.TryRead(Convert.FromHexString(fields[1]), out var epoch));
        var journal = new JournalId(ulong.Parse(fields[0], CultureInfo.InvariantCulture), epoch);
        var (sequence, hash) = (ulong.Parse(fields[2], CultureInfo.InvariantCulture), Digest.FromBytes(Convert.FromHexString(fields[3])));
        var (signed, signature) = (long.Parse(fields[4], CultureInfo.InvariantCulture), Convert.FromHexString(fields[5]));
        using var key = ECDsa.Create();
        key.ImportSubjectPublicKeyInfo(Convert.FromHexString(fields[6]), out _);

        Assert.True(SignedJournalHead.IsSignedBy(key, journal, sequence, hash, signed, signature));
        Assert.False(SignedJournalHead.IsSignedBy(key, journal with { KioskId = journal.KioskId ^ 1 }, sequence, hash, signed, signature));
        Assert.False(SignedJournalHead.IsSignedBy(key, journal with { Epoch = journal.Epoch ^ 1 }, sequence, hash, signed, signature));
        Assert.False(SignedJournalHead.IsSignedBy(key, journal, sequence ^ 1, hash, signed, signature));
        Assert.False(SignedJournalHead.IsSignedBy(key, journal, sequence, Other(hash), signed, signature));
        Assert.False(SignedJournalHead.IsSignedBy(key, journal, sequence, hash, signed ^ 1, signature));
        for (var i = 0; i < signature.Length; i++)
        {
            signature[i] ^= 1;
            Assert.False(SignedJournalHead.IsSignedBy(key, journal, sequence, hash, signed, signature));
            signature[i] ^= 1;
        }

        foreach (var length in (int[])[0, 1, 63, 65]) Assert.False(SignedJournalHead.IsSignedBy(key, journal, sequence, hash, signed, new byte[length]));
    }

    [Fact]
    public void What_is_signed_here_is_believed_of_that_key_alone()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var journal = new JournalId(5, 6);
        var signature = SignedJournalHead.Sign(key, journal, 7, Digest.FromBytes(new byte[32]), 8);
        Assert.Equal(SignedJournalHead.SignatureSize, signature.Length);
        Assert.True(SignedJournalHead.IsSignedBy(key, journal, 7, Digest.FromBytes(new byte[32]), 8, signature));
        Assert.False(SignedJournalHead.IsSignedBy(other, journal, 7, Digest.FromBytes(new byte[32]), 8, signature));
    }

    private static Digest Other(Digest hash)
    {
        var bytes = hash.ToArray();
        bytes[31] ^= 1;
        return Digest.FromBytes(bytes);
    }
}

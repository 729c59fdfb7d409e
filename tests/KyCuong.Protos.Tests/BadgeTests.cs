using KyCuong.Protos.Badges;
using KyCuong.Protos.V1;

namespace KyCuong.Protos.Tests;

public sealed class BadgeTests
{
    public static TheoryData<string> Codes()
    {
        var data = new TheoryData<string>();
        foreach (var fields in Vectors.Read("badge-codes.txt")) data.Add(fields[0]);
        return data;
    }

    [Theory]
    [MemberData(nameof(Codes))]
    public void Badge_code_vector_is_read_and_written_back(string code)
    {
        Assert.True(BadgeToken.TryParse(code, out var identity));
        Assert.Equal(CredentialLevel.Kc, identity.Level);
        var symbols = code[4..19].Select(c => (byte)Crockford.Alphabet.IndexOf(c)).ToArray();
        Assert.Equal(code, BadgeToken.Format(symbols));
    }

    [Theory]
    [MemberData(nameof(Codes))]
    public void Badge_code_with_one_wrong_symbol_is_refused(string code)
    {
        for (var i = 4; i < code.Length; i++)
            foreach (var symbol in Crockford.Alphabet)
                if (symbol != code[i])
                    Assert.False(BadgeToken.TryParse(code[..i] + symbol + code[(i + 1)..], out _));
    }

    [Theory]
    [MemberData(nameof(Codes))]
    public void Badge_code_with_two_symbols_exchanged_is_refused(string code)
    {
        for (var i = 4; i < code.Length; i++)
        {
            for (var k = i + 1; k < code.Length; k++)
            {
                if (code[i] == code[k]) continue;
                var swapped = code.ToCharArray();
                (swapped[i], swapped[k]) = (swapped[k], swapped[i]);
                Assert.False(BadgeToken.TryParse(swapped, out _), $"{i} and {k}");
            }
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("KC1:")]
    [InlineData("kc1:0000000000000000")]
    [InlineData("KC1:000000000000000")]
    [InlineData("KC1:00000000000000000")]
    [InlineData("KC1:000000000000000I")]
    [InlineData("KC1:00000000000000 0")]
    [InlineData("KC1:000000000000000\0")]
    [InlineData("KC1:00000000000000é0")]
    [InlineData("' OR 1=1 --;00000000")]
    public void Text_outside_the_grammar_of_a_badge_code_is_refused(string text) => Assert.False(BadgeToken.TryParse(text, out _));

    /// <summary>Readers, section 15: EM4100 to texts.</summary>
    [Theory]
    [InlineData("04184EDCBA", "0407821498", "05168314", "078,56506", "06222,56506", "004,56506", "024,56506")]
    [InlineData("0110185C5B", "0270031963", "01596507", "024,23643", "04120,23643", "001,23643", "016,23643")]
    [InlineData("7200944C78", "0009718904", "09718904", "148,19576", "00148,19576", "114,19576", "000,19576")]
    public void One_tag_in_every_spelling_meets_at_its_levels(string hex, string d10, string d8, string pair3, string pair5, string pairA, string pairB)
    {
        Assert.True(BadgeSpelling.TryParse("em10h", hex, out var whole));
        var levels = whole.Levels();
        foreach (var (kind, text) in new[] { ("em8h10d", d10), ("em6h8d", d8), ("em3+5", pair3), ("em5+5", pair5), ("em3.5a", pairA), ("em3.5b", pairB) })
        {
            Assert.True(BadgeSpelling.TryParse(kind, text, out var partial), kind);
            Assert.Contains(partial, levels);
        }

        Assert.True(BadgeSpelling.TryParse("em3+5", pair3.Replace(",", "", StringComparison.Ordinal), out var joined));
        Assert.Contains(joined, levels);
    }

    /// <summary>Readers, section 15: 14443A UID to texts.</summary>
    [Theory]
    [InlineData("529D06E3", "1386022627", "3808861522", "E3069D52")]
    [InlineData("1EA68671", "0514229873", "1904649758", "7186A61E")]
    [InlineData("1C78F2BF", "0477688511", "3220338716", "BFF2781C")]
    [InlineData("9D2F11A0", "2637107616", "2685480861", "A0112F9D")]
    public void One_uid_in_every_spelling_is_the_same_card(string hex, string most, string least, string reversed)
    {
        Assert.True(BadgeSpelling.TryParse("uid", hex, out var uid));
        foreach (var (kind, text) in new[] { ("uid-dec", most), ("uid-dec-reversed", least), ("uid-reversed", reversed) })
        {
            Assert.True(BadgeSpelling.TryParse(kind, text, out var other), kind);
            Assert.Equal(uid, other);
        }
    }

    [Theory]
    [InlineData("em10h", "0000000000")]
    [InlineData("em10h", "FFFFFFFFFF")]
    [InlineData("em10h", "0C000621A")]
    [InlineData("em10h", "0C000621AG")]
    [InlineData("em8h10d", "407821498")]
    [InlineData("em8h10d", "4294967296")]
    [InlineData("em8h10d", "+407821498")]
    [InlineData("em3+5", "256,00001")]
    [InlineData("em3+5", "078,65536")]
    [InlineData("em3+5", "078;56506")]
    [InlineData("uid", "08A1B2C3")]
    [InlineData("uid", "8804C43B")]
    [InlineData("uid", "DEADBEEF")]
    [InlineData("uid", "01020304")]
    [InlineData("uid", "12345678")]
    [InlineData("w34", "DEADBEEF")]
    [InlineData("w34", "78563412")]
    [InlineData("w34-dec", "16909060")]
    [InlineData("uid", "04A1B2C3D4")]
    [InlineData("uid-reversed", "3BC40488")]
    [InlineData("uid-dec-reversed", "1002701960")]
    [InlineData("kc1", "0123456789ABCDEF")]
    [InlineData("other", "0C000621A5")]
    public void Text_that_is_no_identity_of_its_kind_is_refused(string kind, string text) => Assert.False(BadgeSpelling.TryParse(kind, text, out _));

    [Fact]
    public void Hash_depends_on_key_level_and_identity()
    {
        Assert.True(BadgeSpelling.TryParse("em10h", "0C000621A5", out var tag));
        Assert.True(BadgeSpelling.TryParse("em10h", "0C000621A4", out var other));
        var first = new BadgeHasher(1, new byte[32]);
        var second = new BadgeHasher(1, Enumerable.Repeat((byte)1, 32).ToArray());
        Assert.Equal(first.Hash(tag), first.Hash(tag));
        Assert.NotEqual(first.Hash(tag).Hash, second.Hash(tag).Hash);
        Assert.NotEqual(first.Hash(tag).Hash, first.Hash(other).Hash);
        // The same bytes at another level are another identity: never match across technologies by digits alone.
        var w34 = BadgeIdentity.TryCreate(CredentialLevel.W34, [0x11, 0x22, 0x33, 0x44])!;
        var em32 = BadgeIdentity.TryCreate(CredentialLevel.Em32, [0x11, 0x22, 0x33, 0x44])!;
        Assert.NotEqual(first.Hash(w34).Hash, first.Hash(em32).Hash);
    }

    [Fact]
    public void Hashes_under_several_keys_have_the_stronger_level_first_whatever_the_key()
    {
        Assert.True(BadgeSpelling.TryParse("em10h", "0C000621A5", out var tag));
        var (newer, older) = (new BadgeHasher(2, Enumerable.Repeat((byte)1, 32).ToArray()), new BadgeHasher(1, new byte[32]));
        // Another card shares the low 24 bits and is known under the newer key; this one's whole number only under the older.
        Assert.Equal(
            [newer.HashLevels(tag)[0], older.HashLevels(tag)[0], newer.HashLevels(tag)[1], older.HashLevels(tag)[1], newer.HashLevels(tag)[2], older.HashLevels(tag)[2], newer.HashLevels(tag)[3], older.HashLevels(tag)[3]],
            BadgeHasher.HashLevels([newer, older], tag));
        Assert.Equal(ContractLimits.BadgeHashesPerTap, BadgeHasher.HashLevels([newer, older], tag).Count);
        Assert.Equal(newer.HashLevels(tag), BadgeHasher.HashLevels([newer], tag));
    }

    [Fact]
    public void Identity_never_shows_its_number()
    {
        Assert.True(BadgeSpelling.TryParse("em10h", "0C000621A5", out var tag));
        Assert.Equal("Em", tag.ToString());
    }
}

using System.Text;
using KyCuong.Protos.Badges;
using KyCuong.Protos.V1;
using KyCuong.Readers.Cards;

namespace KyCuong.Readers.Tests;

/// <summary>What only converters need: their spellings agree with those of imports, and keys are no cards.</summary>
public sealed class WiegandSerialTests
{
    public static TheoryData<string, string, string> SharedSpellings => new()
    {
        { "w26", "w26", "213,02000" }, { "w34", "w34", "00D507D0" }, { "3+5", "em3+5", "213,02000" }, { "8h10d", "em8h10d", "0013961168" }, { "5+5", "em5+5", "00213,02000" },
        { "uid", "uid", "9D2F11A0" }, { "uid-reversed", "uid-reversed", "A0112F9D" }, { "uid-dec", "uid-dec", "2637107616" }, { "uid-dec-reversed", "uid-dec-reversed", "2685480861" },
    };

    [Theory, MemberData(nameof(SharedSpellings))]
    public void Line_is_the_card_that_an_import_makes_of_it(string format, string kind, string text)
    {
        Assert.True(BadgeSpelling.TryParse(kind, text, out var identity));
        var word = identity.Level switch
        {
            CredentialLevel.W26 => "w26:",
            CredentialLevel.W34 => "w34:",
            CredentialLevel.Em24 => "em24:",
            CredentialLevel.Em32 => "em32:",
            CredentialLevel.A => "a:",
            _ => throw new InvalidOperationException($"{identity.Level}"),
        };
        Assert.Equal([word + Convert.ToHexString(identity.Bytes)], Outcomes(format, text + "\r"));
    }

    /// <summary>Nobody knows whether such a reader turns the bytes of a UID round.</summary>
    [Theory]
    [InlineData("w34", "DEADBEEF")]
    [InlineData("w34", "EFBEADDE")]
    [InlineData("w34", "04030201")]
    [InlineData("w34-dec", "0305419896")]
    public void A_makers_test_value_is_nobodys_in_either_order(string format, string text)
    {
        Assert.Equal(["!" + nameof(ReadError.DefaultIdentity)], Outcomes(format, text + "\r"));
        Assert.False(BadgeSpelling.TryParse(format, text, out _));
    }

    [Fact]
    public void Every_format_has_a_vector_that_gives_a_card()
    {
        var played = VectorFile.Of("wiegand-serial").Vectors.Where(v => v.ExpectedReads.Count > 0).Select(v => v.Options.Format).Distinct().Order();
        Assert.Equal(ReaderCatalog.Find("wiegand-serial")!.Formats.Order(), played);
    }

    [Fact]
    public void Keys_of_the_keypad_are_neither_cards_nor_mistakes()
    {
        foreach (var format in ReaderCatalog.Find("wiegand-serial")!.Formats)
        {
            foreach (var key in "0123456789*#ABCDEF")
            {
                Assert.Empty(Outcomes(CardFormats.NameOf(format), $"{key}"));
                Assert.Empty(Outcomes(CardFormats.NameOf(format), $"{key}\r\n"));
            }
        }
    }

    private static List<string> Outcomes(string format, string text) =>
        Player.Run("wiegand-serial", ReaderOptions.Default with { Format = CardFormats.Find(format)!.Value }, [new Chunk(1_000_000, Encoding.ASCII.GetBytes(text))]).Outcomes;
}

using System.Text;
using KyCuong.Kiosk.Identify;

namespace KyCuong.Kiosk.Tests.Identify;

/// <summary>What is shown of what came.</summary>
public sealed class ArrivalTests
{
    private const string NationalId = "079199001234||Trần Thị Bích Ngọc|30041999|Nữ|45/6 Đường số 8|22122022\r\n";

    [Theory]
    [InlineData("\u00020C000621A58E\u0003", true, false, "02 ··×10 38 45 03")]
    [InlineData("\u00020C000621A58E\u0003", false, false, "02 ··×12 03")]
    [InlineData("KC1:KYC7V0NG2T8QHANA\r\n", true, false, "··×18 4E 41 0D 0A")]
    [InlineData("213,02000\r", true, true, "32 31 33 2C 30 32 30 30 30 0D")]
    [InlineData("\r\n", false, false, "0D 0A")]
    [InlineData("7\r", false, false, "·· 0D")]
    public void Framing_is_shown_and_of_a_card_that_was_read_two_digits(string came, bool wasRead, bool showNumbers, string shown) =>
        Assert.Equal(shown, Arrival.Show(Encoding.Latin1.GetBytes(came), wasRead, showNumbers));

    [Fact]
    public void Nothing_of_a_citizen_cards_code_is_shown_whole_or_in_part_or_with_a_parity_bit()
    {
        var whole = Encoding.UTF8.GetBytes(NationalId);
        for (var end = 12; end <= whole.Length; end++)
            for (var start = 0; start <= 8; start++)
                AssertHidden(whole[(start is 0 || end > 13 ? start : 0)..end]);
        AssertHidden([.. whole.Select(b => (byte)(b | 0x80))]);
        AssertHidden("0791990012"u8.ToArray(), showNumbers: false);
    }

    [Fact]
    public void Of_binary_frames_nothing_but_zeros_at_the_ends_is_shown() =>
        Assert.Equal("00 00 ··×16 00", Arrival.Show(Convert.FromHexString("0000FF0CF4D54B010100040804" + "9D2F11A0" + "5100"), wasRead: true, showNumbers: false));

    private static void AssertHidden(byte[] bytes, bool showNumbers = true)
    {
        if (Arrival.Show(bytes, wasRead: false, showNumbers) is { } shown)
            Assert.DoesNotContain(shown.Split(' '), word => word.Length == 2 && word[0] is '3' or 'B');
    }
}

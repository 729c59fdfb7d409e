using KyCuong.Kiosk.Devices;
using KyCuong.Kiosk.Feedback;

namespace KyCuong.Kiosk.Tests.Devices;

public sealed class DisplayTextTests
{
    // 13/05/2026 08:05:30 in Việt Nam.
    private const long At = 1_778_634_330_000_000;
    private static readonly TimeZoneInfo Zone = TimeZoneInfo.FindSystemTimeZoneById("Asia/Ho_Chi_Minh");

    [Theory]
    [InlineData(VerdictKind.OnTime, "Nguyễn Thị Ánh Tuyết", "DUNG GIO            ", "NGUYEN THI ANH TUYET")]
    [InlineData(VerdictKind.Late, "Công Tằng Tôn Nữ Hoàng Thị Phương Nghiêm", "DI MUON 12 PHUT     ", "THI PHUONG NGHIEM   ")]
    [InlineData(VerdictKind.Left, "Đỗ Đức Đạt", "RA VE LUC 08:05     ", "DO DUC DAT          ")]
    [InlineData(VerdictKind.UnknownBadge, null, "THE CHUA DANG KY -  ", "LIEN HE VAN PHONG   ")]
    [InlineData(VerdictKind.LostBadge, null, "THE BAO MAT         ", "                    ")]
    [InlineData(VerdictKind.OnTime, "A\u001b[2J\u0000\u202eB\u000dC", "DUNG GIO            ", "A[2JBC              ")]
    public void Verdict_is_two_lines_of_plain_capitals(VerdictKind kind, string? name, string upper, string lower) =>
        Assert.Equal((upper, lower), DisplayText.Of(new Verdict(kind, "r1", At, 0, name, "VP", 12), Zone, discreet: false));

    [Fact]
    public void Every_verdict_has_two_lines_of_twenty_printable_characters()
    {
        foreach (var kind in Enum.GetValues<VerdictKind>())
        {
            foreach (var name in (string?[])[null, "Trần Văn Phúc", new string('ă', 50)])
            {
                var (upper, lower) = DisplayText.Of(new Verdict(kind, "r1", At, 0, name), Zone, discreet: false);
                Assert.All([upper, lower], line => Assert.Matches("^[ -~]{20}$", line));
            }
        }
    }

    [Fact]
    public void Discreet_display_says_of_everyone_that_they_are_recorded() =>
        Assert.Equal(
            DisplayText.Of(new Verdict(VerdictKind.OnTime, "r1", At, 0, "A", "VP"), Zone, discreet: true),
            DisplayText.Of(new Verdict(VerdictKind.Late, "r1", At, 0, "A", "VP", 12), Zone, discreet: true));
}

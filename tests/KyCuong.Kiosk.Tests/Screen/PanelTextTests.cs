using System.Reflection;
using KyCuong.Kiosk.Feedback;
using KyCuong.Kiosk.Screen;
using KyCuong.Readers;

namespace KyCuong.Kiosk.Tests.Screen;

public sealed class PanelTextTests
{
    // 13/05/2026 08:05:30 in Việt Nam.
    private const long At = 1_778_634_330_000_000;
    private const long MinuteUs = 60_000_000;
    private static readonly PanelRules Open = new(TimeZoneInfo.FindSystemTimeZoneById("Asia/Ho_Chi_Minh"), Discreet: false, Speak: false, TimeSpan.FromSeconds(3));

    private static readonly MethodInfo Table = typeof(PanelTextTests).GetMethod(nameof(Each_verdict_is_said_shown_heard_and_signalled_like_this))!;

    public static TheoryData<VerdictKind> Kinds => [.. Enum.GetValues<VerdictKind>()];

    [Theory]
    // Word for word what is read on the screen, with its colour, what is heard, and what the reader's own light and buzzer tell:
    // of them late is nothing else than in time, for the queue sees and hears them.
    [InlineData(VerdictKind.OnTime, "Đúng giờ", Tone.Good, Sound.Accepted, ReaderSignal.Recorded)]
    [InlineData(VerdictKind.Late, "Đi muộn 12 phút", Tone.Late, Sound.Late, ReaderSignal.Recorded)]
    [InlineData(VerdictKind.Left, "Ra về lúc 08:05", Tone.Good, Sound.Accepted, ReaderSignal.Recorded)]
    [InlineData(VerdictKind.Accepted, "Đã ghi nhận 08:05", Tone.Good, Sound.Accepted, ReaderSignal.Recorded)]
    [InlineData(VerdictKind.Repeat, "Đã ghi nhận lúc 07:21", Tone.Plain, Sound.Accepted, ReaderSignal.Again)]
    [InlineData(VerdictKind.AcceptedWithoutRoster, "Đã ghi nhận (chưa có danh sách)", Tone.Plain, Sound.Accepted, ReaderSignal.Recorded)]
    [InlineData(VerdictKind.Claimed, "Đã ghi nhận, chờ xác minh", Tone.Plain, Sound.Accepted, ReaderSignal.Recorded)]
    [InlineData(VerdictKind.UnknownBadge, "Thẻ chưa đăng ký – liên hệ Văn phòng", Tone.Bad, Sound.Refused, ReaderSignal.Refused)]
    [InlineData(VerdictKind.LostBadge, "Thẻ báo mất", Tone.Bad, Sound.Refused, ReaderSignal.Refused)]
    [InlineData(VerdictKind.BlockedBadge, "Thẻ đã khóa", Tone.Bad, Sound.Refused, ReaderSignal.Refused)]
    [InlineData(VerdictKind.AmbiguousBadge, "Không rõ thẻ của ai – liên hệ Văn phòng", Tone.Bad, Sound.Refused, ReaderSignal.Refused)]
    [InlineData(VerdictKind.Refused, "Không đọc được, thử lại", Tone.Bad, Sound.Refused, ReaderSignal.Refused)]
    [InlineData(VerdictKind.NationalId, "Đây là mã căn cước, hãy dùng thẻ cơ quan", Tone.Bad, Sound.Refused, ReaderSignal.Refused)]
    [InlineData(VerdictKind.TwoCards, "Chỉ đưa một thẻ", Tone.Bad, Sound.Refused, ReaderSignal.Refused)]
    [InlineData(VerdictKind.WrongPin, "Sai mã cán bộ hoặc mã PIN", Tone.Bad, Sound.Refused, ReaderSignal.Refused)]
    [InlineData(VerdictKind.OutOfService, "CHƯA GHI NHẬN: máy tạm ngừng phục vụ", Tone.Bad, Sound.Refused, ReaderSignal.OutOfService)]
    [InlineData(VerdictKind.ReaderFault, "Đầu đọc hỏng hoặc mất kết nối", null, null, null)]
    [InlineData(VerdictKind.ReaderRecovered, "Đầu đọc hoạt động trở lại", null, null, null)]
    [InlineData(VerdictKind.Retired, "Máy đã ngừng sử dụng", null, null, null)]
    public void Each_verdict_is_said_shown_heard_and_signalled_like_this(VerdictKind kind, string words, Tone? tone, Sound? sound, ReaderSignal? signal)
    {
        var verdict = new Verdict(kind, "r1", At, 0, LateMinutes: kind == VerdictKind.Late ? 12 : 0, EarlierUs: kind == VerdictKind.Repeat ? At - 44 * MinuteUs : null);
        var panel = PanelText.Of(1, verdict, Open);
        Assert.Equal((words, signal), (VerdictText.Title(verdict, Open.Zone), kind.AtReader()));
        Assert.Equal((tone is null ? null : words, tone, sound), (panel?.Title, panel?.Tone, panel?.Sound));
    }

    [Fact]
    public void No_verdict_is_missing_above() => Assert.Equal(
        Enum.GetValues<VerdictKind>().Order(),
        Table.GetCustomAttributes<InlineDataAttribute>().Select(line => (VerdictKind)line.GetData(Table).Single()[0]).Order());

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Nothing_is_spoken_unless_the_agency_switched_it_on_and_then_the_verdict_is(VerdictKind kind)
    {
        var verdict = new Verdict(kind, "r1", At, 0, "Nguyễn Văn Ân", "VP", 12, At - 1);
        Assert.Null(PanelText.Of(1, verdict, Open)?.Speech);
        var spoken = PanelText.Of(1, verdict, Open with { Speak = true });
        Assert.Equal(spoken?.Title, spoken?.Speech);
        // Discreet: no more is heard than is to be seen.
        var discreet = PanelText.Of(1, verdict, Open with { Speak = true, Discreet = true });
        Assert.Equal(discreet?.Title, discreet?.Speech);
        Assert.DoesNotContain("muộn", discreet?.Speech ?? "", StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Discreet_hides_everything_but_that_it_is_recorded_of_whoever_is_named(VerdictKind kind)
    {
        if (PanelText.Of(1, new Verdict(kind, "r1", At, 0, "Nguyễn Văn Ân", "VP", 12, At - 1), Open with { Discreet = true }) is not { } panel) return;
        Assert.Equal((Tone.Plain, Sound.Accepted), (panel.Tone, panel.Sound));
        Assert.Equal(kind == VerdictKind.Repeat ? "Đã ghi nhận lúc 08:05" : "Đã ghi nhận 08:05", panel.Title);
    }

    [Fact]
    public void Panel_has_the_time_of_the_agency_and_the_letter_of_the_given_name()
    {
        var panel = PanelText.Of(7, new Verdict(VerdictKind.Late, "r1", At, 0, "Nguyễn Văn ân ", "VP", 12, PersonId: 5, Photo: "ab"), Open with { Speak = true })!;
        Assert.Equal(new Panel(7, Tone.Late, "Đi muộn 12 phút", "Nguyễn Văn ân ", "VP", "Â", "/photo/ab", "08:05:30", Sound.Late, "Đi muộn 12 phút", 3000), panel);
    }
}

using KyCuong.Kiosk.Feedback;
using KyCuong.Kiosk.Screen;

namespace KyCuong.Kiosk.Tests.Screen;

public sealed class PanelTextTests
{
    // 13/05/2026 08:05:30 in Việt Nam.
    private const long At = 1_778_634_330_000_000;
    private static readonly PanelRules Open = new(TimeZoneInfo.FindSystemTimeZoneById("Asia/Ho_Chi_Minh"), Discreet: false, Speak: false, TimeSpan.FromSeconds(3));

    public static TheoryData<VerdictKind> Kinds => [.. Enum.GetValues<VerdictKind>()];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Each_verdict_has_words_a_look_and_a_signal(VerdictKind kind)
    {
        var verdict = new Verdict(kind, "r1", At, 0);
        Assert.NotEmpty(VerdictText.Title(verdict, Open.Zone));
        var panel = PanelText.Of(1, verdict, Open);
        Assert.Equal(kind.AtReader() is null, panel is null);
        if (panel is not null) Assert.Equal(kind.AtReader() is Readers.ReaderSignal.Refused or Readers.ReaderSignal.OutOfService, panel.Sound == Sound.Refused);
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
        Assert.Equal(new Panel(7, Tone.Late, "Đi muộn 12 phút", "Nguyễn Văn ân ", "VP", "Â", "/photo/ab", "08:05:30", Sound.Late, "Đi muộn 12 phút", false, 3000), panel);
    }
}

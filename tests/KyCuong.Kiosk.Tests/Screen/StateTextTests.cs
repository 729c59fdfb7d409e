using KyCuong.Kiosk.Screen;
using KyCuong.Protos.V1;
using static KyCuong.Kiosk.Tests.Screen.Standings;

namespace KyCuong.Kiosk.Tests.Screen;

/// <summary>What the page says while nobody taps, each sentence as an officer reads it.</summary>
public sealed class StateTextTests
{
    private const string ClockUnknown = "Đồng hồ chưa được máy chủ xác nhận";

    [Fact]
    public void Kiosk_with_which_nothing_is_wrong_complains_of_nothing() => Assert.Equal(
        new ScreenState(
            "Ban Quản lý", "Cổng chính", "Asia/Ho_Chi_Minh", Linked: true, "Đã kết nối máy chủ", "Chờ gửi: 0", "Giờ làm việc: 07:30–12:00 · 13:30–17:00", Stopped: null, [], Buttons: false, StaffCode: false,
            Pressed: null),
        StateText.Of(Good));

    [Fact]
    public void Clock_the_server_has_not_confirmed_is_said_and_taps_go_on()
    {
        var state = StateText.Of(Good with { ClockKnown = false });
        Assert.Equal([ClockUnknown], state.Faults);
        Assert.Null(state.Stopped);
    }

    [Fact]
    public void Kiosk_without_a_declared_reader_says_so()
    {
        var state = StateText.Of(Good with { Readers = [] });
        Assert.Equal(["Chưa khai báo đầu đọc nào"], state.Faults);
        // Staff codes may still be entered there.
        Assert.Null(state.Stopped);
    }

    [Theory]
    [InlineData(FaultCode.NotFound, "không tìm thấy")]
    [InlineData(FaultCode.AccessDenied, "không có quyền mở")]
    [InlineData(FaultCode.Busy, "chương trình khác đang giữ")]
    [InlineData(FaultCode.Unplugged, "mất kết nối")]
    [InlineData(FaultCode.NoAnswer, "không trả lời")]
    [InlineData(FaultCode.SettingsRefused, "không nhận thiết lập")]
    [InlineData(FaultCode.Io, "lỗi đọc ghi")]
    [InlineData(FaultCode.Garbled, "dữ liệu không đọc được")]
    [InlineData(FaultCode.Unspecified, "không rõ")]
    public void One_faulty_reader_is_named_with_what_it_has_while_another_works(FaultCode fault, string words)
    {
        var state = StateText.Of(Good with { Readers = [Works("vao"), Fails("ra", fault)] });
        Assert.Equal(["Đầu đọc ra: " + words], state.Faults);
        Assert.Null(state.Stopped);
    }

    [Fact]
    public void When_no_reader_works_nobody_is_invited_and_each_is_named()
    {
        var state = StateText.Of(Good with { Readers = [Fails("vao", FaultCode.Unplugged), Fails("ra", FaultCode.NoAnswer)] });
        Assert.Equal("Đầu đọc không hoạt động", state.Stopped);
        Assert.Equal(["Đầu đọc vao: mất kết nối", "Đầu đọc ra: không trả lời"], state.Faults);
    }

    [Fact]
    public void Readers_come_before_the_clock_and_all_that_is_wrong_is_said() => Assert.Equal(
        ["Đầu đọc ra: mất kết nối", ClockUnknown], StateText.Of(Good with { ClockKnown = false, Readers = [Works("vao"), Fails("ra", FaultCode.Unplugged)] }).Faults);

    [Theory]
    [InlineData(0UL, "Chờ gửi: 0")]
    [InlineData(1UL, "Chờ gửi: 1")]
    [InlineData(12_345UL, "Chờ gửi: 12345")]
    public void While_the_server_is_away_taps_are_kept_and_their_number_is_said(ulong unsent, string words)
    {
        var state = StateText.Of(Good with { Linked = false, Unsent = unsent });
        Assert.Equal((false, "Chưa nối được máy chủ – vẫn ghi nhận tại máy", words), (state.Linked, state.Link, state.Unsent));
        Assert.Null(state.Stopped);
        Assert.Empty(state.Faults);
    }

    [Fact]
    public void Journal_that_takes_nothing_stops_the_page_whatever_works() =>
        Assert.Equal("TẠM NGỪNG PHỤC VỤ", StateText.Of(Good with { OutOfService = "disk full" }).Stopped);

    [Fact]
    public void Retired_kiosk_says_that_before_anything_else() => Assert.Equal(
        "Máy đã ngừng sử dụng",
        StateText.Of(Good with { Identity = Good.Identity with { Retired = "replaced" }, OutOfService = "disk full", Readers = [Fails("vao", FaultCode.Unplugged)] }).Stopped);

    [Fact]
    public void Without_working_hours_none_are_shown() => Assert.Null(StateText.Of(Good with { Hours = null }).Hours);

    [Theory]
    [InlineData(Direction.In, "in")]
    [InlineData(Direction.Out, "out")]
    [InlineData(Direction.Unspecified, null)]
    public void Buttons_and_the_choice_that_waits_are_passed_on(Direction pressed, string? choice)
    {
        var state = StateText.Of(Good with { Buttons = true, StaffCode = true, Pressed = pressed });
        Assert.Equal((true, true, choice), (state.Buttons, state.StaffCode, state.Pressed));
    }
}

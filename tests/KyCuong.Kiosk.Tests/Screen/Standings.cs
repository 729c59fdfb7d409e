using KyCuong.Kiosk.Identity;
using KyCuong.Kiosk.Screen;
using KyCuong.Kiosk.Taps;
using KyCuong.Kiosk.Tests.Support;
using KyCuong.Protos.V1;

namespace KyCuong.Kiosk.Tests.Screen;

/// <summary>A kiosk with which nothing is wrong, to be made worse with <c>with</c>.</summary>
internal static class Standings
{
    private static readonly TestAuthority Authority = new();

    private static readonly KioskIdentity Identity = new()
    {
        Server = new Uri("https://server.example:7443/"), AgencyCode = "BQL", AgencyName = "Ban Quản lý", KioskId = 1, KioskCode = "CONG", KioskName = "Cổng chính",
        TimeZone = "Asia/Ho_Chi_Minh", BadgeKeys = [], Authority = Authority.Certificate, Certificate = Authority.Certificate,
    };

    public static readonly Standing Good = new(
        Identity, Linked: true, Unsent: 0, OutOfService: null, ClockKnown: true, [Works("vao"), Works("ra")], "Giờ làm việc: 07:30–12:00 · 13:30–17:00", Buttons: false, StaffCode: false,
        Direction.Unspecified);

    public static ReaderCondition Works(string reader) => new(reader, "tty:/dev/r", Working: true, Fault: null, SinceUs: 0, Reads: 0, Refused: 0, Dropped: 0);

    public static ReaderCondition Fails(string reader, FaultCode fault) => Works(reader) with { Working = false, Fault = fault };
}

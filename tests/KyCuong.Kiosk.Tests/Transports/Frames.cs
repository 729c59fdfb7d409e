using System.Text;

namespace KyCuong.Kiosk.Tests.Transports;

/// <summary>Frames from the datasheets, as readers send them (tests/KyCuong.Readers.Tests/vectors).</summary>
internal static class Frames
{
    public const string CardA = "0C000621A5";
    public const string CardB = "01026F6C3A";
    public const string Badge = "KC1:KYC7V0NG2T8QHANA";

    public static byte[] A => Encoding.ASCII.GetBytes("\u00020C000621A58E\u0003");

    public static byte[] B => Encoding.ASCII.GetBytes("\u000201026F6C3A3A\u0003");
}

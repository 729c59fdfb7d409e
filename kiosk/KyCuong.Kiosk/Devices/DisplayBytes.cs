using System.Text;

namespace KyCuong.Kiosk.Devices;

/// <summary>Two lines as bytes for a customer display (Epson DM-D and CD5220 command sets; VT100). Pure.</summary>
public static class DisplayBytes
{
    /// <summary>What puts a display into a known state after its power or plug was away.</summary>
    public static byte[] Initialise(DisplayDialect dialect) => dialect == DisplayDialect.Vt ? "\e[2J"u8.ToArray() : [0x1B, 0x40, 0x0C];

    /// <summary>The bytes that show these two lines, each of <see cref="DisplayText.Columns"/> printable ASCII characters.</summary>
    public static byte[] Show(DisplayDialect dialect, string upper, string lower) => dialect switch
    {
        // Each line is placed, so that a display which wraps and one which scrolls show the same.
        DisplayDialect.EscPos => [0x1F, 0x24, 1, 1, .. Encoding.ASCII.GetBytes(upper), 0x1F, 0x24, 1, 2, .. Encoding.ASCII.GetBytes(lower)],
        DisplayDialect.Cd5220 => [0x1B, 0x51, 0x41, .. Encoding.ASCII.GetBytes(upper), 0x0D, 0x1B, 0x51, 0x42, .. Encoding.ASCII.GetBytes(lower), 0x0D],
        DisplayDialect.Vt => Encoding.ASCII.GetBytes($"\e[1;1H{upper}\e[2;1H{lower}"),
        _ => throw new ArgumentOutOfRangeException(nameof(dialect), dialect, "No such dialect."),
    };
}

using System.Runtime.InteropServices;
using KyCuong.Kiosk.Resources;
using KyCuong.Readers;

namespace KyCuong.Kiosk.Transports.Com;

/// <summary>Settings of a serial line as Windows exchanges them (<c>DCB</c> of winbase.h, 28 bytes). Pure.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct Dcb
{
    private const uint Binary = 1;
    private const uint CheckParity = 1 << 1;
    private const uint DtrOn = 1 << 4;
    private const uint RtsOn = 1 << 12;

    /// <summary>All but the reserved ones: what is not set by us is flow control, replacing, dropping or stopping, and is off.</summary>
    private const uint OurFlags = 0x7FFF;

    /// <summary>As for a Linux line: a chip divides its clock, and up to 2 % is still read without error.</summary>
    private const int SpeedTolerancePercent = 2;

    private uint _length;
    private uint _speed;
    private uint _flags;
    private ushort _reserved;
    private ushort _xonLimit;
    private ushort _xoffLimit;
    private byte _dataBits;
    private byte _parity;
    private byte _stopBits;
    private byte _xon;
    private byte _xoff;
    private byte _error;
    private byte _end;
    private byte _event;
    private ushort _reserved1;

    /// <summary>Empty, to be filled by the line.</summary>
    public static Dcb New() => new() { _length = (uint)Marshal.SizeOf<Dcb>() };

    /// <summary>
    /// Makes the line raw with these settings: every byte through as it is, no flow control, an error stops nothing. The lines DTR and RTS are
    /// on, as programs of readers' makers have them: some readers take their power there.
    /// </summary>
    public void Set(LineSettings line)
    {
        _speed = (uint)line.Baud;
        _flags = (_flags & ~OurFlags) | Binary | DtrOn | RtsOn | (line.Parity == LineParity.None ? 0 : CheckParity);
        _dataBits = (byte)line.DataBits;
        _parity = line.Parity switch { LineParity.Odd => 1, LineParity.Even => 2, _ => 0 };
        _stopBits = (byte)(line.StopBits == 2 ? 2 : 0);
    }

    /// <summary>What the line did not take of <paramref name="wanted"/>; null when it took everything.</summary>
    public readonly string? DifferenceFrom(in Dcb wanted)
    {
        if (Math.Abs((long)_speed - wanted._speed) * 100 > (long)wanted._speed * SpeedTolerancePercent)
            return TransportText.SpeedDiffers(_speed, wanted._speed);
        return (_flags & OurFlags) != (wanted._flags & OurFlags) || _dataBits != wanted._dataBits || _parity != wanted._parity || _stopBits != wanted._stopBits
            ? TransportText.FrameDiffers
            : null;
    }
}

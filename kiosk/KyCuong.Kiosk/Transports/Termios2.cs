using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using KyCuong.Kiosk.Resources;
using KyCuong.Readers;

namespace KyCuong.Kiosk.Transports;

/// <summary>
/// Settings of a terminal as the Linux kernel exchanges them (<c>struct termios2</c>, 44 bytes, asm-generic: x86 and ARM). Taken
/// instead of the C library's <c>struct termios</c> because its meaning does not depend on the library's version (glibc 2.42
/// changed what a speed is) and because it takes any speed, e.g. the 14400 of some scanners.
/// </summary>
[StructLayout(LayoutKind.Sequential)]
internal struct Termios2
{
    private const uint CheckParity = 0x10;          // iflag INPCK

    private const uint SpeedMask = 0x100F;          // cflag CBAUD
    private const uint InputSpeedMask = 0x100F0000; // cflag CIBAUD; 0 = the same as output
    private const uint OtherSpeed = 0x1000;         // cflag BOTHER
    private const uint SizeMask = 0x30;             // cflag CSIZE
    private const uint Size7 = 0x20;
    private const uint Size8 = 0x30;
    private const uint TwoStopBits = 0x40;
    private const uint EnableReceiver = 0x80;
    private const uint EnableParity = 0x100;
    private const uint OddParity = 0x200;
    private const uint HangUpOnClose = 0x400;
    private const uint IgnoreModemLines = 0x800;
    private const uint StickParity = 0x40000000;
    private const uint HardwareFlow = 0x80000000;
    private const uint OurControlBits = SizeMask | TwoStopBits | EnableReceiver | EnableParity | OddParity | HangUpOnClose
        | IgnoreModemLines | StickParity | HardwareFlow;

    private const int TimeIndex = 5; // VTIME
    private const int MinIndex = 6;  // VMIN

    /// <summary>A chip divides its clock, so the speed it reports may be off; up to 2 % is still read without error.</summary>
    private const int SpeedTolerancePercent = 2;

    private uint _input;
    private uint _output;
    private uint _control;
    private uint _local;
    private byte _discipline;
    private ControlCharacters _characters;
    private uint _inputSpeed;
    private uint _outputSpeed;

    /// <summary>Speed that the line has, bits per second.</summary>
    public readonly uint Speed => _outputSpeed;

    /// <summary>
    /// Makes the line raw with these settings: every byte through as it is, no echo, no signals, no flow control, modem lines
    /// ignored, and reads that return at once.
    /// </summary>
    public void Set(LineSettings line)
    {
        _input = line.Parity == LineParity.None ? 0 : CheckParity;
        _output = 0;
        _local = 0;
        _control &= ~(OurControlBits | SpeedMask | InputSpeedMask);
        _control |= EnableReceiver | IgnoreModemLines | (line.DataBits == 7 ? Size7 : Size8) | SpeedCode(line.Baud);
        if (line.StopBits == 2)
            _control |= TwoStopBits;
        if (line.Parity != LineParity.None)
            _control |= EnableParity;
        if (line.Parity == LineParity.Odd)
            _control |= OddParity;
        _characters[TimeIndex] = 0;
        _characters[MinIndex] = 0;
        _inputSpeed = _outputSpeed = (uint)line.Baud;
    }

    /// <summary>What the line did not take of <paramref name="wanted"/>; null when it took everything. Setting succeeds if any part does.</summary>
    public readonly string? DifferenceFrom(in Termios2 wanted)
    {
        if (Math.Abs((long)_outputSpeed - wanted._outputSpeed) * 100 > (long)wanted._outputSpeed * SpeedTolerancePercent)
            return TransportText.SpeedDiffers(_outputSpeed, wanted._outputSpeed);
        if ((_control & OurControlBits) != (wanted._control & OurControlBits))
            return TransportText.FrameDiffers;
        if (_input != wanted._input || _output != wanted._output || _local != wanted._local
            || _characters[TimeIndex] != 0 || _characters[MinIndex] != 0)
            return TransportText.NotRaw;
        return null;
    }

    private static uint SpeedCode(int baud) => baud switch
    {
        300 => 7, 600 => 8, 1200 => 9, 2400 => 11, 4800 => 12, 9600 => 13, 19200 => 14, 38400 => 15,
        57600 => 0x1001, 115200 => 0x1002, 230400 => 0x1003, 460800 => 0x1004, 921600 => 0x1007,
        _ => OtherSpeed,
    };

    [InlineArray(19)]
    private struct ControlCharacters
    {
        private byte _first;
    }
}

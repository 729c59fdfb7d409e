using System.Runtime.InteropServices;
using KyCuong.Kiosk.Transports.Com;
using KyCuong.Readers;

namespace KyCuong.Kiosk.Tests.Transports;

/// <summary>What is decided about a Windows serial line. The line itself is opened by tests/windows.sh.</summary>
public sealed class ComTests
{
    /// <summary>Bytes as winbase.h lays out a DCB: length, speed, flags, limits, data bits, parity, stop bits.</summary>
    [Theory]
    [InlineData("9600 8N1", "1C000000 80250000 11100000 0000 0000 0000 08 00 00")]
    [InlineData("115200 7E1", "1C000000 00C20100 13100000 0000 0000 0000 07 02 00")]
    [InlineData("4800 8O2", "1C000000 C0120000 13100000 0000 0000 0000 08 01 02")]
    public void Settings_are_laid_out_as_windows_takes_them(string line, string expected)
    {
        Assert.True(LineSettings.TryParse(line, out var settings));
        var dcb = Dcb.New();
        dcb.Set(settings);
        var bytes = MemoryMarshal.AsBytes(new ReadOnlySpan<Dcb>(in dcb));
        Assert.Equal(28, bytes.Length);
        Assert.Equal(Convert.FromHexString(expected.Replace(" ", "", StringComparison.Ordinal)), bytes[..21].ToArray());
    }

    [Fact]
    public void Flow_control_and_stopping_at_errors_are_switched_off_and_reserved_bits_kept()
    {
        var dcb = With(flags: 0xFFFF_FFFF);
        dcb.Set(new LineSettings(9600));
        Assert.Equal(0xFFFF_8000u | 0x1011u, BitConverter.ToUInt32(MemoryMarshal.AsBytes(new ReadOnlySpan<Dcb>(in dcb))[8..12]));
    }

    [Theory]
    [InlineData(9600u, 0x1011u, null)]
    [InlineData(9615u, 0x1011u, null)]
    [InlineData(9800u, 0x1011u, "9800")]
    [InlineData(9600u, 0x3011u, "điều khiển luồng")]
    [InlineData(9600u, 0x1013u, "chẵn lẻ")]
    public void What_the_line_did_not_take_is_named(uint speed, uint flags, string? says)
    {
        var wanted = Dcb.New();
        wanted.Set(new LineSettings(9600));
        var difference = With(flags, speed).DifferenceFrom(wanted);
        if (says is null) Assert.Null(difference);
        else Assert.Contains(says, difference, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(2, ReaderFault.NotFound)]
    [InlineData(433, ReaderFault.NotFound)]
    [InlineData(5, ReaderFault.Busy)]
    [InlineData(32, ReaderFault.Busy)]
    [InlineData(121, ReaderFault.Io)]
    public void A_line_that_cannot_be_opened_says_why(int error, ReaderFault fault)
    {
        var refused = ComError.AtOpen("com:COM5", error);
        Assert.Equal(fault, refused.Fault);
        Assert.StartsWith("com:COM5", refused.Message, StringComparison.Ordinal);
    }

    /// <summary>The numbers that drivers were seen to give for a pulled plug; 5 at opening means something else.</summary>
    [Theory]
    [InlineData(5)]
    [InlineData(22)]
    [InlineData(31)]
    [InlineData(433)]
    [InlineData(995)]
    [InlineData(1167)]
    public void An_open_line_that_fails_so_was_unplugged(int error) => Assert.Equal(ReaderFault.Unplugged, ComError.WhileOpen("com:COM5", error).Fault);

    [Fact]
    public void Another_error_of_an_open_line_is_told_with_its_number() => Assert.Contains("(1117)", ComError.WhileOpen("com:COM5", 1117).Message, StringComparison.Ordinal);

    private static Dcb With(uint flags, uint speed = 9600)
    {
        var bytes = new byte[28];
        BitConverter.TryWriteBytes(bytes.AsSpan(0), 28);
        BitConverter.TryWriteBytes(bytes.AsSpan(4), speed);
        BitConverter.TryWriteBytes(bytes.AsSpan(8), flags);
        bytes[18] = 8;
        return MemoryMarshal.Read<Dcb>(bytes);
    }
}

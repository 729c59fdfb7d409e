using KyCuong.Kiosk.Transports;

namespace KyCuong.Kiosk.Tests.Transports;

public sealed class ReaderAddressTests
{
    [Theory]
    [InlineData("tty:/dev/serial/by-id/usb-FTDI_FT232R-if00-port0", "tty:/dev/serial/by-id/usb-FTDI_FT232R-if00-port0")]
    [InlineData("tcp://10.0.0.7:4001", "tcp://10.0.0.7:4001")]
    [InlineData("tcp://cong-chinh.local:4001/", "tcp://cong-chinh.local:4001")]
    [InlineData("tcp://[::1]:4001", "tcp://[::1]:4001")]
    public void Address_is_understood_and_written_back(string text, string canonical)
    {
        var address = ReaderAddress.Parse(text);
        Assert.Equal(canonical, address.ToString());
        Assert.Equal(address, ReaderAddress.Parse(canonical));
    }

    [Theory]
    [InlineData("", "no known kind")]
    [InlineData("/dev/ttyUSB0", "no known kind")]
    [InlineData("COM5", "no known kind")]
    [InlineData("http://10.0.0.7:4001", "no known kind")]
    [InlineData("tty:", "names no device")]
    [InlineData("tty:ttyUSB0", "names no device")]
    [InlineData("tty:/", "names no device")]
    [InlineData("tty:/dev/", "names no device")]
    [InlineData("tcp://10.0.0.7", "has no port")]
    [InlineData("tcp://10.0.0.7:0", "has no port")]
    [InlineData("tcp://10.0.0.7:65536", "not understood")]
    [InlineData("tcp://:4001", "not understood")]
    [InlineData("tcp:10.0.0.7:4001", "not understood")]
    [InlineData("tcp://u:p@10.0.0.7:4001", "not understood")]
    [InlineData("tcp://10.0.0.7:4001/path", "not understood")]
    [InlineData("tcp://10.0.0.7:4001?x=1", "not understood")]
    public void Anything_else_is_refused_with_one_sentence_that_shows_what_to_write(string text, string says)
    {
        Assert.False(ReaderAddress.TryParse(text, out _, out var error));
        Assert.Contains(says, error, StringComparison.Ordinal);
        Assert.Contains($"\"{text}\"", error, StringComparison.Ordinal);
        Assert.Contains("write t", error, StringComparison.Ordinal);
        Assert.Equal(error, Assert.Throws<FormatException>(() => ReaderAddress.Parse(text)).Message);
    }
}

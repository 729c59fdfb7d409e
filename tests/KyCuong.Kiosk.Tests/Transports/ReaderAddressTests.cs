using KyCuong.Kiosk.Tests.Support;
using KyCuong.Kiosk.Transports;
using KyCuong.Readers;

namespace KyCuong.Kiosk.Tests.Transports;

public sealed class ReaderAddressTests
{
    [Theory]
    [InlineData("tty:/dev/serial/by-id/usb-FTDI_FT232R-if00-port0", "tty:/dev/serial/by-id/usb-FTDI_FT232R-if00-port0")]
    [InlineData("tcp://10.0.0.7:4001", "tcp://10.0.0.7:4001")]
    [InlineData("tcp://cong-chinh.local:4001/", "tcp://cong-chinh.local:4001")]
    [InlineData("tcp://[::1]:4001", "tcp://[::1]:4001")]
    [InlineData("evdev:/dev/input/by-id/usb-A-event-kbd", "evdev:/dev/input/by-id/usb-A-event-kbd")]
    [InlineData("evdev-stand-in:/tmp/keys", "evdev-stand-in:/tmp/keys")]
    [InlineData("pcsc:ACS ACR122U PICC Interface 00 00", "pcsc:ACS ACR122U PICC Interface 00 00")]
    [InlineData("pcsc: ACS ACR122U ", "pcsc:ACS ACR122U")]
    [InlineData("pcsc:*", "pcsc:*")]
    [InlineData("com:COM5", "com:COM5")]
    [InlineData("rawinput:VID_08FF&PID_0009", "rawinput:VID_08FF&PID_0009")]
    [InlineData("rawinput:vid_08ff&pid_0009&mi_00#7&2a5b&0&0000", "rawinput:VID_08FF&PID_0009&MI_00#7&2A5B&0&0000")]
    [InlineData("com:com256", "com:COM256")]
    public void Address_is_understood_and_written_back(string text, string canonical)
    {
        var address = ReaderAddress.Parse(text);
        Assert.Equal(canonical, address.ToString());
        Assert.Equal(address, ReaderAddress.Parse(canonical));
    }

    [Theory]
    [InlineData("", "không thuộc loại nào đã biết")]
    [InlineData("/dev/ttyUSB0", "không thuộc loại nào đã biết")]
    [InlineData("COM5", "không thuộc loại nào đã biết")]
    [InlineData("http://10.0.0.7:4001", "không thuộc loại nào đã biết")]
    [InlineData("tty:", "không nêu thiết bị")]
    [InlineData("tty:ttyUSB0", "không nêu thiết bị")]
    [InlineData("tty:/", "không nêu thiết bị")]
    [InlineData("tty:/dev/", "không nêu thiết bị")]
    [InlineData("evdev/dev/input/event3", "không thuộc loại nào đã biết")]
    [InlineData("tcp://10.0.0.7", "thiếu cổng")]
    [InlineData("tcp://10.0.0.7:0", "thiếu cổng")]
    [InlineData("tcp://10.0.0.7:65536", "sai định dạng")]
    [InlineData("tcp://:4001", "sai định dạng")]
    [InlineData("tcp:10.0.0.7:4001", "sai định dạng")]
    [InlineData("tcp://u:p@10.0.0.7:4001", "sai định dạng")]
    [InlineData("tcp://10.0.0.7:4001/path", "sai định dạng")]
    [InlineData("tcp://10.0.0.7:4001?x=1", "sai định dạng")]
    public void Anything_else_is_refused_with_one_sentence_that_shows_what_to_write(string text, string says)
    {
        Assert.False(ReaderAddress.TryParse(text, out _, out var error));
        Assert.Contains(says, error, StringComparison.Ordinal);
        Assert.Contains($"\"{text}\"", error, StringComparison.Ordinal);
        Assert.Contains("hãy ghi t", error, StringComparison.Ordinal);
        Assert.Equal(error, Assert.Throws<FormatException>(() => ReaderAddress.Parse(text)).Message);
    }

    [Theory]
    [InlineData("evdev:")]
    [InlineData("evdev:event3")]
    [InlineData("evdev:/dev/input/")]
    public void Keyboard_without_a_path_is_refused_with_one_sentence_that_shows_what_to_write(string text)
    {
        Assert.False(ReaderAddress.TryParse(text, out _, out var error));
        Assert.Contains($"\"{text}\" không nêu thiết bị: hãy ghi evdev:", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("pcsc:")]
    [InlineData("pcsc: ")]
    [InlineData("pcsc:ACS\tACR122U")]
    public void Smart_card_reader_without_a_name_is_refused_with_one_sentence_that_shows_what_to_write(string text)
    {
        Assert.False(ReaderAddress.TryParse(text, out _, out var error));
        Assert.Contains($"\"{text}\" không nêu tên đầu đọc: hãy ghi pcsc:", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("com:")]
    [InlineData("com:5")]
    [InlineData("com:COM")]
    [InlineData("com:COM0")]
    [InlineData("com:COM05")]
    [InlineData("com:COM4097")]
    [InlineData("com:COM5:")]
    [InlineData("com:LPT1")]
    [InlineData(@"com:\\.\COM5")]
    [InlineData(@"com:COM5\..\CON")]
    public void Anything_but_a_serial_line_of_windows_is_refused_after_com(string text)
    {
        Assert.False(ReaderAddress.TryParse(text, out _, out var error));
        Assert.Contains($"\"{text}\" không nêu cổng: hãy ghi com:", error, StringComparison.Ordinal);
    }

    [Fact]
    public void Serial_line_of_windows_is_refused_on_linux_with_a_sentence()
    {
        var refused = Assert.Throws<TransportException>(() => ReaderAddress.Parse("com:COM5").Open(new LineSettings(9600), RealClock.Wall, CancellationToken.None));
        Assert.Equal(ReaderFault.SettingsRefused, refused.Fault);
        Assert.Contains("hãy ghi tty:", refused.Message, StringComparison.Ordinal);
    }
}

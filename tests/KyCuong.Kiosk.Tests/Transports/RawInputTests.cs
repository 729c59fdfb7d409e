using KyCuong.Kiosk.Transports;
using KyCuong.Kiosk.Transports.RawInput;
using KyCuong.Readers;
using KyCuong.Readers.Cards;
using KyCuong.Readers.Keyboard;

namespace KyCuong.Kiosk.Tests.Transports;

/// <summary>What is decided about raw keyboards of Windows. That Windows gives the keys was not seen.</summary>
public sealed class RawInputTests
{
    /// <summary>As in Microsoft's description of raw input.</summary>
    private const string Device = @"\\?\HID#VID_08FF&PID_0009&MI_00#7&2a5b1c&0&0000#{884b96c3-56ef-11d1-bc8c-00a0c91405dd}";

    [Theory]
    [InlineData("VID_08FF&PID_0009", true)]
    [InlineData("VID_08FF&PID_0009&MI_00", true)]
    [InlineData("VID_08FF&PID_0009#7&2A5B1C&0&0000", true)]
    [InlineData("VID_08FF&PID_0009#7&2A5B1C&0&0001", false)]
    [InlineData("VID_08FF&PID_0009&MI_01", false)]
    [InlineData("VID_08FF&PID_000A", false)]
    public void A_keyboard_is_bound_by_its_device(string written, bool means)
    {
        Assert.True(RawKeyboardName.TryParse(written, out var name));
        Assert.Equal(means, name.Means(RawKeyboardName.OfDevice(Device)!));
    }

    [Theory]
    [InlineData("")]
    [InlineData("VID_08FF")]
    [InlineData("VID_08F&PID_0009")]
    [InlineData("VID_08FF&PID_00099")]
    [InlineData("VID_08FF&PID_0009#")]
    [InlineData("VID_08FF&PID_0009#7#8")]
    [InlineData("VID_08FF&PID_0009\n")]
    public void What_names_no_maker_and_product_is_refused(string written)
    {
        Assert.False(RawKeyboardName.TryParse(written, out _));
        Assert.False(ReaderAddress.TryParse("rawinput:" + written, out _, out var error));
        Assert.Contains("hãy ghi rawinput:VID_", error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_keyboard_without_maker_and_product_is_none_that_can_be_bound() =>
        Assert.Null(RawKeyboardName.OfDevice(@"\\?\ACPI#PNP0303#4&5d18f2df&0#{884b96c3-56ef-11d1-bc8c-00a0c91405dd}"));

    [Theory]
    [InlineData(1_000u, 5_000, 1_000_000)]
    [InlineData(5_000u, 5_000, 5_000_000)]
    [InlineData(5_010u, 5_000, 5_000_000)]                       // the other counter is ahead
    [InlineData(0xFFFF_FFF0u, 0x1_0000_0010, 0xFFFF_FFF0L * 1000)] // sent before the 32 bits began anew
    public void The_time_of_a_message_has_its_upper_half_from_the_clock(uint sent, long now, long microseconds) =>
        Assert.Equal(microseconds, MessageTime.Microseconds(sent, now));

    [Fact]
    public void Keys_come_out_as_records_the_driver_reads()
    {
        var queue = new KeyQueue();
        var t = 1_000_000L;
        // 8H10D of tag 0110185C5B as in vectors/keyboard.txt; scan codes: Microsoft, "Keyboard scan code specification", set 1.
        foreach (var make in (ushort[])[0x0B, 0x03, 0x08, 0x0B, 0x0B, 0x04, 0x02, 0x0A, 0x07, 0x04, 0x1C])
            Strike(queue, make, t += 8_000);
        Assert.Equal(["10185C5B"], Read(queue));
    }

    [Fact]
    public void Keys_that_found_no_room_are_told_as_lost_and_their_line_refused()
    {
        var queue = new KeyQueue();
        for (var i = 0; i < KeyQueue.MaxBytes / WindowsKeys.MaxBytes / 2; i++) Strike(queue, 0x02, 1_000_000 + i * 8_000L);
        Strike(queue, 0x1C, 60_000_000);
        Assert.Equal(["!BadFrame"], Read(queue));
    }

    [Fact]
    public void Only_whole_records_are_given()
    {
        var queue = new KeyQueue();
        Strike(queue, 0x02, 1_000_000);
        Assert.Equal(EvdevTransport.RecordBytes * 2, queue.Take(new byte[EvdevTransport.RecordBytes * 3 - 1]));
    }

    private static void Strike(KeyQueue queue, ushort make, long t)
    {
        queue.Add(make, 0, t);
        queue.Add(make, 1, t + 4_000);
    }

    private static List<string> Read(KeyQueue queue)
    {
        var sink = new Sink();
        var driver = new KeyboardProtocol().New(ReaderOptions.Default with { Format = CardFormat.TagLow32 }, sink);
        driver.Opened(0);
        var buffer = new byte[TransportLimits.ReadBufferBytes];
        var t = 70_000_000L;
        while (queue.Take(buffer) is > 0 and var count) driver.Bytes(buffer.AsSpan(0, count), t);
        driver.Tick(t + 1_000_000);
        return sink.Heard;
    }

    private sealed class Sink : IReaderSink
    {
        public List<string> Heard { get; } = [];

        public void Read(RawRead read) => Heard.Add(Convert.ToHexString(read.Value.Span));

        public void Refused(RefusedRead refused) => Heard.Add($"!{refused.Reason}");

        public void Send(ReadOnlySpan<byte> bytes)
        {
        }

        public void Fault(ReaderFault fault, long t)
        {
        }

        public void Working(long t)
        {
        }

        public void ReadTogether(RawRead first, RawRead? second)
        {
        }

        public void Nothing(long t)
        {
        }
    }
}

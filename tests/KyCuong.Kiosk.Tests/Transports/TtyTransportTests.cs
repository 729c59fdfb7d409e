using KyCuong.Kiosk.Transports;
using KyCuong.Readers;
using KyCuong.Testing;

namespace KyCuong.Kiosk.Tests.Transports;

public sealed class TtyTransportTests
{
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(30);
    private static readonly LineSettings Line = new(9600);

    [Fact]
    public void Every_byte_value_passes_unchanged_both_ways()
    {
        using var pty = new PtyPair(cooked: true);
        using var transport = TtyTransport.Open(pty.Link, Line);
        var all = Enumerable.Range(0, 256).Select(b => (byte)b).ToArray();
        pty.Send(all);
        Assert.Equal(all, ReadExactly(transport, all.Length));
        transport.Write(all);
        Assert.Equal(all, pty.Receive(all.Length));
    }

    [Theory]
    [InlineData(9600)]
    [InlineData(14400)]
    [InlineData(115200)]
    [InlineData(250000)]
    public void Line_gets_its_speed_odd_ones_too(int baud)
    {
        using var pty = new PtyPair();
        using var transport = TtyTransport.Open(pty.Link, new LineSettings(baud));
        Assert.Equal(baud, pty.Baud);
    }

    [Fact]
    public void Setting_the_line_did_not_take_is_found_by_reading_back()
    {
        // A pseudo-terminal takes the call and keeps 8 data bits without parity, as some adapters do.
        using var pty = new PtyPair();
        var e = Assert.Throws<TransportException>(() => TtyTransport.Open(pty.Link, new LineSettings(9600, 7, LineParity.Even)));
        Assert.Equal(ReaderFault.SettingsRefused, e.Fault);
        Assert.Contains("không nhận thiết lập 9600 7E1", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Line_in_use_is_refused_and_free_again_after_closing()
    {
        using var pty = new PtyPair();
        using (TtyTransport.Open(pty.Link, Line))
        {
            var e = Assert.Throws<TransportException>(() => TtyTransport.Open(pty.Link, Line));
            Assert.Equal(ReaderFault.Busy, e.Fault);
        }

        TtyTransport.Open(pty.Link, Line).Dispose();
    }

    [Fact]
    public void Programs_that_know_nothing_of_locks_are_turned_away_too()
    {
        // Asked of the kernel rather than tried: root, whom tests often run as, may always open.
        using var pty = new PtyPair();
        Assert.False(pty.IsExclusive);
        using var transport = TtyTransport.Open(pty.Link, Line);
        Assert.True(pty.IsExclusive);
    }

    [Fact]
    public void Refused_second_opening_leaves_the_settings_of_the_first()
    {
        using var pty = new PtyPair();
        using var first = TtyTransport.Open(pty.Link, Line);
        Assert.Throws<TransportException>(() => TtyTransport.Open(pty.Link, new LineSettings(115200)));
        Assert.Equal(9600, pty.Baud);
    }

    [Fact]
    public void Bytes_from_before_the_opening_are_thrown_away()
    {
        using var pty = new PtyPair();
        pty.Send(Frames.A);
        using var transport = TtyTransport.Open(pty.Link, Line);
        pty.Send(Frames.B);
        Assert.Equal(Frames.B, ReadExactly(transport, Frames.B.Length));
    }

    [Fact]
    public void Silent_line_reads_nothing_when_the_wait_is_over()
    {
        using var pty = new PtyPair();
        using var transport = TtyTransport.Open(pty.Link, Line);
        Assert.Equal(0, transport.Read(new byte[16], TimeSpan.Zero));
        Assert.Equal(0, transport.Read(new byte[16], TimeSpan.FromMilliseconds(20)));
    }

    [Fact]
    public async Task Waiting_read_is_woken_from_another_thread_and_only_once()
    {
        using var pty = new PtyPair();
        using var transport = TtyTransport.Open(pty.Link, Line);
        var reading = Task.Factory.StartNew(() => transport.Read(new byte[16], TimeSpan.FromHours(1)), TaskCreationOptions.LongRunning);
        transport.Wake();
        transport.Wake();
        Assert.Equal(0, await reading.WaitAsync(Long));
        pty.Send(Frames.A);
        Assert.Equal(Frames.A, ReadExactly(transport, Frames.A.Length));
    }

    [Fact]
    public void Pulled_plug_is_said_after_the_bytes_that_had_come()
    {
        using var pty = new PtyPair();
        using var transport = TtyTransport.Open(pty.Link, Line);
        pty.Unplug();
        var e = Assert.Throws<TransportException>(() => transport.Read(new byte[16], Long));
        Assert.Equal(ReaderFault.Unplugged, e.Fault);
        Assert.Equal(ReaderFault.Unplugged, Assert.Throws<TransportException>(() => transport.Write(Frames.A)).Fault);
    }

    [Fact]
    public void Reader_that_takes_no_bytes_fails_the_write_instead_of_blocking_for_ever()
    {
        using var pty = new PtyPair();
        using var transport = TtyTransport.Open(pty.Link, Line);
        var e = Assert.Throws<TransportException>(() => transport.Write(new byte[1 << 20]));
        Assert.Contains("không nhận dữ liệu", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Missing_port_is_named_with_what_to_do()
    {
        var e = Assert.Throws<TransportException>(() => TtyTransport.Open("/dev/serial/by-id/usb-none", Line));
        Assert.Equal(ReaderFault.NotFound, e.Fault);
        Assert.Contains("tty:/dev/serial/by-id/usb-none không có; hãy cắm đầu đọc", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Device_of_another_kind_is_no_serial_line()
    {
        var e = Assert.Throws<TransportException>(() => TtyTransport.Open("/dev/null", Line));
        Assert.Equal(ReaderFault.SettingsRefused, e.Fault);
        Assert.Contains("không phải là cổng nối tiếp", e.Message, StringComparison.Ordinal);
    }

    private static byte[] ReadExactly(TtyTransport transport, int count)
    {
        var got = new List<byte>();
        var buffer = new byte[count];
        while (got.Count < count)
        {
            var n = transport.Read(buffer, Long);
            if (n > 0)
                got.AddRange(buffer.AsSpan(0, n));
        }

        return [.. got];
    }
}

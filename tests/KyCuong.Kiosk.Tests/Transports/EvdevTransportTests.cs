using System.Diagnostics;
using System.Runtime.InteropServices;
using KyCuong.Kiosk.Tests.Support;
using KyCuong.Kiosk.Transports;
using KyCuong.Readers;
using KyCuong.Testing;

namespace KyCuong.Kiosk.Tests.Transports;

/// <summary>
/// Without a keyboard: a FIFO and a terminal stand in. What is asked of a real device (to be grabbed, to be stamped by the monotonic clock), and
/// that another program may hold it, is shown by <see cref="EvdevGrabTests"/>.
/// </summary>
public sealed class EvdevTransportTests : IDisposable
{
    private const string Tag = "0407821498";
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(30);
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private string Fifo()
    {
        var path = _folder.File("usb-Reader-event-kbd");
        using var made = Process.Start("mkfifo", ["-m", "600", path]);
        made.WaitForExit();
        Assert.Equal(0, made.ExitCode);
        return path;
    }

    [Fact]
    public void Records_come_in_whole_ones_whatever_room_there_is()
    {
        var path = Fifo();
        using var transport = EvdevTransport.Open(path, standIn: true);
        using var reader = File.OpenWrite(path);
        var records = KeyRecords.Type(Tag);
        reader.Write(records);
        reader.Flush();
        var got = new List<byte>();
        var buffer = new byte[100];
        while (got.Count < records.Length)
        {
            var count = transport.Read(buffer, Long);
            Assert.Equal(0, count % EvdevTransport.RecordBytes);
            got.AddRange(buffer.AsSpan(0, count));
        }

        Assert.Equal(records, got);
        Assert.Throws<ArgumentOutOfRangeException>(() => transport.Read(new byte[23], Long));
    }

    [Fact]
    public void Silent_keyboard_reads_nothing_and_is_not_gone()
    {
        using var transport = EvdevTransport.Open(Fifo(), standIn: true);
        Assert.Equal(0, transport.Read(new byte[24], TimeSpan.FromMilliseconds(20)));
        Assert.Equal(0, transport.Read(new byte[24], TimeSpan.Zero));
    }

    [Fact]
    public async Task Waiting_read_is_woken_from_another_thread()
    {
        using var transport = EvdevTransport.Open(Fifo(), standIn: true);
        var reading = Task.Factory.StartNew(() => transport.Read(new byte[24], TimeSpan.FromHours(1)), TaskCreationOptions.LongRunning);
        transport.Wake();
        Assert.Equal(0, await reading.WaitAsync(Long));
    }

    [Fact]
    public void Pulled_plug_is_said_after_the_records_that_had_come()
    {
        var path = Fifo();
        using var transport = EvdevTransport.Open(path, standIn: true);
        using (var reader = File.OpenWrite(path))
            reader.Write(new byte[48]);
        Assert.Equal(48, transport.Read(new byte[96], Long));
        var e = Assert.Throws<TransportException>(() => transport.Read(new byte[96], Long));
        Assert.Equal(ReaderFault.Unplugged, e.Fault);
        Assert.Contains($"evdev:{path} đã bị rút ra", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Missing_keyboard_is_named_with_where_to_look()
    {
        var e = Assert.Throws<TransportException>(() => EvdevTransport.Open("/dev/input/by-id/usb-none-event-kbd", standIn: false));
        Assert.Equal(ReaderFault.NotFound, e.Fault);
        Assert.Contains("evdev:/dev/input/by-id/usb-none-event-kbd không có; hãy cắm đầu đọc", e.Message, StringComparison.Ordinal);
        Assert.Contains("/dev/input/by-id", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_no_keyboard_is_refused()
    {
        var file = _folder.File("file");
        File.WriteAllBytes(file, new byte[24]);
        using var pty = new PtyPair();
        foreach (var path in (string[])[file, "/dev/null", Fifo(), pty.Link])
            AssertNotKeyboard(path, standIn: false);
    }

    [Fact]
    public void File_may_not_even_stand_in_for_a_keyboard()
    {
        var file = _folder.File("file");
        File.WriteAllBytes(file, new byte[24]);
        AssertNotKeyboard(file, standIn: true);
        AssertNotKeyboard("/dev/null", standIn: true);
    }

    [Fact]
    public async Task Keyboard_that_the_user_may_not_open_names_the_group()
    {
        var path = Fifo();
        File.SetUnixFileMode(path, UnixFileMode.None);
        var e = await OnThreadOfNobody(() => Assert.Throws<TransportException>(() => EvdevTransport.Open(path, standIn: true)));
        Assert.Equal(ReaderFault.AccessDenied, e.Fault);
        Assert.Contains("nhóm input", e.Message, StringComparison.Ordinal);
    }

    private static void AssertNotKeyboard(string path, bool standIn)
    {
        var e = Assert.Throws<TransportException>(() => EvdevTransport.Open(path, standIn));
        Assert.Equal(ReaderFault.SettingsRefused, e.Fault);
        Assert.Contains("không phải là bàn phím", e.Message, StringComparison.Ordinal);
        Assert.Contains("-event-kbd", e.Message, StringComparison.Ordinal);
    }

    // Root may open everything; on Linux the user whose rights to files count is each thread's own.
    private static Task<T> OnThreadOfNobody<T>(Func<T> act) => Task.Factory.StartNew(
        () =>
        {
            var before = setfsuid(65534);
            try
            {
                return act();
            }
            finally
            {
                _ = setfsuid(before);
            }
        },
        CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

#pragma warning disable IDE1006, SYSLIB1054 // Name of the C library; this project has no unsafe code, which generated marshalling would need.
    [DllImport("libc")]
    private static extern int setfsuid(int user);
#pragma warning restore IDE1006, SYSLIB1054
}

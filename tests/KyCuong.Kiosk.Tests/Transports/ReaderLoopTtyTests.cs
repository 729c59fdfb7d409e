using System.Text;
using KyCuong.Kiosk.Transports;
using KyCuong.Testing;

namespace KyCuong.Kiosk.Tests.Transports;

public sealed class ReaderLoopTtyTests
{
    [Fact]
    public async Task Held_card_is_one_tap_and_another_card_is_another()
    {
        using var pty = new PtyPair();
        await using var reader = new RunningReader("tty:" + pty.Link, hold: RunningReader.Endless);
        reader.Expect("ready");
        for (var i = 0; i < 20; i++)
            pty.Send(Frames.A);
        reader.Expect("tap " + Frames.CardA);
        pty.Send(Frames.B);
        reader.Expect("tap " + Frames.CardB);
        await reader.StopAsync();
    }

    [Fact]
    public async Task Card_that_is_held_while_the_machine_is_too_busy_to_read_is_one_tap_and_another_when_it_had_gone()
    {
        using var pty = new PtyPair();
        await using var reader = new RunningReader("tty:" + pty.Link, hold: TimeSpan.FromMilliseconds(400), silence: RunningReader.Endless);
        using var busy = new ManualResetEventSlim();
        reader.Expect("ready");
        reader.WhileTap = busy;
        pty.Send(Frames.A);
        reader.Expect("tap " + Frames.CardA);
        for (var i = 0; i < 10; i++)
        {
            await PauseAsync(65);
            pty.Send(Frames.A);
        }

        reader.WhileTap = null;
        busy.Set();
        // Longer than the hold and any pause of this machine that counts.
        await PauseAsync(2_600);
        pty.Send(Frames.A);
        reader.Expect("tap " + Frames.CardA);
        pty.Send(Frames.B);
        reader.Expect("tap " + Frames.CardB);
        await reader.StopAsync();
    }

    [Fact]
    public async Task Frame_in_single_bytes_is_a_tap_stamped_with_its_first_byte()
    {
        using var pty = new PtyPair();
        await using var reader = new RunningReader("tty:" + pty.Link, silence: RunningReader.Endless);
        reader.Expect("ready");
        var before = Now();
        pty.Send(Frames.A.AsSpan(0, 1));
        await PauseAsync(30);
        var between = Now();
        foreach (var b in Frames.A.AsSpan(1).ToArray())
            pty.Send([b]);
        reader.Expect("tap " + Frames.CardA);
        Assert.InRange(reader.TapTimes[0], before, between);
        await reader.StopAsync();
    }

    [Fact]
    public async Task Frames_that_end_by_silence_end_without_another_byte()
    {
        using var pty = new PtyPair();
        await using (var reader = new RunningReader("tty:" + pty.Link, "em-18"))
        {
            reader.Expect("ready");
            pty.Send("0C000621A58E"u8);
            reader.Expect("tap " + Frames.CardA);
            await reader.StopAsync();
        }

        await using var scanner = new RunningReader("tty:" + pty.Link, "line-scanner");
        scanner.Expect("ready");
        pty.Send(Encoding.ASCII.GetBytes(Frames.Badge));
        scanner.Expect("tap " + Frames.Badge);
        await scanner.StopAsync();
    }

    [Fact]
    public async Task Text_that_is_no_badge_is_refused_and_the_next_badge_is_read()
    {
        using var pty = new PtyPair();
        await using var scanner = new RunningReader("tty:" + pty.Link, "line-scanner");
        scanner.Expect("ready");
        pty.Send("079199001234||A|30041999|Nam|B|22122022\r\n"u8);
        scanner.Expect("refused NationalId");
        pty.Send("https://example.invalid\r\n"u8);
        scanner.Expect("refused NotInGrammar");
        pty.Send(Encoding.ASCII.GetBytes(Frames.Badge + "\r\n"));
        scanner.Expect("tap " + Frames.Badge);
        await scanner.StopAsync();
    }

    [Fact]
    public async Task Unplugged_reader_is_one_fault_comes_back_under_the_same_name_and_loses_its_half_frame()
    {
        using var pty = new PtyPair();
        await using var reader = new RunningReader("tty:" + pty.Link, hold: TimeSpan.FromMilliseconds(1));
        reader.Expect("ready");
        for (var round = 0; round < 3; round++)
        {
            pty.Send(Frames.A.AsSpan(0, 7));
            pty.Unplug();
            reader.Expect("fault Unplugged");
            await PauseAsync(100);
            pty.Plug();
            reader.Expect("ready");
            pty.Send(Frames.A.AsSpan(7));
            pty.Send(Frames.B);
            reader.Expect("tap " + Frames.CardB);
        }

        Assert.Equal(3, reader.Log.Count(l => l.StartsWith("Warning: ", StringComparison.Ordinal)));
        await reader.StopAsync();
    }

    [Fact]
    public async Task Missing_port_is_said_once_and_used_when_it_appears()
    {
        using var pty = new PtyPair(pluggedIn: false);
        await using var reader = new RunningReader("tty:" + pty.Link);
        reader.Expect("fault NotFound");
        Assert.Contains("không có; hãy cắm đầu đọc", reader.LastSentence, StringComparison.Ordinal);
        await PauseAsync(200);
        pty.Plug();
        reader.Expect("ready");
        pty.Send(Frames.A);
        reader.Expect("tap " + Frames.CardA);
        Assert.Single(reader.Log, l => l.StartsWith("Warning: ", StringComparison.Ordinal));
        await reader.StopAsync();
    }

    [Fact]
    public async Task Port_held_by_another_program_is_a_fault_until_it_lets_go()
    {
        using var pty = new PtyPair();
        var other = TtyTransport.Open(pty.Link, new Readers.LineSettings(9600));
        await using var reader = new RunningReader("tty:" + pty.Link);
        reader.Expect("fault Busy");
        Assert.Contains("fuser", reader.LastSentence, StringComparison.Ordinal);
        other.Dispose();
        reader.Expect("ready");
        await reader.StopAsync();
    }

    [Fact]
    public async Task Bytes_sent_before_the_port_was_opened_are_no_taps()
    {
        using var pty = new PtyPair();
        pty.Send(Frames.A);
        await using var reader = new RunningReader("tty:" + pty.Link);
        reader.Expect("ready");
        pty.Send(Frames.B);
        reader.Expect("tap " + Frames.CardB);
        await reader.StopAsync();
    }

    [Fact]
    public async Task Flood_of_garbage_is_one_fault_and_no_tap_and_no_growth_and_ends_with_a_good_frame()
    {
        using var pty = new PtyPair();
        await using var reader = new RunningReader("tty:" + pty.Link);
        reader.Expect("ready");
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var noise = new byte[4096];
        var random = new Random(5);
        for (var i = 0; i < 3_000; i++)
        {
            random.NextBytes(noise);
            noise.AsSpan().Replace((byte)0x02, (byte)0x00); // without STX there is nothing to refuse one by one
            pty.Send(noise);
        }

        reader.Expect("fault Garbled");
        var growth = GC.GetTotalMemory(forceFullCollection: true) - before;
        Assert.InRange(growth, long.MinValue, 6 << 20);
        var mended = Now();
        pty.Send(Frames.A);
        reader.Expect("ready");
        reader.Expect("tap " + Frames.CardA);
        Assert.True(reader.ReadyTimes[^1] >= mended, "an open line alone does not mend a garbled reader");
        await reader.StopAsync();
    }

    [Fact]
    public async Task Reader_that_is_garbled_again_after_replugging_is_a_fault_again()
    {
        using var pty = new PtyPair();
        await using var reader = new RunningReader("tty:" + pty.Link);
        reader.Expect("ready");
        pty.Send(new byte[Readers.GarbleWatch.LimitBytes]);
        reader.Expect("fault Garbled");
        pty.Unplug();
        reader.Expect("fault Unplugged");
        pty.Plug();
        reader.Expect("ready");
        pty.Send(new byte[Readers.GarbleWatch.LimitBytes]);
        reader.Expect("fault Garbled");
        await reader.StopAsync();
    }

    [Fact]
    public async Task Flood_of_broken_frames_is_reported_a_few_times_and_then_as_a_count()
    {
        using var pty = new PtyPair();
        await using var reader = new RunningReader("tty:" + pty.Link);
        reader.Expect("ready");
        for (var i = 0; i < 200; i++)
            pty.Send([0x02, 0x30]);
        for (var i = 0; i < Readers.RefusalBudget.PerReason; i++)
            reader.Expect("refused BadFrame");
        pty.Send(Frames.A);
        reader.Expect("tap " + Frames.CardA);
        await reader.StopAsync($"refused BadFrame x{200 - Readers.RefusalBudget.PerReason}");
    }

    [Fact]
    public async Task Stopped_loop_ends_in_order_and_lets_go_of_the_port()
    {
        using var pty = new PtyPair();
        await using var reader = new RunningReader("tty:" + pty.Link);
        reader.Expect("ready");
        await reader.StopAsync();
        TtyTransport.Open(pty.Link, new Readers.LineSettings(9600)).Dispose();
    }

    [Fact]
    public async Task Loop_that_waits_for_its_port_stops_too()
    {
        using var pty = new PtyPair(pluggedIn: false);
        await using var reader = new RunningReader("tty:" + pty.Link);
        reader.Expect("fault NotFound");
        await reader.StopAsync();
    }

    [Fact]
    public void Defaults_bring_a_reader_back_within_two_seconds()
    {
        var options = new ReaderLoopOptions("r1");
        Assert.True(options.RetryDelay + TransportLimits.ConnectTimeout <= TimeSpan.FromSeconds(2));
        Assert.True(options.RetryDelay + options.Settle <= TimeSpan.FromSeconds(2));
    }

#pragma warning disable RS0030 // A test host chooses the clock: real lines run on real time.
    private static long Now() => MonotonicClock.Microseconds(TimeProvider.System);

    private static Task PauseAsync(int milliseconds) => Task.Delay(TimeSpan.FromMilliseconds(milliseconds), TimeProvider.System);
#pragma warning restore RS0030
}

using System.Text;
using KyCuong.Testing;

namespace KyCuong.Kiosk.Tests.Transports;

/// <summary>A scanner that is asked how it is, through the kernel's terminals.</summary>
public sealed class ReaderLoopGm65Tests
{
    private static readonly byte[] Badge = Encoding.ASCII.GetBytes(Frames.Badge);
    private static readonly byte[] OtherBadge = "KC1:0123456789ABCDE4"u8.ToArray();

    [Fact]
    public async Task Scanner_is_ready_when_its_set_up_by_code_is_off_and_reads_both_kinds_of_scan()
    {
        using var module = new RunningModule<GrowModule>(new GrowModule());
        await using var reader = new RunningReader("tty:" + module.Link, "gm65", hold: RunningReader.Endless);
        reader.Expect("ready");
        Assert.True(module.With(m => m.IsGuarded));
        module.Send([.. Badge, 0x0D]);
        reader.Expect("tap " + Frames.Badge);
        module.Send([.. GrowModule.WithProtocol(OtherBadge), .. GrowModule.WithProtocol(Badge)]);
        reader.Expect("tap KC1:0123456789ABCDE4");
        module.Send("079199001234||A|30041999|Nam|B|22122022\r"u8);
        reader.Expect("refused NationalId");
        await reader.StopAsync();
    }

    [Fact]
    public async Task Scanner_plugged_in_again_is_ready_only_when_it_is_guarded_again_and_its_half_scan_is_lost()
    {
        using var module = new RunningModule<GrowModule>(new GrowModule());
        await using var reader = new RunningReader("tty:" + module.Link, "gm65");
        reader.Expect("ready");
        for (var round = 0; round < 3; round++)
        {
            module.Send(GrowModule.WithProtocol(Badge).AsSpan(0, 5 + round));
            module.Unplug();
            reader.Expect("fault Unplugged");
            module.Plug();
            reader.Expect("ready");
            Assert.True(module.With(m => m.IsGuarded));
        }

        module.Send([.. Badge, 0x0D]);
        reader.Expect("tap " + Frames.Badge);
        await reader.StopAsync();
    }

    [Fact]
    public async Task Scanner_that_does_not_answer_is_a_fault_that_an_open_line_and_a_badge_do_not_mend_but_the_badge_counts()
    {
        using var module = new RunningModule<GrowModule>(new GrowModule { Answers = false });
        await using var reader = new RunningReader("tty:" + module.Link, "gm65");
        reader.Expect("fault NoAnswer");
        Assert.Contains("không trả lời", reader.LastSentence, StringComparison.Ordinal);
        module.Send([.. Badge, 0x0D]);
        reader.Expect("tap " + Frames.Badge);
        module.With(m => m.Answers = true);
        reader.Expect("ready");
        Assert.True(module.With(m => m.IsGuarded));
        await reader.StopAsync();
    }

    [Fact]
    public async Task Scanner_that_does_not_let_its_set_up_by_code_be_switched_off_is_a_fault_and_its_badges_count()
    {
        using var module = new RunningModule<GrowModule>(new GrowModule { KeepsSetupCodesOff = false });
        await using var reader = new RunningReader("tty:" + module.Link, "gm65");
        reader.Expect("fault SettingsRefused");
        Assert.Contains("cài đặt bằng mã vạch", reader.LastSentence, StringComparison.Ordinal);
        module.Send(GrowModule.WithProtocol(Badge));
        reader.Expect("tap " + Frames.Badge);
        await reader.StopAsync();
    }

    [Fact]
    public async Task Line_full_of_garbage_is_one_fault_until_the_scanner_is_understood()
    {
        using var module = new RunningModule<GrowModule>(new GrowModule { Answers = false });
        await using var reader = new RunningReader("tty:" + module.Link, "gm65");
        while (module.With(m => m.CommandsMissed) < 1)
            await PauseAsync();
        module.Send(new byte[Readers.GarbleWatch.LimitBytes]);
        reader.Expect("refused TooLong");
        reader.Expect("fault Garbled");
        while (module.With(m => m.CommandsMissed) < 5) // four are the check that fails, the fifth begins the next
            await PauseAsync();
        module.With(m => m.Answers = true);
        reader.Expect("ready");
        await reader.StopAsync();
    }

#pragma warning disable RS0030 // A test host chooses the clock: real lines run on real time.
    private static Task PauseAsync() => Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System);
#pragma warning restore RS0030
}

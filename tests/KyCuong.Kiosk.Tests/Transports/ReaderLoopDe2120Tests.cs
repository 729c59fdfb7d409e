using System.Text;
using KyCuong.Testing;

namespace KyCuong.Kiosk.Tests.Transports;

/// <summary>A DE2120 through the kernel's terminals.</summary>
public sealed class ReaderLoopDe2120Tests
{
    private static readonly byte[] Badge = Encoding.ASCII.GetBytes(Frames.Badge);

    [Fact]
    public async Task Module_is_ready_when_it_answers_and_after_each_replug_and_its_half_scans_are_lost()
    {
        using var module = new RunningModule<DeScanner>(new DeScanner());
        await using var reader = new RunningReader("tty:" + module.Link, "de2120");
        reader.Expect("ready");
        for (var cut = 1; cut < Badge.Length; cut += 6)
        {
            module.Send(Badge.AsSpan(0, cut));
            module.Unplug();
            reader.ExpectPastRefusals("fault Unplugged");
            module.Plug();
            reader.ExpectPastRefusals("ready");
        }

        module.Send([.. Badge, 0x0D]);
        reader.ExpectPastRefusals("tap " + Frames.Badge);
        await reader.StopAsync();
    }

    [Fact]
    public async Task Module_that_does_not_answer_is_a_fault_and_its_badge_counts()
    {
        using var module = new RunningModule<DeScanner>(new DeScanner { Answers = false });
        await using var reader = new RunningReader("tty:" + module.Link, "de2120");
        reader.Expect("fault NoAnswer");
        module.Send([.. Badge, 0x0D]);
        reader.Expect("tap " + Frames.Badge);
        module.With(m => m.Answers = true);
        reader.Expect("ready");
        await reader.StopAsync();
    }
}

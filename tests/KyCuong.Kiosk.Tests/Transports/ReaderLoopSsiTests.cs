using System.Text;
using KyCuong.Testing;

namespace KyCuong.Kiosk.Tests.Transports;

/// <summary>A scanner that waits until its scans are noted, through the kernel's terminals.</summary>
public sealed class ReaderLoopSsiTests
{
    private static readonly byte[] Badge = Encoding.ASCII.GetBytes(Frames.Badge);

    [Fact]
    public async Task Scanner_is_ready_when_it_is_guarded_and_its_scans_are_noted()
    {
        using var scanner = new RunningModule<SsiScanner>(new SsiScanner());
        await using var reader = new RunningReader("tty:" + scanner.Link, "ssi", hold: RunningReader.Endless);
        reader.Expect("ready");
        Assert.True(scanner.With(s => s.IsGuarded));
        scanner.Send(SsiScanner.Scan(Badge));
        reader.Expect("tap " + Frames.Badge);
        scanner.Send([.. SsiScanner.Scan(Badge, sentAgain: true), .. SsiScanner.LongScan("KC1:0123456789ABCDE4"u8)]);
        reader.Expect("tap KC1:0123456789ABCDE4");
        scanner.Send(SsiScanner.Scan("079199001234||A|30041999|Nam|B|22122022"u8));
        reader.Expect("refused NationalId");
        while (scanner.With(s => s.Noted) < 4)
            await Task.Yield();
        await reader.StopAsync();
    }

    [Fact]
    public async Task Scanner_unplugged_at_any_byte_is_guarded_again_and_its_half_packet_is_lost()
    {
        using var scanner = new RunningModule<SsiScanner>(new SsiScanner());
        await using var reader = new RunningReader("tty:" + scanner.Link, "ssi");
        var packet = SsiScanner.Scan(Badge);
        reader.Expect("ready");
        for (var cut = 1; cut < packet.Length; cut += 5)
        {
            scanner.Send(packet.AsSpan(0, cut));
            scanner.Unplug();
            reader.ExpectPastRefusals("fault Unplugged");
            scanner.Plug();
            reader.ExpectPastRefusals("ready");
            Assert.True(scanner.With(s => s.IsGuarded));
        }

        scanner.Send(packet);
        reader.ExpectPastRefusals("tap " + Frames.Badge);
        await reader.StopAsync();
    }

    [Fact]
    public async Task Scanner_that_does_not_answer_is_a_fault_that_a_badge_does_not_mend_but_the_badge_counts()
    {
        using var scanner = new RunningModule<SsiScanner>(new SsiScanner { Answers = false });
        await using var reader = new RunningReader("tty:" + scanner.Link, "ssi");
        reader.Expect("fault NoAnswer");
        scanner.Send(SsiScanner.Scan(Badge));
        reader.Expect("tap " + Frames.Badge);
        scanner.With(s => s.Answers = true);
        reader.Expect("ready");
        await reader.StopAsync();
    }
}

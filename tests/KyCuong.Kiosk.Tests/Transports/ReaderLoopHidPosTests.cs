using System.Text;
using KyCuong.Testing;

namespace KyCuong.Kiosk.Tests.Transports;

/// <summary>A scanner in HID-POS mode, its reports through a terminal that stands in for the device.</summary>
public sealed class ReaderLoopHidPosTests
{
    private static byte[] Report(string text)
    {
        var report = new byte[64];
        (report[0], report[1]) = (0x02, (byte)text.Length);
        "]Q1"u8.CopyTo(report.AsSpan(2));
        Encoding.ASCII.GetBytes(text).CopyTo(report, 5);
        return report;
    }

    [Fact]
    public async Task Badge_in_a_report_is_a_tap_and_a_report_cut_by_unplugging_never_joins_what_comes_after()
    {
        using var scanner = new PtyPair();
        await using var reader = new RunningReader("hidraw-stand-in:" + scanner.Link, "hid-pos", silence: RunningReader.Endless);
        reader.Expect("ready");
        scanner.Send(Report(Frames.Badge));
        reader.Expect("tap " + Frames.Badge);
        foreach (var cut in (int[])[1, 5, 20, 40, 63])
        {
            scanner.Send(Report("KC1:0123456789ABCDE4").AsSpan(0, cut));
            scanner.Unplug();
            reader.Expect("fault Unplugged");
            scanner.Plug();
            reader.Expect("ready");
        }

        scanner.Send(Report("KC1:0123456789ABCDE4"));
        reader.Expect("tap KC1:0123456789ABCDE4");
        await reader.StopAsync();
    }

    [Fact]
    public async Task Terminal_is_no_scanner_without_saying_that_it_stands_in_for_one()
    {
        using var pty = new PtyPair();
        await using var reader = new RunningReader("hidraw:" + pty.Link, "hid-pos");
        reader.Expect("fault SettingsRefused");
        Assert.Contains("hidraw", reader.LastSentence, StringComparison.Ordinal);
        await reader.StopAsync();
    }
}

using System.Text;
using KyCuong.Kiosk.Configuration;
using KyCuong.Kiosk.Devices;
using KyCuong.Kiosk.Feedback;
using KyCuong.Kiosk.Tests.Support;
using KyCuong.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace KyCuong.Kiosk.Tests.Devices;

/// <summary>Devices on real lines and files, as the kiosk runs them.</summary>
public sealed class GateDeviceTests : IDisposable
{
    private const long At = 1_778_634_330_000_000;
    private readonly TempFolder _folder = new();
    private static readonly DeviceRules Rules = new(TimeZoneInfo.FindSystemTimeZoneById("Asia/Ho_Chi_Minh"), "Cổng chính", Discreet: false, TimeSpan.FromMilliseconds(300));

    public void Dispose() => _folder.Dispose();

    private static GateDevices Run(string devices) =>
        new(KioskOptionsFile.Parse("kiosk.json", Encoding.UTF8.GetBytes($$"""{ "devices": [ {{devices}} ] }""")).Devices, () => Rules, RealClock.Wall, NullLoggerFactory.Instance);

    [Theory]
    [InlineData("esc-pos")]
    [InlineData("cd5220")]
    [InlineData("vt")]
    public async Task Display_shows_the_verdict_then_invites_again_and_is_right_after_it_was_unplugged(string dialect)
    {
        using var pty = new PtyPair();
        var screen = new DisplayScreen();
        await using var devices = Run($$"""{ "kind": "display", "port": "tty:{{pty.Link}}", "dialect": "{{dialect}}" }""");
        await ShowsAsync("MOI QUET THE", "CONG CHINH");
        devices.Show(new Verdict(VerdictKind.Late, "r1", At, 0, "Trần Văn Phúc", "VP", 12));
        await ShowsAsync("DI MUON 12 PHUT", "TRAN VAN PHUC");
        await ShowsAsync("MOI QUET THE", "CONG CHINH");
        pty.Unplug();
        screen.Lose();
        pty.Plug();
        await ShowsAsync("MOI QUET THE", "CONG CHINH");

        Task ShowsAsync(string upper, string lower) => RealClock.UntilAsync(() =>
        {
            screen.Take(pty.Listen(TimeSpan.FromMilliseconds(20)));
            return screen.Line(0).TrimEnd() == upper && screen.Line(1).TrimEnd() == lower;
        }, $"{upper} / {lower}, not {screen}");
    }

    [Fact]
    public async Task Relay_switches_for_what_it_is_set_to_and_off_again_and_never_tells_who_is_late()
    {
        using var pty = new PtyPair();
        var devices = Run($$"""{ "kind": "relay", "port": "tty:{{pty.Link}}", "channel": 3, "when": "refused", "on": "100ms" }""");
        byte[] off = [0xA0, 0x03, 0x00, 0xA3], on = [0xA0, 0x03, 0x01, 0xA4];
        Assert.Equal(off, pty.Receive(4));
        devices.Show(new Verdict(VerdictKind.Late, "r1", At, 0, "A", "VP", 5));
        devices.Show(new Verdict(VerdictKind.UnknownBadge, "r1", At, 0));
        Assert.Equal([.. on, .. off], pty.Receive(8));
        await devices.DisposeAsync();
        Assert.Equal(off, pty.Receive(4)); // nothing stays switched on when the program ends
    }

    [Fact]
    public async Task Light_of_the_machine_shines_fully_and_no_trigger_of_the_kernel_steers_it()
    {
        await File.WriteAllTextAsync(_folder.File("max_brightness"), "255\n");
        await File.WriteAllTextAsync(_folder.File("brightness"), "7\n");
        await File.WriteAllTextAsync(_folder.File("trigger"), "none [heartbeat]\n");
        await using var devices = Run($$"""{ "kind": "led", "path": "{{_folder.Path}}", "when": "recorded again", "on": "200ms" }""");
        await IsAsync("0");
        Assert.Equal("none", await File.ReadAllTextAsync(_folder.File("trigger")));
        devices.Show(new Verdict(VerdictKind.Repeat, "r1", At, 0, "A", "VP", EarlierUs: At - 1));
        await IsAsync("255");
        await IsAsync("0");

        Task IsAsync(string text) => RealClock.UntilAsync(() => ReadShared(_folder.File("brightness")) == text, text);
    }

    [Fact]
    public async Task Device_that_takes_nothing_holds_up_nobody()
    {
        using var pty = new PtyPair(); // nobody reads its far end: the terminal's buffer fills
        await using var devices = Run($$"""{ "kind": "display", "port": "tty:{{pty.Link}}" }, { "kind": "led", "path": "{{_folder.File("missing")}}", "when": "recorded" }""");
        var verdict = new Verdict(VerdictKind.OnTime, "r1", At, 0, "A", "VP");
        var before = RealClock.Wall.GetTimestamp();
        for (var i = 0; i < 100_000; i++) devices.Show(verdict);
        // Only one that waits for the device at each verdict comes near: 100,000 times 500 ms.
        Assert.True(RealClock.Wall.GetElapsedTime(before) < TimeSpan.FromMinutes(5));
    }

    [Theory]
    [InlineData("""{ "kind": "horn" }""", "devices[0].kind")]
    [InlineData("""{ "kind": "display" }""", "devices[0].port")]
    [InlineData("""{ "kind": "display", "port": "evdev:/dev/input/event0" }""", "devices[0].port")]
    [InlineData("""{ "kind": "display", "port": "tty:/dev/x", "dialect": "braille" }""", "devices[0].dialect")]
    [InlineData("""{ "kind": "display", "port": "tty:/dev/x", "when": "recorded" }""", "devices[0].when")]
    [InlineData("""{ "kind": "relay", "port": "tty:/dev/x", "channel": 9, "when": "recorded" }""", "devices[0].channel")]
    [InlineData("""{ "kind": "relay", "port": "tty:/dev/x", "when": "late" }""", "devices[0].when")]
    [InlineData("""{ "kind": "relay", "port": "tty:/dev/x", "when": "" }""", "devices[0].when")]
    [InlineData("""{ "kind": "led", "path": "leds/x", "when": "recorded" }""", "devices[0].path")]
    [InlineData("""{ "kind": "led", "path": "/x", "when": "recorded", "on": "1h" }""", "devices[0].on")]
    public void Wrong_device_is_one_sentence_that_names_the_key(string device, string key)
    {
        var wrong = Assert.Throws<KioskException>(() => KioskOptionsFile.Parse("kiosk.json", Encoding.UTF8.GetBytes($$"""{ "devices": [ {{device}} ] }""")));
        Assert.StartsWith($"kiosk.json: {key}: ", wrong.Message, StringComparison.Ordinal);
    }

    private static string ReadShared(string path)
    {
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        return new StreamReader(stream).ReadToEnd();
    }

    /// <summary>A 2×20 display as its manual has it: what its glass shows after these bytes. Knows the three command sets.</summary>
    private sealed class DisplayScreen
    {
        private readonly char[][] _glass = [new char[20], new char[20]];
        private readonly Queue<byte> _bytes = new();

        public DisplayScreen() => Lose();

        public string Line(int line) => new(_glass[line]);

        public override string ToString() => $"{Line(0)} / {Line(1)}";

        public void Lose()
        {
            _bytes.Clear();
            foreach (var line in _glass) Array.Fill(line, '?');
        }

        public void Take(byte[] bytes)
        {
            foreach (var b in bytes) _bytes.Enqueue(b);
            // Commands come whole here; a real display keeps its place between two bytes.
            var (x, y) = (0, 0);
            while (_bytes.TryDequeue(out var b))
            {
                switch (b)
                {
                    case 0x0C:
                        foreach (var line in _glass) Array.Fill(line, ' ');
                        break;
                    case 0x1F:
                        Assert.Equal(0x24, _bytes.Dequeue());
                        (x, y) = (_bytes.Dequeue() - 1, _bytes.Dequeue() - 1);
                        break;
                    case 0x1B when _bytes.Peek() == 0x40:
                        _bytes.Dequeue();
                        break;
                    case 0x1B when _bytes.Peek() == 0x51:
                        _bytes.Dequeue();
                        (x, y) = (0, _bytes.Dequeue() - 0x41);
                        break;
                    case 0x1B:
                        Assert.Equal((byte)'[', _bytes.Dequeue());
                        var arguments = "";
                        while ((b = _bytes.Dequeue()) is not ((byte)'H' or (byte)'J')) arguments += (char)b;
                        if (b == 'J') foreach (var line in _glass) Array.Fill(line, ' ');
                        else (y, x) = (arguments[0] - '1', arguments[2] - '1');
                        break;
                    case 0x0D:
                        break;
                    default:
                        _glass[y][x++] = (char)b;
                        break;
                }
            }
        }
    }
}

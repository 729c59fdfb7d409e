using System.Diagnostics;

namespace KyCuong.Kiosk.Tests.Support;

/// <summary>A FIFO that answers a kiosk as an input device of the kernel does, by a preloaded library (tests/faults/input.c).</summary>
internal sealed class InputDevice : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly string _library;
    private readonly FileStream _keys;

    public InputDevice()
    {
        _library = Run("bash", Path.Combine(Repository.Root, "tests", "faults", "build.sh"), "input").Trim();
        Run("mkfifo", "-m", "600", Node);
        Answer(0, 0);
        // Both ends are held here, as a plugged device is there whoever reads it.
        _keys = new FileStream(Node, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite, bufferSize: 0);
    }

    /// <summary>As the configuration takes it: a device, no stand-in.</summary>
    public string Port => "evdev:" + Node;

    /// <summary>The command to start a kiosk behind.</summary>
    public IReadOnlyList<string> Preloading =>
        ["env", "LD_PRELOAD=" + _library, "KYCUONG_INPUT_DEVICE=" + Node, "KYCUONG_INPUT_ASKED=" + _folder.File("asked"), "KYCUONG_INPUT_ANSWERS=" + _folder.File("answers")];

    /// <summary>What was asked so far, one a line.</summary>
    public IReadOnlyList<string> Asked => File.Exists(_folder.File("asked")) ? File.ReadAllLines(_folder.File("asked")) : [];

    private string Node => _folder.File("usb-Reader-event-kbd");

    /// <summary>What grab and clock fail with from now on; 0: they succeed.</summary>
    public void Answer(int grab, int clock)
    {
        var next = _folder.File("answers.next");
        File.WriteAllText(next, string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{grab} {clock}\n"));
        File.Move(next, _folder.File("answers"), overwrite: true);
    }

    public void Type(string text) => _keys.Write(Testing.KeyRecords.Type(text));

    public void Dispose()
    {
        _keys.Dispose();
        _folder.Dispose();
    }

    private static string Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var (output, error) = (process.StandardOutput.ReadToEnd(), process.StandardError.ReadToEnd());
        process.WaitForExit();
        return process.ExitCode == 0 ? output : throw new InvalidOperationException(error);
    }
}

/// <summary>A test that compiles what is preloaded. Without gcc it is skipped, in CI it fails.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class InputDeviceFactAttribute : FactAttribute
{
    public InputDeviceFactAttribute()
    {
        if (Environment.GetEnvironmentVariable("CI") != "true" && !File.Exists("/usr/bin/gcc")) Skip = "gcc is not installed (packages gcc, libc6-dev)";
    }
}

using System.Diagnostics;
using System.Globalization;

namespace KyCuong.Gate;

/// <summary>Where the kiosk's program is: a published file, or what the build made.</summary>
/// <param name="Path">A program, or a library for <c>dotnet</c>.</param>
/// <param name="Nice">Its niceness, as far as this user may give it; 0: the harness's own.</param>
internal sealed record KioskProgram(string Path, int Nice = 0)
{
    private const string Repository = "../../../../..";
    private const string NiceSetting = "Nice=";

    /// <summary>What the build made of the same configuration.</summary>
    public static KioskProgram Built { get; } = new(Find(
        $"{Repository}/kiosk/KyCuong.Kiosk/bin/{new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name}/{new DirectoryInfo(AppContext.BaseDirectory).Name}/KyCuong.Kiosk.dll"));

    /// <summary>Publishes the kiosk by a profile of its project, as an agency gets it.</summary>
    /// <exception cref="InvalidOperationException">That failed, or what was trimmed for it does not leave the locks it enters.</exception>
    public static async Task<KioskProgram> PublishAsync(string profile, string directory, CancellationToken cancel)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, UseShellExecute = false };
        foreach (var argument in (string[])["publish", Find($"{Repository}/kiosk/KyCuong.Kiosk"), $"-p:PublishProfile={profile}", "-o", directory, "-v", "q", "--nologo"])
            start.ArgumentList.Add(argument);
        using var process = Process.Start(start) ?? throw new InvalidOperationException("dotnet does not start");
        var said = await process.StandardOutput.ReadToEndAsync(cancel);
        await process.WaitForExitAsync(cancel);
        if (process.ExitCode != 0) throw new InvalidOperationException($"publishing ended with {process.ExitCode}: {said}");
        var linked = Find($"{Repository}/kiosk/KyCuong.Kiosk/obj/Release/{new DirectoryInfo(AppContext.BaseDirectory).Name}/{profile}/linked");
        var lost = TrimmedLocks.Lost(linked, out var methods);
        if (methods == 0) throw new InvalidOperationException($"no lock was found in what was trimmed: it does not lie in {linked}, where it is looked for");
        if (lost.Count > 0) throw new InvalidOperationException($"the trimmer broke the kiosk: {string.Join("; ", lost)}. Have the profile keep these assemblies whole");
        Console.WriteLine($"  trimmed and whole: {methods} methods with locks leave what they enter");
        return new KioskProgram(System.IO.Path.Combine(directory, "KyCuong.Kiosk"));
    }

    /// <summary>The same with the niceness that its systemd unit gives it, for a measurement of what an agency gets.</summary>
    public KioskProgram AsService()
    {
        var setting = File.ReadLines(Find($"{Repository}/kiosk/deploy/kycuong-kiosk.service")).Single(line => line.StartsWith(NiceSetting, StringComparison.Ordinal));
        return this with { Nice = int.Parse(setting.AsSpan(NiceSetting.Length), CultureInfo.InvariantCulture) };
    }

    /// <summary>Starts it with these arguments; what it prints can be read.</summary>
    public Process Start(params IReadOnlyList<string> arguments)
    {
        string[] program = Path.EndsWith(".dll", StringComparison.Ordinal) ? ["dotnet", Path] : [Path];
        // Who may not, is told so by nice, and runs it all the same.
        if (Nice != 0) program = ["nice", "-n", Nice.ToString(CultureInfo.InvariantCulture), .. program];
        var start = new ProcessStartInfo(program[0]) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        foreach (var argument in program.Skip(1).Concat(arguments)) start.ArgumentList.Add(argument);
        return Process.Start(start) ?? throw new InvalidOperationException($"{Path} does not start");
    }

    private static string Find(string relative) => System.IO.Path.GetFullPath(relative, AppContext.BaseDirectory);
}

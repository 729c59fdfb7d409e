using System.Diagnostics;

namespace KyCuong.Gate;

/// <summary>Where the kiosk's program is: a published file, or what the build made.</summary>
/// <param name="Path">A program, or a library for <c>dotnet</c>.</param>
internal sealed record KioskProgram(string Path)
{
    private const string Repository = "../../../../..";

    /// <summary>What the build made of the same configuration.</summary>
    public static KioskProgram Built { get; } = new(Find(
        $"{Repository}/kiosk/KyCuong.Kiosk/bin/{new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name}/{new DirectoryInfo(AppContext.BaseDirectory).Name}/KyCuong.Kiosk.dll"));

    /// <summary>Publishes the kiosk by a profile of its project, as an agency gets it.</summary>
    public static async Task<KioskProgram> PublishAsync(string profile, string directory, CancellationToken cancel)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, UseShellExecute = false };
        foreach (var argument in (string[])["publish", Find($"{Repository}/kiosk/KyCuong.Kiosk"), $"-p:PublishProfile={profile}", "-o", directory, "-v", "q", "--nologo"])
            start.ArgumentList.Add(argument);
        using var process = Process.Start(start) ?? throw new InvalidOperationException("dotnet does not start");
        var said = await process.StandardOutput.ReadToEndAsync(cancel);
        await process.WaitForExitAsync(cancel);
        return process.ExitCode == 0
            ? new KioskProgram(System.IO.Path.Combine(directory, "KyCuong.Kiosk"))
            : throw new InvalidOperationException($"publishing ended with {process.ExitCode}: {said}");
    }

    /// <summary>Starts it with these arguments; what it prints can be read.</summary>
    public Process Start(params IReadOnlyList<string> arguments)
    {
        var isLibrary = Path.EndsWith(".dll", StringComparison.Ordinal);
        var start = new ProcessStartInfo(isLibrary ? "dotnet" : Path) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        if (isLibrary) start.ArgumentList.Add(Path);
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        return Process.Start(start) ?? throw new InvalidOperationException($"{Path} does not start");
    }

    private static string Find(string relative) => System.IO.Path.GetFullPath(relative, AppContext.BaseDirectory);
}

using System.Text;

namespace KyCuong.Server.Features.Demo;

/// <summary>The sample data shipped with the program.</summary>
internal static class DemoSample
{
    /// <summary>The lines of a shipped file.</summary>
    public static IEnumerable<string> Lines(string file)
    {
        using var stream = typeof(DemoSample).Assembly.GetManifestResourceStream($"{typeof(DemoSample).Namespace}.Sample.{file}")
            ?? throw new InvalidOperationException($"The program was built without its sample {file}.");
        using var reader = new StreamReader(stream, Encoding.UTF8);
        while (reader.ReadLine() is { } line)
            if (line.Length > 0)
                yield return line;
    }
}

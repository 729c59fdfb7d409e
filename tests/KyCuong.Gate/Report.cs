using System.Globalization;
using System.Runtime.InteropServices;

namespace KyCuong.Gate;

/// <summary>What a run says of itself: printed as it comes, and kept for the results. One thread.</summary>
internal sealed class Report
{
    private readonly List<string> _lines = [];

    /// <summary>Where results are kept, for this number of processors.</summary>
    /// <param name="what">Was run.</param>
    public static string ResultsOf(string what) => Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, $"../../../../KyCuong.Benchmarks/results/{Environment.ProcessorCount}-cores-{what}.md"));

    /// <summary>When and on what something was measured, the beginning of a sentence's paragraph.</summary>
    public static string Machine(TimeProvider time) => string.Create(
        CultureInfo.InvariantCulture, $"{time.GetUtcNow():yyyy-MM-dd}, {Environment.ProcessorCount} cores, {RuntimeInformation.OSDescription}.");

    /// <summary>Prints a line and keeps it.</summary>
    public void Say(string line)
    {
        Console.WriteLine(line);
        _lines.Add(line);
    }

    /// <summary>Writes down what was said.</summary>
    /// <param name="file">Made anew.</param>
    /// <param name="title">Of it.</param>
    /// <param name="circumstances">When, on what and how.</param>
    public Task WriteAsync(string file, string title, string circumstances)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        return File.WriteAllTextAsync(file, $"# {title}\n\n{circumstances}\n\n```\n{string.Join('\n', _lines.Select(line => line.Trim()))}\n```\n");
    }
}

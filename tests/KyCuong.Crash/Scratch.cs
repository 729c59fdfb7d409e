namespace KyCuong.Crash;

/// <summary>A run in a directory of its own, which stays only where something was wrong; says how long it took.</summary>
internal static class Scratch
{
    /// <summary>What is wrong, as sentences.</summary>
    /// <param name="prefix">Of the directory's name, beside other temporary ones.</param>
    /// <param name="time">Of which the seconds are.</param>
    /// <param name="run">Gets the directory; what is wrong, as sentences.</param>
    public static async Task<List<string>> RunAsync(string prefix, TimeProvider time, Func<string, Task<List<string>>> run)
    {
        var root = Directory.CreateTempSubdirectory(prefix).FullName;
        var begin = time.GetTimestamp();
        var problems = await run(root);
        Console.WriteLine($"  {time.GetElapsedTime(begin).TotalSeconds:0} s");
        if (problems.Count > 0) problems.Add($"kept for a look: {root}");
        else Directory.Delete(root, recursive: true);
        return problems;
    }
}

namespace KyCuong.Crash;

/// <summary>Which calls are hit, and how.</summary>
internal static class Spread
{
    /// <summary>Every call with every way of hitting it; or a sample spread evenly over the calls, a way each in turn.</summary>
    public static List<(long At, T Way)> Over<T>(long calls, IReadOnlyList<T> ways, int? sample, Random random)
    {
        if (sample is not { } wanted || wanted >= calls * ways.Count)
            return [.. Enumerable.Range(1, (int)calls).SelectMany(at => ways.Select(way => ((long)at, way)))];
        var first = random.Next(ways.Count);
        // One of each stretch of equal length.
        return [.. Enumerable.Range(0, wanted).Select(i => (1 + (long)((i + random.NextDouble()) * calls / wanted), ways[(first + i) % ways.Count]))];
    }
}

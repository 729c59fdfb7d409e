using System.Globalization;

namespace KyCuong.Crash;

/// <summary>One of several harnesses that work side by side: of numbered calls it hits each <see cref="Of"/>-th, beginning with number <see cref="Number"/>.</summary>
/// <param name="Number">1 to <paramref name="Of"/>.</param>
/// <param name="Of">How many harnesses there are.</param>
internal readonly record struct Share(int Number, int Of)
{
    /// <summary>All calls.</summary>
    public static readonly Share All = new(1, 1);

    /// <summary>Reads "2/4".</summary>
    public static bool TryParse(string text, out Share share)
    {
        share = All;
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        if (slash < 0 || !int.TryParse(text.AsSpan(0, slash), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            || !int.TryParse(text.AsSpan(slash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var of) || number < 1 || number > of) return false;
        share = new Share(number, of);
        return true;
    }

    /// <summary>How many of so many are its own, where they have no numbers.</summary>
    public int PartOf(int all) => (all / Of) + (Number <= all % Of ? 1 : 0);

    /// <summary>Whether this call is among them.</summary>
    public bool Has(long call) => (call - 1) % Of == Number - 1;
}

/// <summary>Which calls are hit, and how.</summary>
internal static class Spread
{
    /// <summary>Every call of this share with every way of hitting it; or a sample spread over the calls, a way each in turn.</summary>
    /// <param name="calls">How many.</param>
    /// <param name="ways">Of hitting one.</param>
    /// <param name="sample">How many hits; null: all of the share.</param>
    /// <param name="share">Of several harnesses.</param>
    /// <param name="random">Where in its stretch a sampled call lies.</param>
    /// <param name="early">Stretches are short at the beginning and grow, for what ends with long work of one kind; else all are as long.</param>
    public static List<(long At, T Way)> Over<T>(long calls, IReadOnlyList<T> ways, int? sample, Share share, Random random, bool early = false)
    {
        if (sample is not { } wanted || wanted >= calls * ways.Count)
            return [.. Enumerable.Range(1, (int)calls).Where(at => share.Has(at)).SelectMany(at => ways.Select(way => ((long)at, way)))];
        var first = random.Next(ways.Count);
        // One of each stretch.
        return [.. Enumerable.Range(0, wanted).Select(i => (1 + (long)(calls * Math.Pow((i + random.NextDouble()) / wanted, early ? 3 : 1)), ways[(first + i) % ways.Count]))];
    }
}

namespace KyCuong.Benchmarks;

/// <summary>
/// One question, answered by pairs: baseline and product run one after the other, several times, and the ratio is taken
/// within each pair, so that a machine that gets slower meanwhile slows both.
/// </summary>
/// <param name="Question">What is compared.</param>
/// <param name="Unit">What <see cref="Pair"/> counts a second.</param>
/// <param name="Pairs">The pairs, in order.</param>
/// <param name="Goal">What the ratio should be, in words and numbers.</param>
/// <param name="AtLeast">True when a greater ratio is better.</param>
/// <param name="Limit">The ratio asked for.</param>
/// <param name="MostProduct">What the product's own figure may be at most, where the goal is one; null: the goal is the ratio.</param>
internal sealed record Comparison(string Question, string Unit, IReadOnlyList<Pair> Pairs, string Goal, bool AtLeast, double Limit, double? MostProduct = null)
{
    /// <summary>The median of the pairs' ratios, product to baseline.</summary>
    public double Ratio => Median([.. Pairs.Select(pair => pair.Product / pair.Baseline)]);

    /// <summary>True when the goal is met.</summary>
    public bool Met => MostProduct is { } most ? Median([.. Pairs.Select(pair => pair.Product)]) <= most : AtLeast ? Ratio >= Limit : Ratio <= Limit;

    /// <summary>The row of the table.</summary>
    /// <param name="judged">False for sizes too small to hold against the goal.</param>
    public string Row(bool judged) => FormattableString.Invariant(
        $"| {Question} | {Median([.. Pairs.Select(p => p.Baseline)]):N2} | {Median([.. Pairs.Select(p => p.Product)]):N2} | {Unit} | {Ratio:0.00} ({Pairs.Min(p => p.Product / p.Baseline):0.00}–{Pairs.Max(p => p.Product / p.Baseline):0.00}) | {Goal} | {(judged ? Met ? "yes" : "no" : "too small to say")} |");

    /// <summary>Head of the table.</summary>
    public const string Head = "| what | baseline | product | unit | ratio, median (least–most) | goal | met |\n|---|---:|---:|---|---|---|---|";

    private static double Median(double[] values)
    {
        Array.Sort(values);
        return values.Length % 2 == 1 ? values[values.Length / 2] : (values[values.Length / 2 - 1] + values[values.Length / 2]) / 2;
    }
}

/// <summary>One run of each.</summary>
internal readonly record struct Pair(double Baseline, double Product);

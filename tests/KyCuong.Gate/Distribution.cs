namespace KyCuong.Gate;

/// <summary>Measured times. Immutable.</summary>
internal sealed class Distribution
{
    private readonly double[] _sorted;

    public Distribution(IEnumerable<TimeSpan> times) => _sorted = [.. times.Select(time => time.TotalMilliseconds).Order()];

    public int Count => _sorted.Length;

    public double P50 => At(0.50);

    public double P99 => At(0.99);

    public double Most => _sorted[^1];

    public override string ToString() => FormattableString.Invariant($"p50 {P50:0.00} ms, p99 {P99:0.00} ms, most {Most:0.00} ms of {Count:N0}");

    // The nearest rank: a time that was measured, none between two.
    private double At(double share) => _sorted[Math.Max(0, (int)Math.Ceiling(share * _sorted.Length) - 1)];
}

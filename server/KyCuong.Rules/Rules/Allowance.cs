namespace KyCuong.Rules;

/// <summary>
/// A reduction of minutes anywhere in the day (Labour Code art. 137(4)): "lateness plus early departure up to it gives no finding, the
/// rest is judged". It is used up in the order of the day, and not by what the grace forgives anyway.
/// </summary>
internal static class Allowance
{
    /// <returns>What is left to judge of <paramref name="over"/>.</returns>
    public static long Use(ShiftWork work, long over, long grace)
    {
        if (work.ReductionMicros == 0 || over <= grace)
            return over;
        long used = Math.Min(over, work.ReductionMicros);
        work.ReductionMicros -= used;
        return over - used;
    }
}

namespace KyCuong.Readers;

/// <summary>
/// Keeps refused input from filling the journal: of each reason the first <see cref="PerReason"/> in a
/// <see cref="Window"/> pass one by one, the rest are counted and passed as one when the window ends. Pure. Not thread-safe.
/// </summary>
public sealed class RefusalBudget
{
    /// <summary>Refusals of one reason that pass singly in a window.</summary>
    public const int PerReason = 6;

    /// <summary>Length of a window.</summary>
    public static readonly TimeSpan Window = TimeSpan.FromMinutes(1);

    private static readonly long WindowMicroseconds = Window.Ticks / TimeSpan.TicksPerMicrosecond;

    private readonly Tally[] _tallies = new Tally[Enum.GetValues<ReadError>().Length];

    /// <summary>True when this refusal is to be reported now; false when it was only counted.</summary>
    public bool Passes(RefusedRead refused)
    {
        ArgumentNullException.ThrowIfNull(refused);
        ref var tally = ref _tallies[(int)refused.Reason];
        if (tally.Passed == 0)
            tally.Since = refused.At;
        if (tally.Passed < PerReason)
        {
            tally.Passed++;
            return true;
        }

        tally.First ??= refused;
        tally.Counted = Math.Min(tally.Counted, int.MaxValue - refused.Count) + refused.Count;
        return false;
    }

    /// <summary>Closes the windows that have ended at <paramref name="t"/> and returns what was counted in them, one entry a reason.</summary>
    public IReadOnlyList<RefusedRead> Due(long t)
    {
        List<RefusedRead>? due = null;
        for (var i = 0; i < _tallies.Length; i++)
        {
            ref var tally = ref _tallies[i];
            if (tally.Passed == 0 || t - tally.Since < WindowMicroseconds)
                continue;
            if (tally.First is { } first)
                (due ??= []).Add(first with { Count = tally.Counted });
            tally = default;
        }

        return due ?? (IReadOnlyList<RefusedRead>)[];
    }

    private struct Tally
    {
        public long Since;
        public int Passed;
        public int Counted;
        public RefusedRead? First;
    }
}

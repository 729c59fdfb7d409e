using KyCuong.Readers;

namespace KyCuong.Kiosk.Identify;

/// <summary>
/// Which candidate fits best: more reads with a right checksum, then more reads, then an answer to a question, then fewer refusals. Without
/// any read it is who understood most of what it refused. Pure.
/// </summary>
/// <param name="All">Of each protocol and format the best end of a scan, best first; equal ones in the catalogue's order.</param>
public sealed record Ranking(IReadOnlyList<Standing> All)
{
    /// <summary>Ranks; <paramref name="standings"/> are in the catalogue's order.</summary>
    public static Ranking Of(IEnumerable<Standing> standings)
    {
        var best = new List<Standing>();
        foreach (var standing in standings)
        {
            var same = best.FindIndex(other => other.Candidate.IsVariantOf(standing.Candidate));
            if (same < 0)
                best.Add(standing);
            else if (Compare(standing, best[same]) < 0)
                best[same] = standing;
        }

        return new Ranking([.. best.Order(Comparer<Standing>.Create(Compare))]);
    }

    /// <summary>Those that nothing fits better than, equal ones all; empty when none has read a card or been answered.</summary>
    public IReadOnlyList<Standing> Best => [.. All.TakeWhile(standing => (standing.Reads > 0 || standing.Answered) && Compare(standing, All[0]) == 0)];

    private static int Compare(Standing a, Standing b)
    {
        var order = b.Checked.CompareTo(a.Checked);
        if (order == 0) order = b.Reads.CompareTo(a.Reads);
        if (order == 0) order = b.Answered.CompareTo(a.Answered);
        if (order == 0) order = a.Reads > 0 ? a.Garbage.CompareTo(b.Garbage) : b.Understood.CompareTo(a.Understood);
        if (order == 0) order = a.Garbage.CompareTo(b.Garbage);
        if (order == 0 && a.Reads > 0) order = a.Understood.CompareTo(b.Understood);
        return order;
    }
}

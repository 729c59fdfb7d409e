namespace KyCuong.Rules;

/// <summary>
/// Which of two entries counts where they overlap: the one entered later, as a later paper replaces an earlier one. Entries
/// of one instant that contradict each other are refused before they are stored; the rest of the order only makes the
/// answer the same however the entries are listed.
/// </summary>
public static class LeaveOrder
{
    /// <summary>Below zero: <paramref name="a"/> is the earlier; zero: they say the same.</summary>
    public static int Compare(LeaveEntry a, LeaveEntry b)
    {
        int order = a.EnteredAt.CompareTo(b.EnteredAt);
        if (order == 0) order = a.From.CompareTo(b.From);
        if (order == 0) order = b.To.CompareTo(a.To);
        if (order == 0) order = (int)a.Part.Kind - (int)b.Part.Kind;
        if (order == 0) order = a.Part.Start.CompareTo(b.Part.Start);
        if (order == 0) order = a.Part.End.CompareTo(b.Part.End);
        if (order == 0) order = a.Part.Minutes.CompareTo(b.Part.Minutes);
        return order != 0 ? order : (int)a.Kind - (int)b.Kind;
    }
}

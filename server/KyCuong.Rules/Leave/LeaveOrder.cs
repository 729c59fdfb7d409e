namespace KyCuong.Rules;

/// <summary>
/// Which of two entries counts where they overlap: the one entered later, as a later paper replaces an earlier one. Of one
/// instant (rows of one file) the one that says the more particular thing: it begins later, else ends sooner, else takes the
/// smaller part of the day. Entries of one instant that differ only in kind are refused before they are stored.
/// </summary>
public static class LeaveOrder
{
    /// <summary>Above zero: <paramref name="a"/> counts; zero: they say the same.</summary>
    public static int Compare(LeaveEntry a, LeaveEntry b)
    {
        int order = a.EnteredAt.CompareTo(b.EnteredAt);
        if (order == 0) order = a.From.CompareTo(b.From);
        if (order == 0) order = b.To.CompareTo(a.To);
        // Day, half a day, hours: in this order in the enumeration.
        if (order == 0) order = (int)a.Part.Kind - (int)b.Part.Kind;
        if (order == 0) order = a.Part.Start.CompareTo(b.Part.Start);
        if (order == 0) order = b.Part.End.CompareTo(a.Part.End);
        if (order == 0) order = a.Part.Minutes.CompareTo(b.Part.Minutes);
        return order != 0 ? order : (int)a.Kind - (int)b.Kind;
    }
}

namespace KyCuong.Rules;

/// <summary>A due shift of one person with its tap window, trimmed against the shifts beside it.</summary>
internal struct ShiftSlot
{
    public ShiftPlan Plan;
    public long Unit;
    public long Opens, Closes;
    /// <summary>The window closes where the next opens: a repeat of its last event may lie beyond.</summary>
    public bool Adjoins;
    /// <summary>Taps of the window, from–to (exclusive), then repeats beyond it.</summary>
    public int TapFrom, TapTo, Trailing;
}

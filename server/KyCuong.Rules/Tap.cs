namespace KyCuong.Rules;

/// <summary>The way a person went through the door.</summary>
public enum TapDirection : byte
{
    /// <summary>Not recorded; the rules find it.</summary>
    None,
    In,
    Out,
}

/// <summary>Who said the direction of a tap.</summary>
public enum DirectionSource : byte
{
    /// <summary>Nobody.</summary>
    None,
    /// <summary>The reader (or the imported row) stands for one direction.</summary>
    Reader,
    /// <summary>The person pressed it.</summary>
    Person,
}

/// <summary>What identifies a tap in the store; the rules only carry it and use it to order taps of one instant.</summary>
public readonly record struct TapKey(long Journal, long Sequence);

/// <summary>A badge was presented at a reader: a fact, never changed.</summary>
/// <param name="At">Corrected instant.</param>
/// <param name="Direction">As recorded; <see cref="TapDirection.None"/> when nobody said.</param>
/// <param name="UncertaintyMicros">The true instant lies within ± this many microseconds.</param>
/// <param name="Kiosk">The store's kiosk id; 0: imported, and waited for by nobody.</param>
/// <param name="Reader">Reader id on its kiosk; empty where a staff code was entered; the summary path may leave it empty.</param>
/// <param name="Badgeless">Made without a badge of one's own: it counts like any other, and is said.</param>
public readonly record struct Tap(
    Instant At,
    TapDirection Direction,
    DirectionSource Source,
    long UncertaintyMicros,
    long Kiosk,
    string Reader,
    TapKey Key,
    bool Badgeless = false)
{
    /// <summary>Order in which taps are judged: by instant, then by what is recorded, never by when they were delivered.</summary>
    public static int Compare(in Tap a, in Tap b)
    {
        if (a.At.Micros != b.At.Micros)
            return a.At.Micros < b.At.Micros ? -1 : 1;
        int order = Rank(a.Direction) - Rank(b.Direction);
        if (order == 0) order = a.Kiosk.CompareTo(b.Kiosk);
        if (order == 0) order = string.CompareOrdinal(a.Reader, b.Reader);
        if (order == 0) order = a.Key.Journal.CompareTo(b.Key.Journal);
        return order != 0 ? order : a.Key.Sequence.CompareTo(b.Key.Sequence);
    }

    private static int Rank(TapDirection direction) => direction == TapDirection.None ? 3 : (int)direction;
}

namespace KyCuong.Rules;

/// <summary>
/// Design section 6, tap window: "Where two windows of a person overlap, across midnight too: the later opens no earlier than
/// the earlier shift's end, the earlier closes where the later opens, that instant belongs to the earlier. If the shifts are
/// ≤ 30 minutes apart, a tap between them serves both."
/// </summary>
internal static class Windows
{
    public const long ServesBothMicros = 30 * Instant.PerMinute;

    /// <param name="slots">In order of start, with their untrimmed windows.</param>
    public static void Trim(Span<ShiftSlot> slots)
    {
        for (int i = 0; i + 1 < slots.Length; i++)
        {
            ref var earlier = ref slots[i];
            ref var later = ref slots[i + 1];
            long apart = later.Plan.Start - earlier.Plan.End;
            if (apart is >= 0 and <= ServesBothMicros)
            {
                earlier.Closes = later.Plan.Start;
                later.Opens = earlier.Plan.End;
            }
            else if (earlier.Closes >= later.Opens)
            {
                long opens = Math.Max(later.Opens, earlier.Plan.End);
                earlier.Closes = Math.Min(earlier.Closes, opens);
                earlier.Adjoins = earlier.Closes == opens;
                // Instants are whole microseconds: the next one is the later's first.
                later.Opens = earlier.Adjoins ? opens + 1 : opens;
            }
        }
    }
}

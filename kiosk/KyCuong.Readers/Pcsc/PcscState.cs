namespace KyCuong.Readers.Pcsc;

/// <summary>
/// <c>dwEventState</c> of PC/SC: flags below, and above them how often a card was put down or taken away, modulo 65536. The count is
/// the service's: it goes on while nobody looks and does not begin at 0 (PC/SC part 5; pcsc-lite and winscard alike).
/// </summary>
/// <param name="Word">As PC/SC gives it.</param>
public readonly record struct PcscState(uint Word)
{
    /// <summary>Something is different from what was passed in; says nothing by itself.</summary>
    public const uint Changed = 0x0002;

    private const uint Ignore = 0x0001;
    private const uint Unknown = 0x0004;
    private const uint Unavailable = 0x0008;
    private const uint CardPresent = 0x0020;

    /// <summary>The reader is there.</summary>
    public bool HasReader => (Word & (Ignore | Unknown | Unavailable)) == 0;

    /// <summary>A card lies on it.</summary>
    public bool HasCard => HasReader && (Word & CardPresent) != 0;

    /// <summary>
    /// How many cards were put down since <paramref name="before"/>, the one that lies there now included. A count that does not fit the
    /// presence is taken for the least that does.
    /// </summary>
    public int CardsSince(PcscState before)
    {
        var moves = (int)((0x1_0000 + (Word >> 16) - (before.Word >> 16)) & 0xFFFF);
        return before.HasCard ? moves / 2 : (moves + 1) / 2;
    }
}

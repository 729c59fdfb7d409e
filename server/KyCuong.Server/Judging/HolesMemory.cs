using KyCuong.Rules;
using KyCuong.Server.Store.Rows;

namespace KyCuong.Server.Judging;

/// <summary>
/// Holes that were found, for whoever asks every few seconds: while the outlines of a kiosk's journals stay the same, no entry can have come that bounds
/// one otherwise. The newest journal grows all the time and its end bounds none. Not thread-safe.
/// </summary>
internal sealed class HolesMemory
{
    private readonly Dictionary<long, (long? Newest, long[] Outline, IReadOnlyList<DataHole> Holes)> _kiosks = [];

    /// <summary>What was found when its journals looked like this; null: nothing that still holds.</summary>
    public IReadOnlyList<DataHole>? Of(long kiosk, IReadOnlyList<JournalOutline> journals) =>
        _kiosks.TryGetValue(kiosk, out var known) && known.Outline.AsSpan().SequenceEqual(Flat(journals, known.Newest)) ? known.Holes : null;

    /// <summary>Remembers what was found, unless the next entry may bound it.</summary>
    /// <param name="kiosk">Whose.</param>
    /// <param name="journals">How its journals looked.</param>
    /// <param name="newest">The one that began last; null: of none it is known when.</param>
    /// <param name="holes">What was found.</param>
    public void Take(long kiosk, IReadOnlyList<JournalOutline> journals, long? newest, IReadOnlyList<DataHole> holes)
    {
        // Behind a gap that is still waited for entries come without the high-water mark telling.
        var mayChange = journals.Any(journal => journal.Gaps.Any(gap => gap.DeclaredUs is null)) || holes.Any(hole => hole.To.Micros == long.MaxValue);
        if (mayChange) _kiosks.Remove(kiosk);
        else _kiosks[kiosk] = (newest, Flat(journals, newest), holes);
    }

    private static long[] Flat(IReadOnlyList<JournalOutline> journals, long? newest) =>
        [.. journals.SelectMany(journal => (long[])[journal.Id, journal.Id == newest ? -1 : journal.HighWater, journal.Gaps.Count, .. journal.Gaps.SelectMany(gap => (long[])[gap.FirstSequence, gap.LastSequence])])];
}

/// <summary>A journal as its own row and those of its gaps tell.</summary>
/// <param name="Id">Its row.</param>
/// <param name="HighWater">Up to which all entries are here or declared lost.</param>
/// <param name="Gaps">In order.</param>
internal sealed record JournalOutline(long Id, long HighWater, IReadOnlyList<JournalGapRow> Gaps);

using KyCuong.Rules;
using KyCuong.Server.Store;
using KyCuong.Server.Store.Rows;
using Microsoft.EntityFrameworkCore;

namespace KyCuong.Server.Judging;

/// <summary>
/// Of which times a kiosk's entries are not all here: numbers that are missing in a journal, and what lies between the last entry of one journal and the
/// first of the next. A kiosk goes on with its journal as long as it can, so that a new one means a damaged or exchanged disk, and
/// of the old one's end nobody can say that it is all there (design section 6).
/// </summary>
internal static class JournalHoles
{
    /// <summary>The holes of each kiosk that has any, by when they begin.</summary>
    /// <param name="db">The store.</param>
    /// <param name="agency">Whose kiosks.</param>
    /// <param name="memory">Of whoever asks again and again; null: nothing is remembered.</param>
    /// <param name="cancel">Ends it.</param>
    public static async Task<IReadOnlyDictionary<long, IReadOnlyList<DataHole>>> ReadAsync(KyCuongDb db, long agency, HolesMemory? memory, CancellationToken cancel)
    {
        var journals = await db.Journals.AsNoTracking().Where(row => row.AgencyId == agency).OrderBy(row => row.JournalId)
            .Select(row => new { row.JournalId, row.KioskId, row.HighWater }).ToListAsync(cancel);
        var gaps = (await db.JournalGaps.AsNoTracking().Where(row => row.AgencyId == agency).OrderBy(row => row.FirstSequence).ToListAsync(cancel)).ToLookup(gap => gap.JournalId);
        var holes = new Dictionary<long, IReadOnlyList<DataHole>>();
        foreach (var kiosk in journals.GroupBy(journal => journal.KioskId, journal => new JournalOutline(journal.JournalId, journal.HighWater, [.. gaps[journal.JournalId]])))
        {
            List<JournalOutline> outlines = [.. kiosk];
            if (outlines is [{ Gaps.Count: 0 }]) continue;
            if (memory?.Of(kiosk.Key, outlines) is not { } found)
            {
                var spans = new List<JournalSpan>();
                foreach (var journal in outlines) spans.Add(await SpanAsync(db, journal, cancel));
                found = Find(spans);
                memory?.Take(kiosk.Key, outlines, spans.Where(span => span.First is not null).MaxBy(span => span.First!.Value.At.AtUs)?.Number, found);
            }

            if (found.Count > 0) holes.Add(kiosk.Key, found);
        }

        return holes;
    }

    private static async Task<JournalSpan> SpanAsync(KyCuongDb db, JournalOutline journal, CancellationToken cancel)
    {
        var span = new JournalSpan(
            journal.Id, await JournalInstants.AfterAsync(db, journal.Id, 0, cancel), await JournalInstants.BeforeAsync(db, journal.Id, long.MaxValue, cancel), []);
        foreach (var gap in journal.Gaps)
        {
            span.Missing.Add(new MissingEntries(
                await JournalInstants.BeforeAsync(db, journal.Id, gap.FirstSequence, cancel),
                await JournalInstants.AfterAsync(db, journal.Id, gap.LastSequence, cancel),
                gap.DeclaredUs is not null));
        }

        return span;
    }

    /// <summary>The holes of one kiosk, by when they begin. Pure.</summary>
    /// <param name="journals">Its journals, in any order.</param>
    public static IReadOnlyList<DataHole> Find(IReadOnlyList<JournalSpan> journals)
    {
        var found = new List<DataHole>();
        // One without any instant lies within what is found between its neighbours, or is the newest, of which nothing is claimed yet.
        var inOrder = journals.Where(journal => journal.First is not null).OrderBy(journal => journal.First!.Value.At.AtUs).ToList();
        for (var i = 1; i < inOrder.Count; i++) Add(LastOf(inOrder.Take(i)), inOrder[i].First, lost: true);
        foreach (var journal in journals)
        {
            // Where its own entries say nothing, those of the journals before and after it do.
            var before = LastOf(inOrder.Where(other => IsBefore(other, journal)));
            var after = inOrder.Find(other => IsBefore(journal, other))?.First;
            foreach (var missing in journal.Missing) Add(missing.Before ?? before, missing.After ?? after, missing.Declared);
        }

        return [.. found.Distinct().OrderBy(hole => hole.From).ThenBy(hole => hole.To)];

        void Add(TimedEntry? before, TimedEntry? after, bool lost)
        {
            var (from, to) = (before?.EarliestAfter(after) ?? 0, after?.LatestBefore(before) ?? long.MaxValue);
            if (from < to) found.Add(new DataHole(new Instant(from), new Instant(to), lost));
        }
    }

    /// <summary>By their instants; where one has none, by when they first came.</summary>
    private static bool IsBefore(JournalSpan one, JournalSpan other) =>
        one.First is { } first && other.First is { } second ? first.At.AtUs < second.At.AtUs : one.Number < other.Number;

    private static TimedEntry? LastOf(IEnumerable<JournalSpan> journals) => journals.Select(journal => journal.Last).MaxBy(last => last?.At.AtUs);
}

/// <summary>What is known of when a journal was written.</summary>
/// <param name="Number">Its row's identity: journals get them in the order in which they first come.</param>
/// <param name="First">The first entry of a known instant; null: it has none.</param>
/// <param name="Last">The last one.</param>
/// <param name="Missing">Numbers that are not here though later ones are, or are declared lost.</param>
internal sealed record JournalSpan(long Number, TimedEntry? First, TimedEntry? Last, List<MissingEntries> Missing);

/// <summary>Entries that are missing.</summary>
/// <param name="Before">The nearest entry before them of a known instant; null: none.</param>
/// <param name="After">The nearest after them; null: none.</param>
/// <param name="Declared">The kiosk has said that they are lost; false: they may still come.</param>
internal sealed record MissingEntries(TimedEntry? Before, TimedEntry? After, bool Declared);

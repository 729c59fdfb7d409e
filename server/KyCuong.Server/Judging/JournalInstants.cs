using KyCuong.Protos.Journal;
using KyCuong.Server.Ingest;
using KyCuong.Server.Store;
using Microsoft.EntityFrameworkCore;

namespace KyCuong.Server.Judging;

/// <summary>
/// Between which instants a place of a journal lies: a journal is written in order, so what stands before and after bounds it. An entry
/// bounds others only where its own clock had met the server.
/// </summary>
internal static class JournalInstants
{
    /// <summary>Entries looked at on each side at once; nearly always the nearest tells.</summary>
    private const int Page = 256;

    /// <summary>When the nearest entry before a sequence was written of which that is known; null: of none.</summary>
    public static async Task<CorrectedTime?> BeforeAsync(KyCuongDb db, long journal, long sequence, CancellationToken cancel)
    {
        var nearest = await db.Taps.Where(row => row.JournalId == journal && row.Sequence < sequence && row.ServerMinusBootUs != null)
            .OrderByDescending(row => row.Sequence).Select(row => new { row.Sequence, row.BootTimeUs, row.ServerMinusBootUs, row.UncertaintyUs }).FirstOrDefaultAsync(cancel);
        var found = nearest is null ? default : (nearest.Sequence, Time: CorrectedTime.Of(nearest.BootTimeUs, new BootEstimate(nearest.BootTimeUs, nearest.ServerMinusBootUs!.Value, nearest.UncertaintyUs!.Value)));
        for (var below = sequence; ;)
        {
            var page = await db.KioskEvents.Where(row => row.JournalId == journal && row.Sequence < below && row.Sequence > found.Sequence)
                .OrderByDescending(row => row.Sequence).Take(Page).Select(row => new { row.Sequence, row.Encoding }).ToListAsync(cancel);
            foreach (var row in page)
                if (Time(row.Encoding) is { } time) return time;
            if (page.Count < Page) return found.Time;
            below = page[^1].Sequence;
        }
    }

    /// <summary>When the nearest entry after a sequence was written of which that is known; null: of none.</summary>
    public static async Task<CorrectedTime?> AfterAsync(KyCuongDb db, long journal, long sequence, CancellationToken cancel)
    {
        var nearest = await db.Taps.Where(row => row.JournalId == journal && row.Sequence > sequence && row.ServerMinusBootUs != null)
            .OrderBy(row => row.Sequence).Select(row => new { row.Sequence, row.BootTimeUs, row.ServerMinusBootUs, row.UncertaintyUs }).FirstOrDefaultAsync(cancel);
        var (end, last) = nearest is null ? (long.MaxValue, null) : (nearest.Sequence, CorrectedTime.Of(nearest.BootTimeUs, new BootEstimate(nearest.BootTimeUs, nearest.ServerMinusBootUs!.Value, nearest.UncertaintyUs!.Value)));
        for (var above = sequence; ;)
        {
            var page = await db.KioskEvents.Where(row => row.JournalId == journal && row.Sequence > above && row.Sequence < end)
                .OrderBy(row => row.Sequence).Take(Page).Select(row => new { row.Sequence, row.Encoding }).ToListAsync(cancel);
            foreach (var row in page)
                if (Time(row.Encoding) is { } time) return time;
            if (page.Count < Page) return last;
            above = page[^1].Sequence;
        }
    }

    private static CorrectedTime? Time(byte[] encoding) =>
        CanonicalEntry.TryRead(encoding, out _, out _, out var entry) && JournalReader.EstimateOf(entry) is { } estimate ? CorrectedTime.Of(entry.Stamp.BootTimeUs, estimate) : null;
}

using KyCuong.Protos;
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

    /// <summary>The nearest entry before a sequence of which it is known when it was written; null: there is none.</summary>
    public static async Task<TimedEntry?> BeforeAsync(KyCuongDb db, long journal, long sequence, CancellationToken cancel)
    {
        var nearest = await db.Taps.Where(row => row.JournalId == journal && row.Sequence < sequence && row.ServerMinusBootUs != null)
            .OrderByDescending(row => row.Sequence).Select(row => new ClockOfTap(row.Sequence, row.BootId, row.BootTimeUs, row.ServerMinusBootUs!.Value, row.UncertaintyUs!.Value)).FirstOrDefaultAsync(cancel);
        for (var below = sequence; ;)
        {
            var page = await db.KioskEvents.Where(row => row.JournalId == journal && row.Sequence < below && row.Sequence > (nearest == null ? 0 : nearest.Sequence))
                .OrderByDescending(row => row.Sequence).Take(Page).Select(row => new { row.Sequence, row.Encoding }).ToListAsync(cancel);
            foreach (var row in page)
                if (Time(row.Encoding) is { } time) return time;
            if (page.Count < Page) return nearest?.Time();
            below = page[^1].Sequence;
        }
    }

    /// <summary>The nearest entry after a sequence of which it is known when it was written; null: there is none.</summary>
    public static async Task<TimedEntry?> AfterAsync(KyCuongDb db, long journal, long sequence, CancellationToken cancel)
    {
        var nearest = await db.Taps.Where(row => row.JournalId == journal && row.Sequence > sequence && row.ServerMinusBootUs != null)
            .OrderBy(row => row.Sequence).Select(row => new ClockOfTap(row.Sequence, row.BootId, row.BootTimeUs, row.ServerMinusBootUs!.Value, row.UncertaintyUs!.Value)).FirstOrDefaultAsync(cancel);
        var end = nearest?.Sequence ?? long.MaxValue;
        for (var above = sequence; ;)
        {
            var page = await db.KioskEvents.Where(row => row.JournalId == journal && row.Sequence > above && row.Sequence < end)
                .OrderBy(row => row.Sequence).Take(Page).Select(row => new { row.Sequence, row.Encoding }).ToListAsync(cancel);
            foreach (var row in page)
                if (Time(row.Encoding) is { } time) return time;
            if (page.Count < Page) return nearest?.Time();
            above = page[^1].Sequence;
        }
    }

    private static TimedEntry? Time(byte[] encoding) =>
        CanonicalEntry.TryRead(encoding, out _, out _, out var entry) && JournalReader.EstimateOf(entry) is { } estimate ? TimedEntry.Of(entry.Stamp.BootId, estimate) : null;

    private sealed record ClockOfTap(long Sequence, byte[] BootId, long BootTimeUs, long ServerMinusBootUs, long UncertaintyUs)
    {
        public TimedEntry? Time() => Bytes128.TryRead(BootId, out var boot) ? TimedEntry.Of(boot, new BootEstimate(BootTimeUs, ServerMinusBootUs, UncertaintyUs)) : null;
    }
}

/// <summary>An entry of which it is known when it was written.</summary>
/// <param name="BootId">The boot of its kiosk.</param>
/// <param name="Clock">Its boot time, and how it stood to the server's clock.</param>
/// <param name="At">Its instant.</param>
internal readonly record struct TimedEntry(UInt128 BootId, BootEstimate Clock, CorrectedTime At)
{
    /// <summary>Null: that clock gives no instant.</summary>
    public static TimedEntry? Of(UInt128 boot, BootEstimate clock) => CorrectedTime.Of(clock.BootTimeUs, clock) is { } at ? new TimedEntry(boot, clock, at) : null;

    /// <summary>The earliest instant, UTC microseconds, that what was written after this entry and before another would have got.</summary>
    /// <remarks>
    /// In one boot such an entry has a later boot time and the estimate of one of the two. Of another boot only the true time is later, and each
    /// instant is true within its uncertainty.
    /// </remarks>
    public long EarliestAfter(TimedEntry? next) => next is { } other && other.BootId == BootId
        ? Clock.BootTimeUs + Math.Min(Clock.ServerMinusBootUs, other.Clock.ServerMinusBootUs)
        : At.AtUs - At.UncertaintyUs;

    /// <summary>The latest instant that what was written before this entry and after another would have got.</summary>
    public long LatestBefore(TimedEntry? previous) => previous is { } other && other.BootId == BootId
        ? Clock.BootTimeUs + Math.Max(Clock.ServerMinusBootUs, other.Clock.ServerMinusBootUs)
        : At.AtUs + At.UncertaintyUs;
}

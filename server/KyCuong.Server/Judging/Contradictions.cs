using KyCuong.Protos;
using KyCuong.Protos.Journal;
using KyCuong.Protos.V1;
using KyCuong.Rules;
using KyCuong.Server.Ingest;
using KyCuong.Server.Store;
using KyCuong.Server.Store.Rows;
using Microsoft.EntityFrameworkCore;

namespace KyCuong.Server.Judging;

/// <summary>What one of two entries under one number says.</summary>
/// <param name="Kind">What it is; null: only its hash is known, or its content was erased.</param>
/// <param name="At">When it was made: by the estimate it was stamped with, or what its tap counts as; null: not known yet.</param>
/// <param name="Reader">The reader of a tap; empty otherwise.</param>
/// <param name="Staff">Who held the badge then, or the staff code that was entered. By identity; empty for what is no tap, or of nobody known.</param>
internal sealed record ContradictedEntry(EntryKind? Kind, Instant? At, string Reader, IReadOnlyList<long> Staff);

/// <summary>Two entries under one number of a journal.</summary>
/// <param name="Key">The number.</param>
/// <param name="KioskId">The kiosk.</param>
/// <param name="ReceivedUs">When the second came, UTC µs.</param>
/// <param name="Stored">What stands in the journal; null: nothing, it was declared lost or has not come.</param>
/// <param name="Other">What came under the same number and is kept apart.</param>
internal sealed record Contradiction(TapKey Key, long KioskId, long ReceivedUs, ContradictedEntry? Stored, ContradictedEntry Other);

/// <summary>What kiosks said that contradicts what they had said: two disks with one identity, or one that was put back.</summary>
internal static class Contradictions
{
    /// <summary>All of an agency or of a kiosk of it, by journal and sequence.</summary>
    public static async Task<List<Contradiction>> ReadAsync(KyCuongDb db, long agency, long? kiosk, CancellationToken cancel)
    {
        var rows = await (
            from conflict in db.JournalConflicts
            join journal in db.Journals on conflict.JournalId equals journal.JournalId
            from tap in db.Taps.Where(one => one.JournalId == conflict.JournalId && one.Sequence == conflict.Sequence).DefaultIfEmpty()
            from told in db.KioskEvents.Where(one => one.JournalId == conflict.JournalId && one.Sequence == conflict.Sequence).DefaultIfEmpty()
            where conflict.AgencyId == agency && (kiosk == null || journal.KioskId == kiosk)
            orderby conflict.JournalId, conflict.Sequence, conflict.ReceivedUs
            select new { conflict, journal.KioskId, tap, told }).AsNoTracking().ToListAsync(cancel);
        if (rows.Count == 0) return [];
        var holders = await BadgeHolders.ReadAsync(db, agency, cancel);
        // A tap that was stamped without an estimate may have its moment from the boot's later one, or from somebody's decision.
        var timed = new Dictionary<TapKey, ResolvedTapRow>();
        foreach (var tap in rows.Select(row => row.tap).Where(tap => tap is { ServerMinusBootUs: null }).DistinctBy(tap => (tap.JournalId, tap.Sequence)))
            if (await db.ResolvedTaps.AsNoTracking().FirstOrDefaultAsync(one => one.AgencyId == agency && one.JournalId == tap.JournalId && one.Sequence == tap.Sequence, cancel) is { } resolved)
                timed.Add(new TapKey(tap.JournalId, tap.Sequence), resolved);
        return [.. rows.Select(row => new Contradiction(
            new TapKey(row.conflict.JournalId, row.conflict.Sequence), row.KioskId, row.conflict.ReceivedUs,
            row.tap is { } tap ? Of(tap, timed.GetValueOrDefault(new TapKey(tap.JournalId, tap.Sequence)), holders) : row.told is { } told ? Of(told.Encoding, holders) : null,
            Of(row.conflict.Encoding, holders)))];
    }

    private static ContradictedEntry Of(TapRow tap, ResolvedTapRow? resolved, BadgeHolders holders)
    {
        var kind = tap.StaffCode is null ? EntryKind.Tap : EntryKind.ClaimedTap;
        if (resolved is not null) return new ContradictedEntry(kind, new Instant(resolved.AtUs), tap.Reader, [resolved.StaffId]);
        var at = tap.ServerMinusBootUs is { } offset ? new Instant(tap.BootTimeUs + offset) : (Instant?)null;
        return new ContradictedEntry(kind, at, tap.Reader, at is { } then ? holders.Of(tap, then, then) : []);
    }

    private static ContradictedEntry Of(byte[] encoding, BadgeHolders holders)
    {
        if (!CanonicalEntry.TryRead(encoding, out _, out _, out var entry)) return new ContradictedEntry(null, null, "", []);
        var at = JournalReader.EstimateOf(entry) is { } estimate && CorrectedTime.Of(entry.Stamp.BootTimeUs, estimate) is { } time ? new Instant(time.AtUs) : (Instant?)null;
        return entry.Body switch
        {
            TapEntry tap => new ContradictedEntry(EntryKind.Tap, at, tap.Reader, at is { } then ? holders.Of(null, tap.Badge, then, then) : []),
            ClaimedTapEntry claim => new ContradictedEntry(EntryKind.ClaimedTap, at, "", at is { } then ? holders.Of(claim.StaffCode, [], then, then) : []),
            _ => new ContradictedEntry(entry.Body.Kind, at, "", []),
        };
    }
}

using KyCuong.Protos.Journal;
using KyCuong.Rules;
using KyCuong.Server.Ingest;
using KyCuong.Server.Store;
using KyCuong.Server.Store.Rows;
using Microsoft.EntityFrameworkCore;
using Direction = KyCuong.Protos.V1.Direction;

namespace KyCuong.Server.Judging;

/// <summary>A tap whose time is pending, with all that is known of it.</summary>
/// <param name="Row">As the kiosk wrote it; its wall clock is a hint and no more.</param>
/// <param name="KioskId">Its kiosk.</param>
/// <param name="From">The kiosk had written an entry before it by then.</param>
/// <param name="To">The server had it, or an entry written after it was made, by then.</param>
/// <param name="Staff">Who may have tapped: held the badge on some date between, or the staff code that was entered. By identity.</param>
/// <param name="Decision">What is in force: dismissed; null: it waits.</param>
internal sealed record PendingTap(TapRow Row, long KioskId, Instant From, Instant To, IReadOnlyList<long> Staff, TimeDecisionRow? Decision)
{
    /// <summary>What people name it by.</summary>
    public TapKey Key => new(Row.JournalId, Row.Sequence);

    /// <summary>The same machine, started once: taps of it stand apart as their boot times do.</summary>
    public string Boot => Convert.ToHexStringLower(Row.BootId)[..8];
}

/// <summary>
/// Taps of boots that never met the server, and between which instants each was made: a journal is written in order, so what stands before
/// and after bounds it. Nothing is guessed.
/// </summary>
internal static class PendingTimes
{
    /// <summary>All of an agency, or those that came at an instant or later, by journal and sequence; those dismissed too.</summary>
    public static async Task<List<PendingTap>> ReadAsync(KyCuongDb db, long agency, CancellationToken cancel, long receivedFromUs = 0)
    {
        var rows = await (
            from waiting in db.UnresolvedTaps
            join tap in db.Taps on new { waiting.JournalId, waiting.Sequence } equals new { tap.JournalId, tap.Sequence }
            join journal in db.Journals on waiting.JournalId equals journal.JournalId
            join kiosk in db.Kiosks on journal.KioskId equals kiosk.KioskId
            where waiting.AgencyId == agency && waiting.Reason == UnresolvedReason.TimePending && tap.ReceivedUs >= receivedFromUs
            orderby waiting.JournalId, waiting.Sequence
            select new { tap, journal.KioskId, kiosk.EnrolledUs }).AsNoTracking().ToListAsync(cancel);
        if (rows.Count == 0) return [];
        var decisions = await InForceAsync(db, agency, cancel);
        var holders = await BadgeHolders.ReadAsync(db, agency, cancel);
        var bounds = new Dictionary<(long, string), (TimedEntry? Before, TimedEntry? After)>();
        var pending = new List<PendingTap>(rows.Count);
        foreach (var row in rows)
        {
            var boot = (row.tap.JournalId, Convert.ToHexString(row.tap.BootId));
            if (!bounds.TryGetValue(boot, out var known)) bounds.Add(boot, known = (await JournalInstants.BeforeAsync(db, row.tap.JournalId, row.tap.Sequence, cancel), await JournalInstants.AfterAsync(db, row.tap.JournalId, row.tap.Sequence, cancel)));
            var (from, to) = (new Instant(known.Before?.EarliestAfter(null) ?? row.EnrolledUs ?? 0), new Instant(Math.Min(known.After?.LatestBefore(null) ?? long.MaxValue, row.tap.ReceivedUs)));
            pending.Add(new PendingTap(row.tap, row.KioskId, from, to, holders.Of(row.tap, from, to), Of(decisions, row.tap)));
        }

        return pending;
    }

    /// <summary>What is in force of an agency, the later first.</summary>
    public static Task<List<TimeDecisionRow>> InForceAsync(KyCuongDb db, long agency, CancellationToken cancel) =>
        db.TimeDecisions.AsNoTracking().Where(row => row.AgencyId == agency && row.WithdrawnUs == null).OrderByDescending(row => row.DecisionId).ToListAsync(cancel);

    /// <summary>What concerns a tap: decided of itself before what is decided of its boot, the later before the earlier; null: nothing.</summary>
    public static TimeDecisionRow? Of(IReadOnlyList<TimeDecisionRow> inForce, TapRow tap) =>
        inForce.FirstOrDefault(row => row.JournalId == tap.JournalId && row.Sequence == tap.Sequence)
        ?? inForce.FirstOrDefault(row => row.WholeBoot && row.JournalId == tap.JournalId && row.BootId.AsSpan().SequenceEqual(tap.BootId));

    /// <summary>The tap's direction as the contract's people say it.</summary>
    public static string? Word(Direction direction) => direction switch { Direction.In => "in", Direction.Out => "out", _ => null };
}

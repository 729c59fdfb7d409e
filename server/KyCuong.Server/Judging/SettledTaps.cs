using KyCuong.Protos;
using KyCuong.Rules;
using KyCuong.Server.Ingest;
using KyCuong.Server.Store;
using KyCuong.Server.Store.Rows;
using Microsoft.EntityFrameworkCore;
using Tap = KyCuong.Rules.Tap;

namespace KyCuong.Server.Judging;

/// <summary>Which taps have their instant from a person's decision, and from which.</summary>
internal static class SettledTaps
{
    /// <summary>Of these taps, those whose instant is a decision's.</summary>
    public static async Task<IReadOnlyDictionary<TapKey, TimeDecisionRow>> ReadAsync(KyCuongDb db, long agency, IEnumerable<Tap> taps, CancellationToken cancel)
    {
        var settled = new Dictionary<TapKey, TimeDecisionRow>();
        var inForce = await PendingTimes.InForceAsync(db, agency, cancel);
        if (inForce.Count == 0) return settled;
        var journals = inForce.Select(row => row.JournalId).ToHashSet();
        foreach (var tap in taps.Where(tap => journals.Contains(tap.Key.Journal)))
        {
            var row = await db.Taps.AsNoTracking().SingleAsync(one => one.JournalId == tap.Key.Journal && one.Sequence == tap.Key.Sequence, cancel);
            // A clock that was met after all overrules people.
            if (PendingTimes.Of(inForce, row) is { AtUs: { } at, UncertaintyUs: { } within } decision
                && SettledTimes.By(row.BootTimeUs, decision.BootTimeUs, at, within) == new CorrectedTime(tap.At.Micros, tap.UncertaintyMicros))
                settled.TryAdd(tap.Key, decision);
        }

        return settled;
    }
}

using KyCuong.Rules;
using KyCuong.Server.Store;
using KyCuong.Server.Store.Rows;
using Microsoft.EntityFrameworkCore;

namespace KyCuong.Server.Judging;

/// <summary>Leave as the store keeps it and as the rules take it.</summary>
internal static class LeaveRecords
{
    /// <summary>A stored entry for the rules.</summary>
    /// <exception cref="FormatException">The stored text is damaged.</exception>
    public static LeaveEntry EntryOf(LeaveRow row) =>
        LeavePart.TryParse(row.Part, out var part) && LeaveKinds.TryParse(row.Kind, out var kind)
            ? new LeaveEntry(row.FromDate, row.ToDate, part, kind, new Instant(row.EnteredUs), row.ApprovedUs is { } approved ? new Instant(approved) : null, row.Document)
            : throw new FormatException($"The stored leave {row.LeaveId} is damaged: {row.Part}, {row.Kind}.");

    /// <summary>What of an agency's leave touches the dates (null: all of it), withdrawn entries too, by person in order of entry; of one person or of everybody.</summary>
    public static async Task<ILookup<long, LeaveRow>> ReadAsync(KyCuongDb db, long agency, (DateOnly From, DateOnly To)? dates, CancellationToken cancel, long? only = null)
    {
        var rows = db.Leave.AsNoTracking().Where(row => row.AgencyId == agency && (only == null || row.StaffId == only));
        if (dates is var (from, to)) rows = rows.Where(row => row.ToDate >= from && row.FromDate <= to);
        return (await rows.OrderBy(row => row.EnteredUs).ThenBy(row => row.LeaveId).ToListAsync(cancel)).ToLookup(row => row.StaffId);
    }
}

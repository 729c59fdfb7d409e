using KyCuong.Server.Cli;
using KyCuong.Server.Judging;
using KyCuong.Server.Store;
using KyCuong.Server.Store.Rows;
using Microsoft.EntityFrameworkCore;

namespace KyCuong.Server.Features.Leave;

/// <summary>Entries with the people they are of, in order of date.</summary>
internal sealed record LeaveList(AgencyRow Agency, IReadOnlyList<(StaffRow Person, LeaveRow Leave)> Entries);

/// <summary>What a clerk does with leave that is entered. Each change is one transaction.</summary>
internal static class LeaveAdministration
{
    /// <summary>Entries that touch the dates, withdrawn ones too.</summary>
    /// <exception cref="CommandException">Nobody has the staff code.</exception>
    public static async Task<LeaveList> ListAsync(ServerStore store, string? agencyCode, string? staff, DateOnly from, DateOnly to, CancellationToken cancel)
    {
        await using var db = store.NewReader();
        var agency = await AgencyChoice.FindAsync(db, agencyCode, cancel);
        var people = await db.Staff.Where(row => row.AgencyId == agency.AgencyId && (staff == null || row.Code == staff)).ToDictionaryAsync(row => row.StaffId, cancel);
        if (staff is not null && people.Count == 0) throw new CommandException(Resources.Text.Get("staff.unknown", staff));
        var only = staff is null ? 0 : people.Keys.Single();
        var rows = await db.Leave.Where(row => row.AgencyId == agency.AgencyId && (only == 0 || row.StaffId == only) && row.ToDate >= from && row.FromDate <= to).ToListAsync(cancel);
        return new LeaveList(agency, [.. rows.Select(row => (Person: people[row.StaffId], Leave: row))
            .OrderBy(one => one.Leave.FromDate).ThenBy(one => one.Person.Code, StringComparer.Ordinal).ThenBy(one => one.Leave.LeaveId)]);
    }

    /// <summary>Marks an entry as withdrawn.</summary>
    /// <exception cref="CommandException">There is no such entry, or it is withdrawn already.</exception>
    public static async Task<LeaveList> WithdrawAsync(ServerStore store, string? agencyCode, long id, string document, string reason, TimeProvider time, CancellationToken cancel)
    {
        await using var lease = await store.LeaseAsync(cancel);
        await using var db = lease.NewContext();
        var agency = await AgencyChoice.FindAsync(db, agencyCode, cancel);
        var row = await db.Leave.SingleOrDefaultAsync(one => one.AgencyId == agency.AgencyId && one.LeaveId == id, cancel)
            ?? throw new CommandException(LeaveText.Get("withdraw.unknown", id));
        if (row.WithdrawnUs is { } before)
            throw new CommandException(LeaveText.Get("withdraw.already", id, LeaveOutput.Local(before, agency), row.WithdrawnDocument));
        var person = await db.Staff.SingleAsync(one => one.StaffId == row.StaffId, cancel);
        (row.WithdrawnUs, row.WithdrawnDocument, row.WithdrawnReason) = (time.NowUs(), document, reason);
        agency.RosterVersion++;
        await db.SaveChangesAsync(cancel);
        await lease.CommitAsync();
        return new LeaveList(agency, [(person, row)]);
    }
}

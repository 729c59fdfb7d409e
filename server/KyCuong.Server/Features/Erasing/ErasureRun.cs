using KyCuong.Server.Cli;
using KyCuong.Server.Serve;
using KyCuong.Server.Store;
using KyCuong.Server.Store.Erasures;
using KyCuong.Server.Store.Rows;
using Microsoft.EntityFrameworkCore;

namespace KyCuong.Server.Features.Erasing;

/// <summary>Carries out one plan in one transaction; the order is in the lists outside before the store has it.</summary>
internal static class ErasureRun
{
    /// <summary>The date in the agency's zone.</summary>
    public static DateOnly Today(AgencyRow agency, TimeProvider time) =>
        DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(time.GetUtcNow(), TimeZoneInfo.FindSystemTimeZoneById(agency.TimeZone)).DateTime);

    /// <summary>Writes the store anew.</summary>
    /// <returns>False when a long reading is in the way.</returns>
    /// <exception cref="CommandException">It was erased, and the store could not be written anew: there is no room for it.</exception>
    public static bool Scrub(ServerStore store)
    {
        try
        {
            return store.Scrub();
        }
        catch (System.Data.Common.DbException problem)
        {
            throw new CommandException(EraseText.Get("scrubFailed", problem.Message.TrimEnd('.')), problem);
        }
    }

    /// <summary>Erases and commits.</summary>
    /// <exception cref="CommandException">Nobody of that code orders, or a list could not be written: nothing was erased.</exception>
    public static async Task CarryOutAsync(
        CommandContext context, WriteLease lease, KyCuongDb db, AgencyRow agency, ErasurePlan plan, ErasureWish wish, string kind, string? staff, DateOnly? before, CancellationToken cancel)
    {
        if (!await db.Staff.AnyAsync(row => row.AgencyId == agency.AgencyId && row.Code == wish.By && row.FullName != "", cancel)) throw new CommandException(Resources.Text.Get("staff.unknown", wish.By));
        using var authority = ServerHost.OpenAuthority(context.Data.Folder(ServerHost.KeyFolder), context.Time);
        var eraser = new Eraser(lease, plan);
        var order = new ErasureOrder(kind, agency.Code, wish.Document, wish.By, context.Time.NowUs(), staff, before);
        var tombstone = order.Sign(ErasureOrder.NewId(), eraser.Places.List(plan), Eraser.Entries(plan), authority);
        eraser.Run(tombstone);
        ErasureList.Add(context.Data, [tombstone]);
        await lease.CommitAsync();
    }
}

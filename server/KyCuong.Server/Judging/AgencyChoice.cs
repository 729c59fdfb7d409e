using KyCuong.Server.Cli;
using KyCuong.Server.Resources;
using KyCuong.Server.Store;
using KyCuong.Server.Store.Rows;
using Microsoft.EntityFrameworkCore;

namespace KyCuong.Server.Judging;

/// <summary>Which agency a command is about: the one named by <c>--agency</c>, or the only one.</summary>
public static class AgencyChoice
{
    /// <summary>The agency's row.</summary>
    /// <exception cref="CommandException">None, several and none named, or no such code.</exception>
    public static async Task<AgencyRow> FindAsync(KyCuongDb db, string? code, CancellationToken cancel)
    {
        var agencies = await db.Agencies.OrderBy(row => row.Code).ToListAsync(cancel);
        if (agencies.Count == 0) throw new CommandException(Text.Get("agency.none"));
        var codes = string.Join(", ", agencies.Select(row => row.Code));
        if (code is null) return agencies.Count == 1 ? agencies[0] : throw new CommandException(Text.Get("agency.several", codes));
        return agencies.SingleOrDefault(row => row.Code == code) ?? throw new CommandException(Text.Get("agency.unknown", code, codes));
    }
}

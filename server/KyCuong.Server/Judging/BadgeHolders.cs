using KyCuong.Protos;
using KyCuong.Protos.Badges;
using KyCuong.Protos.V1;
using KyCuong.Rules;
using KyCuong.Server.Ingest;
using KyCuong.Server.Store;
using KyCuong.Server.Store.Rows;
using Microsoft.EntityFrameworkCore;

namespace KyCuong.Server.Judging;

/// <summary>Who may have presented a badge when only bounds of the instant are known. Immutable once read.</summary>
internal sealed class BadgeHolders
{
    private readonly TimeZoneInfo _zone;
    private readonly ILookup<(CredentialLevel Level, uint KeyId, string Hash), long> _badges;
    private readonly ILookup<long, BadgeHoldingRow> _holdings;
    private readonly ILookup<long, BadgeLoanRow> _loans;
    private readonly Dictionary<string, long> _codes;

    private BadgeHolders(
        TimeZoneInfo zone, ILookup<(CredentialLevel, uint, string), long> badges, ILookup<long, BadgeHoldingRow> holdings, ILookup<long, BadgeLoanRow> loans, Dictionary<string, long> codes) =>
        (_zone, _badges, _holdings, _loans, _codes) = (zone, badges, holdings, loans, codes);

    /// <summary>Reads those of an agency.</summary>
    public static async Task<BadgeHolders> ReadAsync(KyCuongDb db, long agency, CancellationToken cancel) => new(
        TimeZoneInfo.FindSystemTimeZoneById(await db.Agencies.Where(row => row.AgencyId == agency).Select(row => row.TimeZone).SingleAsync(cancel)),
        (await db.BadgeHashes.AsNoTracking().Where(row => row.AgencyId == agency).ToListAsync(cancel)).ToLookup(row => (row.Level, row.KeyId, Convert.ToHexString(row.Hash)), row => row.BadgeId),
        (await db.BadgeHoldings.AsNoTracking().Where(row => row.AgencyId == agency).ToListAsync(cancel)).ToLookup(row => row.BadgeId),
        (await db.BadgeLoans.AsNoTracking().Where(row => row.AgencyId == agency).ToListAsync(cancel)).ToLookup(row => row.BadgeId),
        await db.Staff.AsNoTracking().Where(row => row.AgencyId == agency).ToDictionaryAsync(row => row.Code, row => row.StaffId, StringComparer.Ordinal, cancel));

    /// <summary>People by identity, each once; by the strongest hash that any badge has, as a tap is resolved.</summary>
    public IReadOnlyList<long> Of(TapRow tap, Instant from, Instant to) => Of(tap.StaffCode, tap.StaffCode is null ? JournalReader.ReadBadge(tap.Badge) : [], from, to);

    /// <summary>As above, of a tap that is no row: a staff code that was entered, or else the hashes of a badge.</summary>
    public IReadOnlyList<long> Of(string? staffCode, IEnumerable<BadgeKey> badge, Instant from, Instant to)
    {
        if (staffCode is { } code) return _codes.TryGetValue(code, out var person) ? [person] : [];
        var (first, last) = (Date(from), Date(to));
        foreach (var key in badge)
        {
            var badges = _badges[(key.Level, key.KeyId, Convert.ToHexString(Bytes128.ToArray(key.Hash)))].ToList();
            if (badges.Count == 0) continue;
            return [.. badges.SelectMany(badge => _holdings[badge]).Where(row => row.FromDate <= last && (row.ToDate is not { } end || end >= first)).Select(row => row.StaffId)
                .Concat(badges.SelectMany(badge => _loans[badge]).Where(row => row.FromUs <= to.Micros && (row.ReturnedUs ?? row.ToUs) > from.Micros).Select(row => row.StaffId)).Distinct()];
        }

        return [];
    }

    private DateOnly Date(Instant at) => DateOnly.FromDateTime(at.In(_zone).DateTime);
}

using KyCuong.Protos;
using KyCuong.Protos.Badges;
using KyCuong.Protos.V1;
using KyCuong.Rules;
using KyCuong.Server.Formats;
using KyCuong.Server.Ingest;
using KyCuong.Server.Store;
using KyCuong.Server.Store.Erasures;
using Microsoft.EntityFrameworkCore;

namespace KyCuong.Server.Features.Imports;

/// <summary>
/// Old taps of another system. A cell that is a staff code names that person; else it is a badge, spelled
/// <c>kind:number</c> or as a badge code. The same tap again changes nothing.
/// </summary>
internal sealed class TapImport(KyCuongDb db, long agencyId, TimeZoneInfo zone, TableFile table, IReadOnlyList<BadgeHasher> hashers, ProblemList problems)
{
    public static readonly string[] Required = ["staff_code_or_badge", "at"];
    public static readonly string[] Optional = ["direction", "reader"];

    private const int LongestReader = 60;

    /// <summary>The rows as taps; what is wrong goes to the list.</summary>
    public async Task<List<ImportedTap>> ReadAsync(CancellationToken cancel)
    {
        var staff = await db.Staff.AsNoTracking().Where(row => row.AgencyId == agencyId && row.FullName != "").ToDictionaryAsync(row => row.Code, row => row.StaffId, cancel);
        var badges = await KnownBadgesAsync(cancel);
        var kept = await ErasedBefore.OfAsync(db, agencyId, ErasureKind.Taps, cancel);
        var taps = new List<ImportedTap>(table.Rows.Count);
        foreach (var row in table.Rows)
            if (Read(new RowReader(table, row, problems), staff, badges, kept) is { } tap) taps.Add(tap);
        return taps;
    }

    private async Task<HashSet<BadgeKey>> KnownBadgesAsync(CancellationToken cancel)
    {
        var known = new HashSet<BadgeKey>();
        foreach (var row in await db.BadgeHashes.AsNoTracking().Where(row => row.AgencyId == agencyId).ToListAsync(cancel))
            if (Bytes128.TryRead(row.Hash, out var hash)) known.Add(new BadgeKey(row.Level, row.KeyId, hash));
        return known;
    }

    private ImportedTap? Read(RowReader row, Dictionary<string, long> staff, HashSet<BadgeKey> badges, DateOnly? kept)
    {
        var who = row.Raw("staff_code_or_badge", required: true);
        long person = 0;
        EquatableList<BadgeKey>? badge = null;
        if (who is not null && !staff.TryGetValue(who, out person) && (badge = Badge(row, who)) is not null && !badge.Any(badges.Contains))
            row.Refuse<string>("staff_code_or_badge", who, ImportText.Get("tap.badge"));

        var at = row.Raw("at", required: true);
        Instant moment = default;
        if (at is not null && MomentGrammar.Parse(at, zone, out moment) is not MomentFault.None and var fault)
        {
            row.Refuse<string>("at", at, fault == MomentFault.Malformed ? FormatText.Get("value.moment") : FormatText.Get(fault == MomentFault.Skipped ? "value.momentSkipped" : "value.momentTwice", zone.Id));
            at = null;
        }

        // What was erased by its age does not come back with an old file.
        if (at is not null && kept is { } first && DateOnly.FromDateTime(moment.In(zone).DateTime) < first) at = row.Refuse<string>("at", at, ImportText.Get("erasedBefore", first));

        var direction = Direction.Unspecified;
        if (row.Raw("direction") is { } word)
            switch (word.ToLowerInvariant())
            {
                case "in": direction = Direction.In; break;
                case "out": direction = Direction.Out; break;
                default: row.Refuse<string>("direction", word, ImportText.Get("tap.direction")); break;
            }

        var reader = row.Text("reader", required: false, LongestReader) ?? "";
        return at is null || (person == 0 && badge is null) ? null : new ImportedTap(row.Line, person, badge, moment.Micros, direction, reader);
    }

    private EquatableList<BadgeKey>? Badge(RowReader row, string text)
    {
        BadgeIdentity? identity = null;
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        if (!BadgeToken.TryParse(text, out identity) && (colon <= 0 || !BadgeSpelling.TryParse(text[..colon], text.AsSpan(colon + 1), out identity)))
        {
            row.Refuse<string>("staff_code_or_badge", text, ImportText.Get("tap.who"));
            return null;
        }

        return BadgeHasher.HashLevels(hashers, identity);
    }
}

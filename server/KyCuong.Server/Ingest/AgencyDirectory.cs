using System.Globalization;
using KyCuong.Protos;
using KyCuong.Protos.Badges;
using KyCuong.Protos.V1;
using KyCuong.Server.Store;

namespace KyCuong.Server.Ingest;

/// <summary>What resolving a tap needs to know of its agency: zone and badges.</summary>
internal sealed record AgencyDirectory(AgencyZone Zone, BadgeDirectory Badges)
{
    /// <summary>Reads it by the writer's session, so that it holds what the open transaction has changed.</summary>
    public static AgencyDirectory Load(StoreSession session, long agencyId)
    {
        using var zone = session.Prepare("SELECT time_zone FROM agencies WHERE agency_id = ?1").Bind(1, agencyId);
        if (!zone.Step()) throw new InvalidOperationException($"The store has no agency {agencyId.ToString(CultureInfo.InvariantCulture)}.");
        var name = zone.Text(0);
        zone.Reset();

        var holdings = new Dictionary<long, List<HoldingSpan>>();
        using var held = session.Prepare("SELECT badge_id, staff_id, from_date, to_date FROM badge_holdings WHERE agency_id = ?1").Bind(1, agencyId);
        while (held.Step())
        {
            var span = new HoldingSpan(held.Number(1), held.Date(2).DayNumber, held.IsNull(3) ? int.MaxValue : held.Date(3).DayNumber);
            if (holdings.TryGetValue(held.Number(0), out var list)) list.Add(span);
            else holdings.Add(held.Number(0), [span]);
        }

        var loans = new Dictionary<long, List<LoanSpan>>();
        using var lent = session.Prepare("SELECT badge_id, staff_id, from_us, coalesce(returned_us, to_us) FROM badge_loans WHERE agency_id = ?1").Bind(1, agencyId);
        while (lent.Step())
        {
            if (!loans.TryGetValue(lent.Number(0), out var list)) loans.Add(lent.Number(0), list = []);
            list.Add(new LoanSpan(lent.Number(1), lent.Number(2), lent.Number(3)));
        }

        var badges = new Dictionary<long, KnownBadge>();
        using var badge = session.Prepare("SELECT badge_id, state, state_since_us FROM badges WHERE agency_id = ?1").Bind(1, agencyId);
        while (badge.Step())
            badges.Add(badge.Number(0), new KnownBadge(badge.Number(0), (BadgeState)badge.Number(1), badge.Number(2), holdings.GetValueOrDefault(badge.Number(0)) ?? [], loans.GetValueOrDefault(badge.Number(0)) ?? []));

        var byKey = new Dictionary<BadgeKey, IReadOnlyList<KnownBadge>>();
        using var hash = session.Prepare("SELECT level, key_id, hash, badge_id FROM badge_hashes WHERE agency_id = ?1").Bind(1, agencyId);
        while (hash.Step())
        {
            if (!Bytes128.TryRead(hash.Bytes(2), out var value)) throw new InvalidDataException("A badge hash does not have 16 bytes.");
            var key = new BadgeKey((CredentialLevel)hash.Number(0), (uint)hash.Number(1), value);
            var found = badges[hash.Number(3)];
            byKey[key] = byKey.TryGetValue(key, out var others) ? [.. others, found] : [found];
        }

        return new AgencyDirectory(new AgencyZone(TimeZoneInfo.FindSystemTimeZoneById(name)), new BadgeDirectory(byKey));
    }
}

using KyCuong.Rules;
using KyCuong.Server.Store;
using KyCuong.Server.Store.Rows;
using Tap = KyCuong.Rules.Tap;

namespace KyCuong.Server.Judging;

/// <summary>Taps at readers that are nobody's: of a badge that is not known or could be several people's. Their people stood in line like others.</summary>
internal static class UnknownTaps
{
    private const string Sql = $"""
        SELECT u.journal_id, u.sequence, u.at_us, j.kiosk_id, t.reader, t.badge, t.uncertainty_us, t.direction, t.direction_source
        FROM unresolved_taps u
        JOIN taps t ON t.journal_id = u.journal_id AND t.sequence = u.sequence
        JOIN journals j ON j.journal_id = u.journal_id
        WHERE u.agency_id = ?1 AND u.reason IN ('{UnresolvedReason.Unknown}', '{UnresolvedReason.Ambiguous}') AND u.at_us BETWEEN ?2 AND ?3 AND t.staff_code IS NULL
        """;

    /// <summary>Those between two moments, both included, in no order; a badge has one number below 0 in the place of its person.</summary>
    public static List<QueuePlace> Read(StoreSession session, AgencyData agency, (Instant From, Instant To) range)
    {
        var numbers = new Dictionary<string, long>(StringComparer.Ordinal);
        var taps = new List<QueuePlace>();
        using var rows = session.Prepare(Sql).Bind(1, agency.Row.AgencyId).Bind(2, range.From.Micros).Bind(3, range.To.Micros);
        while (rows.Step())
        {
            var badge = Convert.ToHexString(rows.Bytes(5));
            if (!numbers.TryGetValue(badge, out var number)) numbers[badge] = number = -1 - numbers.Count;
            taps.Add(new QueuePlace(number, new Tap(
                new Instant(rows.Number(2)), PersonTaps.DirectionOf((Protos.V1.Direction)rows.Number(7)), PersonTaps.SourceOf((Protos.V1.DirectionSource)rows.Number(8)),
                rows.IsNull(6) ? 0 : rows.Number(6), rows.Number(3), rows.Text(4), new TapKey(rows.Number(0), rows.Number(1)), Badgeless: false)));
        }

        return taps;
    }
}

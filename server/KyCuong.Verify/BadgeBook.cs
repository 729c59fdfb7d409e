using System.Buffers.Binary;
using System.Globalization;

namespace KyCuong.Verify;

/// <summary>What the hashes of a tap's badge come to.</summary>
/// <param name="Reason">Why there is no person, as unresolved_taps spells it; null: there is one.</param>
/// <param name="Staff">The person; 0: none.</param>
/// <param name="Blocked">Badges that are blocked, any of which the store may name.</param>
/// <param name="Lent">The badge was lent for the day.</param>
internal sealed record BadgeHolder(string? Reason, long Staff, IReadOnlyList<long> Blocked, bool Lent)
{
    public static readonly BadgeHolder Unknown = new("unknown", 0, [], false);
    public static readonly BadgeHolder Ambiguous = new("ambiguous", 0, [], false);
}

/// <summary>
/// Who held which badge when, read from the store as it is: badges, their hashes, their holders, whom they were lent to. What is
/// not as the server writes it is passed over here; the check of the rows themselves names it.
/// </summary>
internal sealed class BadgeBook
{
    private const int ItemSize = 21;

    // Of the contract: lost, damaged, returned, revoked.
    private static readonly long[] BlockedStates = [3, 4, 5, 6];
    private readonly Dictionary<Key, List<Badge>> _badges = [];

    public BadgeBook(Store store)
    {
        var badges = new Dictionary<long, Badge>();
        foreach (var row in store.Rows("badges")) badges[(long)row["badge_id"]!] = new Badge((long)row["badge_id"]!, (long)row["state"]!, (long)row["state_since_us"]!);
        foreach (var row in store.Rows("badge_holdings", "holding_id"))
            if (badges.TryGetValue((long)row["badge_id"]!, out var badge) && Day(row["from_date"]) is { } from)
                badge.Holdings.Add(((long)row["agency_id"]!, (long)row["staff_id"]!, from, row["to_date"] is null ? int.MaxValue : Day(row["to_date"]) ?? int.MinValue));
        foreach (var row in store.Rows("badge_loans", "loan_id"))
            if (badges.TryGetValue((long)row["badge_id"]!, out var badge))
                badge.Loans.Add(((long)row["agency_id"]!, (long)row["staff_id"]!, (long)row["from_us"]!, (long?)row["returned_us"] ?? (long)row["to_us"]!));
        foreach (var row in store.Rows("badge_hashes", "badge_id"))
        {
            if (!badges.TryGetValue((long)row["badge_id"]!, out var badge) || row["hash"] is not byte[] { Length: 16 } hash) continue;
            var key = new Key((long)row["agency_id"]!, (long)row["level"]!, (long)row["key_id"]!, BinaryPrimitives.ReadUInt128BigEndian(hash));
            if (!_badges.TryGetValue(key, out var list)) _badges.Add(key, list = []);
            list.Add(badge);
        }
    }

    /// <summary>Whose a badge is: the first hash, strongest first, that any badge has decides.</summary>
    /// <param name="agency">Whose badges.</param>
    /// <param name="list">Level u8, key u32, hash 16, one after the other.</param>
    /// <param name="day">Of the tap, in the agency's zone.</param>
    /// <param name="atUs">Of the tap.</param>
    public BadgeHolder Find(long agency, ReadOnlySpan<byte> list, long day, long atUs)
    {
        for (; list.Length >= ItemSize; list = list[ItemSize..])
        {
            var key = new Key(agency, list[0], BinaryPrimitives.ReadUInt32BigEndian(list[1..]), BinaryPrimitives.ReadUInt128BigEndian(list[5..]));
            if (_badges.TryGetValue(key, out var candidates)) return Among(candidates, agency, day, atUs);
        }

        return BadgeHolder.Unknown;
    }

    private static BadgeHolder Among(List<Badge> candidates, long agency, long day, long atUs)
    {
        var people = new Dictionary<long, bool>();
        var blocked = new List<long>();
        foreach (var badge in candidates)
        {
            if (atUs >= badge.SinceUs && BlockedStates.Contains(badge.State))
            {
                blocked.Add(badge.Id);
                continue;
            }

            var borrower = badge.Loans.Find(loan => loan.Agency == agency && loan.FromUs <= atUs && atUs < loan.ToUs).Staff;
            var holder = borrower != 0 ? borrower : badge.Holdings.Find(span => span.Agency == agency && span.From <= day && day <= span.To).Staff;
            if (holder != 0) people.TryAdd(holder, borrower != 0);
        }

        return people.Count switch
        {
            0 => blocked.Count > 0 ? new BadgeHolder("blocked", 0, blocked, false) : BadgeHolder.Unknown,
            1 => new BadgeHolder(null, people.First().Key, [], people.First().Value),
            _ => BadgeHolder.Ambiguous,
        };
    }

    private static int? Day(object? date) =>
        DateOnly.TryParseExact(date as string, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) ? day.DayNumber : null;

    private readonly record struct Key(long Agency, long Level, long KeyId, UInt128 Hash);

    private sealed record Badge(long Id, long State, long SinceUs)
    {
        public List<(long Agency, long Staff, int From, int To)> Holdings { get; } = [];

        public List<(long Agency, long Staff, long FromUs, long ToUs)> Loans { get; } = [];
    }
}

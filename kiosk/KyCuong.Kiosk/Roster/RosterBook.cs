using KyCuong.Kiosk.Arrivals;
using KyCuong.Kiosk.Feedback;
using KyCuong.Protos;
using KyCuong.Protos.Badges;
using KyCuong.Protos.V1;

namespace KyCuong.Kiosk.Roster;

/// <summary>
/// A person of the roster, as far as the gate shows them. <paramref name="PhotoSha256"/>: the portrait's name for
/// <see cref="PhotoStore.Find"/>; null = none.
/// </summary>
public sealed record RosterEntry(ulong PersonId, string Name, string Unit, IReadOnlyList<GateSegment> Segments, string? PhotoSha256 = null)
{
    /// <summary>The code on the server; empty when it is not known.</summary>
    public string StaffCode { get; init; } = "";
}

/// <summary>A badge of the roster. <paramref name="ValidToUs"/> 0 = open.</summary>
public sealed record RosterBadgeEntry(ulong BadgeId, ulong PersonId, EquatableList<BadgeKey> Hashes, BadgeState State, long ValidFromUs, long ValidToUs);

/// <summary>Whom a tap's hashes name. <paramref name="Ambiguity"/> says why several badges name nobody.</summary>
public readonly record struct BadgeHolder(VerdictKind Kind, RosterEntry? Person, BadgeAmbiguity? Ambiguity = null);

/// <summary>The roster in force. Immutable and thread-safe; a new version is a new book.</summary>
public sealed class RosterBook
{
    private readonly Dictionary<ulong, RosterEntry> _people;
    private readonly Dictionary<string, RosterEntry> _byCode = new(StringComparer.Ordinal);
    private readonly Dictionary<BadgeKey, List<RosterBadgeEntry>> _badges = [];

    /// <summary>A book of this version.</summary>
    public RosterBook(ulong version, IEnumerable<RosterEntry> people, IEnumerable<RosterBadgeEntry> badges)
    {
        Version = version;
        _people = people.ToDictionary(person => person.PersonId);
        foreach (var person in _people.Values) _byCode[person.StaffCode] = person;
        Photos = _people.Values.Select(person => person.PhotoSha256).OfType<string>().ToHashSet();
        foreach (var badge in badges)
        {
            foreach (var hash in badge.Hashes)
            {
                if (!_badges.TryGetValue(hash, out var holders)) _badges[hash] = holders = [];
                holders.Add(badge);
            }
        }
    }

    /// <summary>Before any roster came.</summary>
    public static RosterBook Empty { get; } = new(0, [], []);

    /// <summary>0 for none.</summary>
    public ulong Version { get; }

    /// <summary>People in it.</summary>
    public int People => _people.Count;

    /// <summary>The portraits it names.</summary>
    public IReadOnlySet<string> Photos { get; }

    /// <summary>The person with this identity; null: not in the roster.</summary>
    public RosterEntry? Person(ulong personId) => _people.GetValueOrDefault(personId);

    /// <summary>The person with this staff code; null: not in the roster.</summary>
    public RosterEntry? PersonOf(string staffCode) => _byCode.GetValueOrDefault(staffCode);

    /// <summary>
    /// Whom the badge names at an instant. The first hash, strongest first, that any badge has decides; badges in force at
    /// that instant go before others; badges of several people name nobody.
    /// </summary>
    public BadgeHolder Find(EquatableList<BadgeKey> hashes, long atUs)
    {
        if (Version == 0) return new BadgeHolder(VerdictKind.AcceptedWithoutRoster, null);
        foreach (var hash in hashes)
        {
            if (!_badges.TryGetValue(hash, out var found)) continue;
            var inForce = found.FindAll(badge => IsInForce(badge, atUs));
            if (inForce.Exists(badge => badge.PersonId != inForce[0].PersonId)) return new BadgeHolder(VerdictKind.AmbiguousBadge, null, Ambiguity(hash, inForce));
            if (inForce.Count == 0) return new BadgeHolder(found.Exists(badge => badge.State == BadgeState.Lost) ? VerdictKind.LostBadge : VerdictKind.BlockedBadge, null);
            return _people.TryGetValue(inForce[0].PersonId, out var person)
                ? new BadgeHolder(VerdictKind.Accepted, person)
                : new BadgeHolder(VerdictKind.UnknownBadge, null);
        }

        return new BadgeHolder(VerdictKind.UnknownBadge, null);
    }

    private BadgeAmbiguity Ambiguity(BadgeKey hash, List<RosterBadgeEntry> badges) => new(
        hash.Level, [.. badges.OrderBy(badge => badge.BadgeId).Select(badge => (badge.BadgeId, _people.TryGetValue(badge.PersonId, out var person) ? person.StaffCode : ""))]);

    private static bool IsInForce(RosterBadgeEntry badge, long atUs) =>
        badge.State is BadgeState.Active or BadgeState.Issued && atUs >= badge.ValidFromUs && (badge.ValidToUs == 0 || atUs < badge.ValidToUs);
}

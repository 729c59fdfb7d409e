using KyCuong.Kiosk.Clock;
using KyCuong.Kiosk.Roster;
using KyCuong.Protos;
using KyCuong.Protos.Badges;
using KyCuong.Protos.Journal;

namespace KyCuong.Kiosk.Arrivals;

/// <summary>Badges that named nobody, or nobody who may enter, when they were tapped: the server may yet know whose they were. Not thread-safe.</summary>
internal sealed class NamelessBadges
{
    /// <summary>Remembered, the latest ones.</summary>
    private const int Most = 4096;

    private readonly Dictionary<EquatableList<BadgeKey>, long> _lastUs = [];

    /// <summary>One was tapped.</summary>
    public void Tapped(EquatableList<BadgeKey> badge, Stamp stamp)
    {
        // Of one that no clock says the time of, any time may have been it.
        var at = stamp.Estimate is null ? long.MaxValue : Stamper.InstantUs(stamp);
        _lastUs[badge] = Math.Max(at, _lastUs.GetValueOrDefault(badge));
        if (_lastUs.Count > Most) _lastUs.Remove(_lastUs.MinBy(seen => seen.Value).Key);
    }

    /// <summary>Whether one of them, tapped at an instant or later, is this person's now.</summary>
    public bool MayBe(RosterEntry person, long fromUs, long atUs, RosterBook roster) =>
        _lastUs.Any(seen => seen.Value >= fromUs && roster.Find(seen.Key, atUs).Person?.PersonId == person.PersonId);
}

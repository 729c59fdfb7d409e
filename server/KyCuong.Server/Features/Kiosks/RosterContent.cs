using KyCuong.Protos.V1;

namespace KyCuong.Server.Features.Kiosks;

/// <summary>Who and what a roster holds, or what has changed of it.</summary>
internal sealed record RosterContent(IReadOnlyList<RosterPerson> People, IReadOnlyList<RosterBadge> Badges)
{
    /// <summary>Of a change: who is no more.</summary>
    public IReadOnlyList<ulong> RemovedPeople { get; init; } = [];

    /// <summary>Of a change: what is no more.</summary>
    public IReadOnlyList<ulong> RemovedBadges { get; init; } = [];

    /// <summary>The same as <paramref name="content"/>, what is as before in it being the same object, so that several versions take little more room than one. Pure.</summary>
    public static RosterContent Sharing(RosterContent before, RosterContent content)
    {
        var people = before.People.ToDictionary(person => person.PersonId);
        var badges = before.Badges.ToDictionary(badge => badge.BadgeId);
        return content with
        {
            People = [.. content.People.Select(person => people.TryGetValue(person.PersonId, out var was) && was.Equals(person) ? was : person)],
            Badges = [.. content.Badges.Select(badge => badges.TryGetValue(badge.BadgeId, out var was) && was.Equals(badge) ? was : badge)],
        };
    }

    /// <summary>What turns one into the other. Pure.</summary>
    public static RosterContent Change(RosterContent from, RosterContent to)
    {
        var people = from.People.ToDictionary(person => person.PersonId);
        var badges = from.Badges.ToDictionary(badge => badge.BadgeId);
        return new RosterContent(
            [.. to.People.Where(person => !people.Remove(person.PersonId, out var was) || !was.Equals(person))],
            [.. to.Badges.Where(badge => !badges.Remove(badge.BadgeId, out var was) || !was.Equals(badge))])
        {
            RemovedPeople = [.. people.Keys],
            RemovedBadges = [.. badges.Keys],
        };
    }
}

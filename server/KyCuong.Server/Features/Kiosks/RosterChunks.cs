using KyCuong.Protos.V1;

namespace KyCuong.Server.Features.Kiosks;

/// <summary>Cuts a roster into messages of bounded size. Pure.</summary>
internal static class RosterChunks
{
    // Tag and length before each item, at most.
    private const int ItemOverhead = 8;

    // A number of 64 bits on the wire, at most.
    private const int IdBytes = 10;

    /// <summary>A roster as messages, people first, the last one marked complete; one message at least.</summary>
    /// <param name="baseVersion">0: a whole roster; otherwise the version that the content changes.</param>
    public static IReadOnlyList<ServerMessage> Split(ulong version, RosterContent content, ulong baseVersion = 0)
    {
        var chunks = new List<RosterChunk> { new() { Version = version, BaseVersion = baseVersion } };
        var room = KioskBounds.RosterChunkBytes;
        foreach (var person in content.People) Place(person.CalculateSize()).People.Add(person);
        foreach (var badge in content.Badges) Place(badge.CalculateSize()).Badges.Add(badge);
        foreach (var person in content.RemovedPeople) Place(IdBytes).RemovedPeople.Add(person);
        foreach (var badge in content.RemovedBadges) Place(IdBytes).RemovedBadges.Add(badge);
        chunks[^1].Complete = true;
        for (var i = 0; i < chunks.Count; i++) chunks[i].Number = (uint)i + 1;
        return [.. chunks.Select(chunk => new ServerMessage { Roster = chunk })];

        RosterChunk Place(int size)
        {
            if (size + ItemOverhead > room)
            {
                chunks.Add(new RosterChunk { Version = version, BaseVersion = baseVersion });
                room = KioskBounds.RosterChunkBytes;
            }

            room -= size + ItemOverhead;
            return chunks[^1];
        }
    }
}

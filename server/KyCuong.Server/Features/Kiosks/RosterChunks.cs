using KyCuong.Protos.V1;

namespace KyCuong.Server.Features.Kiosks;

/// <summary>Cuts a roster into messages of bounded size. Pure.</summary>
internal static class RosterChunks
{
    // Tag and length before each item, at most.
    private const int ItemOverhead = 8;

    /// <summary>A whole roster as messages, people first, the last one marked complete; one message at least.</summary>
    public static IReadOnlyList<ServerMessage> Split(ulong version, RosterContent content)
    {
        var chunks = new List<RosterChunk> { new() { Version = version } };
        var room = KioskBounds.RosterChunkBytes;
        foreach (var person in content.People) Place(person.CalculateSize()).People.Add(person);
        foreach (var badge in content.Badges) Place(badge.CalculateSize()).Badges.Add(badge);
        chunks[^1].Complete = true;
        return [.. chunks.Select(chunk => new ServerMessage { Roster = chunk })];

        RosterChunk Place(int size)
        {
            if (size + ItemOverhead > room)
            {
                chunks.Add(new RosterChunk { Version = version });
                room = KioskBounds.RosterChunkBytes;
            }

            room -= size + ItemOverhead;
            return chunks[^1];
        }
    }
}

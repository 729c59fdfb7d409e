using KyCuong.Protos.Rosters;
using KyCuong.Protos.V1;

namespace KyCuong.Kiosk.Roster;

/// <summary>What the chunks of one version say together.</summary>
/// <param name="Version">The version they make.</param>
/// <param name="BaseVersion">0: a whole roster; otherwise the version they change.</param>
/// <param name="Chunks">In order.</param>
public sealed record RosterChange(ulong Version, ulong BaseVersion, IReadOnlyList<RosterChunk> Chunks);

/// <summary>Gathers the chunks of a version until it is complete, from one stream to the next. Pure. Not thread-safe.</summary>
public sealed class RosterAssembler
{
    /// <summary>Chunks of one version at most; at 256 KiB a chunk some 250,000 people.</summary>
    public const int MostChunks = 256;

    private readonly List<RosterChunk> _chunks = [];

    /// <summary>What is held of a version that has not come whole; null: nothing, or of a server that does not count its chunks.</summary>
    public RosterPart? Part => _chunks is [{ Number: 1 }, ..] ? RosterParts.Of(_chunks) : null;

    /// <summary>Forgets what is held.</summary>
    public void Clear() => _chunks.Clear();

    /// <summary>
    /// Takes a chunk. The change when it was the last one; else null. A chunk of another version than those before, or a first one, begins anew.
    /// </summary>
    /// <exception cref="FormatException">It does not follow those before, or is one more than a roster may have. Nothing is held any more.</exception>
    public RosterChange? Add(RosterChunk chunk)
    {
        if (_chunks is [var first, ..] && (first.Version != chunk.Version || first.BaseVersion != chunk.BaseVersion || chunk.Number == 1)) _chunks.Clear();
        var held = _chunks.Count;
        if (held == MostChunks || chunk.Number > 0 && chunk.Number != held + 1)
        {
            _chunks.Clear();
            throw new FormatException($"chunk {chunk.Number} of roster version {chunk.Version} does not follow {held} chunks, or is more than {MostChunks}");
        }

        _chunks.Add(chunk);
        if (!chunk.Complete) return null;
        var change = new RosterChange(chunk.Version, chunk.BaseVersion, [.. _chunks]);
        _chunks.Clear();
        return change;
    }
}

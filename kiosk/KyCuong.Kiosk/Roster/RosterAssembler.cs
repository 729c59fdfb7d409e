using KyCuong.Protos.V1;

namespace KyCuong.Kiosk.Roster;

/// <summary>What the chunks of one version say together.</summary>
/// <param name="Version">The version they make.</param>
/// <param name="BaseVersion">0: a whole roster; otherwise the version they change.</param>
/// <param name="Chunks">In order.</param>
public sealed record RosterChange(ulong Version, ulong BaseVersion, IReadOnlyList<RosterChunk> Chunks);

/// <summary>Gathers the chunks of a version until it is complete. Pure. Not thread-safe; one a stream.</summary>
public sealed class RosterAssembler
{
    /// <summary>Chunks of one version at most; at 256 KiB a chunk some 250,000 people.</summary>
    public const int MostChunks = 256;

    private readonly List<RosterChunk> _chunks = [];

    /// <summary>Takes a chunk. The change when it was the last one; else null. A chunk of another version than those before begins anew.</summary>
    /// <exception cref="InvalidOperationException">More chunks than a roster may have.</exception>
    public RosterChange? Add(RosterChunk chunk)
    {
        if (_chunks is [var first, ..] && (first.Version != chunk.Version || first.BaseVersion != chunk.BaseVersion)) _chunks.Clear();
        if (_chunks.Count == MostChunks) throw new InvalidOperationException($"The server sent more than {MostChunks} chunks of roster version {chunk.Version}.");
        _chunks.Add(chunk);
        if (!chunk.Complete) return null;
        var change = new RosterChange(chunk.Version, chunk.BaseVersion, [.. _chunks]);
        _chunks.Clear();
        return change;
    }
}

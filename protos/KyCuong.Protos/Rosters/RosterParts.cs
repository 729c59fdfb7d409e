using System.Security.Cryptography;
using Google.Protobuf;
using KyCuong.Protos.V1;

namespace KyCuong.Protos.Rosters;

/// <summary>The first chunks of a roster, as both sides speak of them. Pure.</summary>
public static class RosterParts
{
    /// <summary>What a kiosk says of the chunks that it holds; null of none.</summary>
    /// <param name="chunks">Of one version, from the first, in order.</param>
    public static RosterPart? Of(IReadOnlyList<RosterChunk> chunks)
    {
        if (chunks is not [var first, ..]) return null;
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var chunk in chunks) hash.AppendData(chunk.ToByteArray());
        return new RosterPart
        {
            Version = first.Version,
            BaseVersion = first.BaseVersion,
            Chunks = (uint)chunks.Count,
            Sha256 = ByteString.CopyFrom(hash.GetHashAndReset()),
        };
    }
}

using System.Diagnostics.CodeAnalysis;
using Google.Protobuf;
using KyCuong.Protos.V1;

namespace KyCuong.Protos.Badges;

/// <summary>Maps badge hashes to and from generated messages. Pure.</summary>
public static class BadgeWire
{
    /// <summary>The message for one hash.</summary>
    public static BadgeHash ToMessage(BadgeKey key) =>
        new() { Level = key.Level, KeyId = key.KeyId, Hash = ByteString.CopyFrom(Bytes128.ToArray(key.Hash)) };

    /// <summary>The hashes of one badge; false when there are more than <paramref name="most"/> or one has no 16 bytes.</summary>
    public static bool TryFromMessages(IReadOnlyCollection<BadgeHash> messages, int most, [NotNullWhen(true)] out EquatableList<BadgeKey>? keys)
    {
        keys = null;
        if (messages.Count > most) return false;
        var found = new BadgeKey[messages.Count];
        var i = 0;
        foreach (var message in messages)
        {
            if (!Bytes128.TryRead(message.Hash.Span, out var hash)) return false;
            found[i++] = new BadgeKey(message.Level, message.KeyId, hash);
        }

        keys = new EquatableList<BadgeKey>(found);
        return true;
    }
}

using System.Buffers.Binary;
using KyCuong.Protos;
using KyCuong.Protos.Badges;
using KyCuong.Protos.V1;

namespace KyCuong.Server.Ingest;

/// <summary>
/// A tap's badge hashes as one value of the store: level u8, key id u32, hash 16, big-endian, strongest first,
/// 21 bytes each. Pure.
/// </summary>
public static class BadgeList
{
    /// <summary>Bytes of one hash.</summary>
    public const int ItemSize = 1 + 4 + Bytes128.Size;

    /// <summary>Writes the hashes and returns the bytes used.</summary>
    public static int Write(Span<byte> destination, ReadOnlySpan<BadgeKey> badge)
    {
        var position = 0;
        foreach (var key in badge)
        {
            destination[position] = (byte)key.Level;
            BinaryPrimitives.WriteUInt32BigEndian(destination[(position + 1)..], key.KeyId);
            BinaryPrimitives.WriteUInt128BigEndian(destination[(position + 5)..], key.Hash);
            position += ItemSize;
        }

        return position;
    }

    /// <summary>The hashes as a new array.</summary>
    public static byte[] ToArray(ReadOnlySpan<BadgeKey> badge)
    {
        var bytes = new byte[badge.Length * ItemSize];
        Write(bytes, badge);
        return bytes;
    }

    /// <summary>Hashes in a value.</summary>
    /// <exception cref="InvalidDataException">Its length is no multiple of 21: the store is damaged.</exception>
    public static int Count(ReadOnlySpan<byte> value) =>
        value.Length % ItemSize == 0 ? value.Length / ItemSize : throw new InvalidDataException($"A badge list has {value.Length} bytes.");

    /// <summary>The hash in this place.</summary>
    public static BadgeKey Read(ReadOnlySpan<byte> value, int index)
    {
        var item = value.Slice(index * ItemSize, ItemSize);
        return new BadgeKey((CredentialLevel)item[0], BinaryPrimitives.ReadUInt32BigEndian(item[1..]), BinaryPrimitives.ReadUInt128BigEndian(item[5..]));
    }
}

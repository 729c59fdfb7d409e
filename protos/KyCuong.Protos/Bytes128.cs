using System.Buffers.Binary;

namespace KyCuong.Protos;

/// <summary>16-byte identities (epoch, boot id, badge hash) are held as <see cref="UInt128"/>, big-endian on the wire and on disk.</summary>
public static class Bytes128
{
    /// <summary>Length in bytes.</summary>
    public const int Size = 16;

    /// <summary>Reads 16 bytes; false for any other length.</summary>
    public static bool TryRead(ReadOnlySpan<byte> bytes, out UInt128 value)
    {
        value = default;
        if (bytes.Length != Size) return false;
        value = BinaryPrimitives.ReadUInt128BigEndian(bytes);
        return true;
    }

    /// <summary>A new array of 16 bytes.</summary>
    public static byte[] ToArray(UInt128 value)
    {
        var bytes = new byte[Size];
        BinaryPrimitives.WriteUInt128BigEndian(bytes, value);
        return bytes;
    }
}

using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace KyCuong.Verify;

/// <summary>SHA-256 over values spelt as server/manual/log.md says: big-endian, texts with their length before them. Not thread-safe.</summary>
internal sealed class Sha : IDisposable
{
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly byte[] _bytes = new byte[8];

    /// <summary>As they are.</summary>
    public Sha Bytes(ReadOnlySpan<byte> bytes)
    {
        _hash.AppendData(bytes);
        return this;
    }

    public Sha U8(byte value)
    {
        _bytes[0] = value;
        return Bytes(_bytes.AsSpan(0, 1));
    }

    public Sha U32(uint value)
    {
        BinaryPrimitives.WriteUInt32BigEndian(_bytes, value);
        return Bytes(_bytes.AsSpan(0, 4));
    }

    public Sha I64(long value)
    {
        BinaryPrimitives.WriteInt64BigEndian(_bytes, value);
        return Bytes(_bytes);
    }

    /// <summary>u16 length and UTF-8.</summary>
    public Sha Text(string text)
    {
        var utf8 = Encoding.UTF8.GetBytes(text);
        BinaryPrimitives.WriteUInt16BigEndian(_bytes, (ushort)utf8.Length);
        return Bytes(_bytes.AsSpan(0, 2)).Bytes(utf8);
    }

    /// <summary>u32 length and the bytes.</summary>
    public Sha Long(ReadOnlySpan<byte> bytes) => U32((uint)bytes.Length).Bytes(bytes);

    /// <summary>The hash, 32 bytes; begins anew.</summary>
    public byte[] End() => _hash.GetHashAndReset();

    public void Dispose() => _hash.Dispose();
}

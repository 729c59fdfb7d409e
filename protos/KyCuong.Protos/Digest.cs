using System.Buffers.Binary;

namespace KyCuong.Protos;

/// <summary>32 bytes of SHA-256 as a value. <c>default</c> is all zeros: the hash before the first entry.</summary>
public readonly record struct Digest : IComparable<Digest>
{
    /// <summary>Length in bytes.</summary>
    public const int Size = 32;

    private readonly UInt128 _high;
    private readonly UInt128 _low;

    private Digest(UInt128 high, UInt128 low) => (_high, _low) = (high, low);

    /// <summary>True for the all-zero value.</summary>
    public bool IsZero => _high == 0 && _low == 0;

    /// <summary>Reads 32 bytes.</summary>
    /// <exception cref="ArgumentException">Another length.</exception>
    public static Digest FromBytes(ReadOnlySpan<byte> bytes) =>
        TryFromBytes(bytes, out var digest) ? digest : throw new ArgumentException($"A digest has {Size} bytes, this has {bytes.Length}.", nameof(bytes));

    /// <summary>Reads 32 bytes; false for any other length.</summary>
    public static bool TryFromBytes(ReadOnlySpan<byte> bytes, out Digest digest)
    {
        digest = default;
        if (bytes.Length != Size) return false;
        digest = new Digest(BinaryPrimitives.ReadUInt128BigEndian(bytes), BinaryPrimitives.ReadUInt128BigEndian(bytes[16..]));
        return true;
    }

    /// <summary>Writes 32 bytes.</summary>
    public void CopyTo(Span<byte> destination)
    {
        BinaryPrimitives.WriteUInt128BigEndian(destination, _high);
        BinaryPrimitives.WriteUInt128BigEndian(destination[16..], _low);
    }

    /// <summary>A new array of 32 bytes.</summary>
    public byte[] ToArray()
    {
        var bytes = new byte[Size];
        CopyTo(bytes);
        return bytes;
    }

    /// <inheritdoc />
    public int CompareTo(Digest other) => _high != other._high ? _high.CompareTo(other._high) : _low.CompareTo(other._low);

    /// <summary>Lower-case hex.</summary>
    public override string ToString() => $"{_high:x32}{_low:x32}";

    public static bool operator <(Digest left, Digest right) => left.CompareTo(right) < 0;
    public static bool operator >(Digest left, Digest right) => left.CompareTo(right) > 0;
    public static bool operator <=(Digest left, Digest right) => left.CompareTo(right) <= 0;
    public static bool operator >=(Digest left, Digest right) => left.CompareTo(right) >= 0;
}

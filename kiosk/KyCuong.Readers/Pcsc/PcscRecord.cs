using System.Buffers.Binary;

namespace KyCuong.Readers.Pcsc;

/// <summary>What a record between the transport and the driver says.</summary>
public enum PcscRecordKind
{
    /// <summary>To the driver, first after opening: the reader's name as PC/SC lists it, UTF-8.</summary>
    Reader = 0x01,

    /// <summary>To the driver, at opening and at each change: <c>dwEventState</c>, 4 bytes: count of insertions and removals (2), flags (2).</summary>
    State = 0x02,

    /// <summary>To the driver, one for each <see cref="Transmit"/>: return code of PC/SC (4 bytes), then the answer with its status word.</summary>
    Transmitted = 0x03,

    /// <summary>To the driver, one for each <see cref="Control"/>: return code of PC/SC (4 bytes), then the reader's answer.</summary>
    Controlled = 0x04,

    /// <summary>From the driver: connect to the card, transmit this command, disconnect and leave the card as it is.</summary>
    Transmit = 0x11,

    /// <summary>From the driver: send this to the reader itself as an escape command, card or not.</summary>
    Control = 0x12,
}

/// <summary>
/// PC/SC as a stream of bytes, so that the driver is pure and sessions can be kept and played again: <c>C5 kind lengthH lengthL payload
/// crcH crcL</c>, all numbers big-endian, CRC-16/XMODEM over kind, length and payload. The format is our own and never leaves the kiosk.
/// </summary>
public static class PcscRecord
{
    /// <summary>First byte of each record.</summary>
    public const byte Head = 0xC5;

    /// <summary>Longest payload, bytes: a short APDU's answer has 258, a reader's name under Linux 128.</summary>
    public const int MaxPayload = 512;

    /// <summary>Bytes in front of the payload.</summary>
    internal const int HeadBytes = 4;

    /// <summary>Bytes behind it.</summary>
    internal const int CrcBytes = 2;

    /// <summary>A record.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The payload is longer than <see cref="MaxPayload"/>.</exception>
    public static byte[] Build(PcscRecordKind kind, ReadOnlySpan<byte> payload)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(payload.Length, MaxPayload, nameof(payload));
        var record = new byte[HeadBytes + payload.Length + CrcBytes];
        record[0] = Head;
        record[1] = (byte)kind;
        BinaryPrimitives.WriteUInt16BigEndian(record.AsSpan(2), (ushort)payload.Length);
        payload.CopyTo(record.AsSpan(HeadBytes));
        BinaryPrimitives.WriteUInt16BigEndian(record.AsSpan(record.Length - CrcBytes), (ushort)Crc16.Of(record.AsSpan(1, record.Length - 1 - CrcBytes)));
        return record;
    }

    /// <summary>A record whose payload is a return code and what follows it; what is longer than a record is cut.</summary>
    public static byte[] Build(PcscRecordKind kind, uint code, ReadOnlySpan<byte> answer)
    {
        answer = answer[..Math.Min(answer.Length, MaxPayload - sizeof(uint))];
        Span<byte> payload = stackalloc byte[sizeof(uint) + answer.Length];
        BinaryPrimitives.WriteUInt32BigEndian(payload, code);
        answer.CopyTo(payload[sizeof(uint)..]);
        return Build(kind, payload);
    }

    /// <summary>Takes one whole record apart; false when the bytes are not exactly one good record.</summary>
    public static bool TryParse(ReadOnlySpan<byte> record, out PcscRecordKind kind, out ReadOnlySpan<byte> payload)
    {
        kind = default;
        payload = default;
        if (record.Length < HeadBytes + CrcBytes || record[0] != Head || record.Length != HeadBytes + PayloadLength(record) + CrcBytes)
            return false;
        if (Crc16.Of(record[1..^CrcBytes]) != BinaryPrimitives.ReadUInt16BigEndian(record[^CrcBytes..]))
            return false;
        kind = (PcscRecordKind)record[1];
        payload = record[HeadBytes..^CrcBytes];
        return true;
    }

    internal static int PayloadLength(ReadOnlySpan<byte> head) => BinaryPrimitives.ReadUInt16BigEndian(head[2..]);
}

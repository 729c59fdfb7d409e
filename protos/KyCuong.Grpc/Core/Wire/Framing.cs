using System.Buffers;
using System.Buffers.Binary;

namespace Grpc.Core.Wire;

/// <summary>Length-prefixed messages. Pure.</summary>
internal static class Framing
{
    /// <summary>
    /// Takes one whole frame off the front, or leaves the buffer alone and answers false. A length over the limit is refused
    /// from the prefix alone, before any of the message is waited for.
    /// </summary>
    public static bool TryTake(ref ReadOnlySequence<byte> buffer, int limitBytes, out bool compressed, out ReadOnlySequence<byte> payload)
    {
        compressed = false;
        payload = default;
        if (buffer.Length < WireNames.FrameHeaderLength) return false;

        Span<byte> header = stackalloc byte[WireNames.FrameHeaderLength];
        buffer.Slice(0, WireNames.FrameHeaderLength).CopyTo(header);
        if (header[0] > 1)
            throw new RpcException(new Status(StatusCode.Internal, $"A message begins with the flag byte {header[0]}; only 0 and 1 exist."));
        var length = BinaryPrimitives.ReadUInt32BigEndian(header[1..]);
        if (length > (uint)limitBytes) throw TooLarge("received", length, limitBytes);
        if (buffer.Length - WireNames.FrameHeaderLength < length) return false;

        compressed = header[0] == 1;
        payload = buffer.Slice(WireNames.FrameHeaderLength, length);
        buffer = buffer.Slice(payload.End);
        return true;
    }

    /// <summary>Writes the five bytes in front of a message.</summary>
    public static void WriteHeader(Span<byte> into, bool compressed, int length)
    {
        into[0] = compressed ? (byte)1 : (byte)0;
        BinaryPrimitives.WriteUInt32BigEndian(into[1..], (uint)length);
    }

    public static RpcException TooLarge(string what, long bytes, long limitBytes, bool atLeast = false) =>
        new(new Status(StatusCode.ResourceExhausted, $"The {what} message has {(atLeast ? "at least " : "")}{bytes} bytes; the limit is {limitBytes}."));
}

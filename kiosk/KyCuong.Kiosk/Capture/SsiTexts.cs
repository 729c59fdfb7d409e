using System.Buffers.Binary;

namespace KyCuong.Kiosk.Capture;

/// <summary>The texts of scans in several SSI packets (Zebra 72E-40451): status bit 1 = more follow, bit 0 = sent again. Pure.</summary>
internal static class SsiTexts
{
    private const int Head = 4;
    private const int LongHead = 7;
    private const int Sum = 2;
    private const byte Decode = 0xF3;
    private const byte LongDecode = 0xF4;
    private const int SentAgain = 0x01;
    private const int MoreFollow = 0x02;

    /// <summary>Those of more than one packet, each packet with a right sum; a packet sent again is a copy.</summary>
    public static IEnumerable<JoinedText> Of(byte[] bytes)
    {
        var (places, copies, packets) = (new List<int>(), new List<(int, int)>(), 0);
        Range? before = null;
        for (var i = 0; i < bytes.Length; i++)
        {
            var isLong = bytes[i] == 0xFF && i + LongHead <= bytes.Length && bytes[i + 1] == LongDecode;
            var (head, length) = isLong ? (LongHead, BinaryPrimitives.ReadUInt16BigEndian(bytes.AsSpan(i + 2))) : (Head, bytes[i]);
            if (length <= head || i + length + Sum > bytes.Length || (!isLong && bytes[i + 1] != Decode) || bytes[i + head - 2] != 0 || !IsGood(bytes.AsSpan(i, length + Sum))) continue;
            // The first byte of the data is the kind of code.
            var (status, text) = (bytes[i + head - 1], (i + head + 1)..(i + length));
            i += length + Sum - 1;
            if ((status & SentAgain) != 0 && before is { } last && bytes.AsSpan(last).SequenceEqual(bytes.AsSpan(text)))
            {
                for (var k = 0; k < text.End.Value - text.Start.Value; k++) copies.Add((last.Start.Value + k, text.Start.Value + k));
            }
            else
            {
                if (packets == 0) copies.Clear();
                places.AddRange(Enumerable.Range(text.Start.Value, text.End.Value - text.Start.Value));
                packets++;
                before = text;
            }

            if ((status & MoreFollow) != 0) continue;
            // The last packet may come again: then its copy is made with the scan that follows, from what stands there by then.
            if (packets > 1) yield return new JoinedText([.. places], [.. copies]);
            else if (copies.Count > 0) yield return new JoinedText([], [.. copies]);
            (packets, places, copies) = (0, [], []);
        }
    }

    private static bool IsGood(ReadOnlySpan<byte> packet)
    {
        var total = (int)BinaryPrimitives.ReadUInt16BigEndian(packet[^Sum..]);
        foreach (var b in packet[..^Sum]) total += b;
        return (total & 0xFFFF) == 0;
    }
}

using System.Buffers.Binary;

namespace KyCuong.Fuzz;

/// <summary>Ways to spoil bytes. Pure.</summary>
internal static class Mutation
{
    /// <summary>No input is longer, bytes.</summary>
    public const int Longest = 8 * 1024;

    private static readonly byte[] Bytes = [0x00, 0x01, 0x02, 0x03, 0x0A, 0x0D, 0x1A, 0x20, 0x22, 0x25, 0x30, 0x39, 0x41, 0x46, 0x7F, 0x80, 0xC0, 0xED, 0xF3, 0xF4, 0xFE, 0xFF];

    private static readonly ulong[] Numbers =
    [
        0, 1, 2, 127, 128, 129, 255, 256, 257, 1023, 1024, 1025, 4095, 4096, 4097, 32767, 32768, 65535, 65536,
        int.MaxValue - 1, int.MaxValue, int.MaxValue + 1u, uint.MaxValue - 1, uint.MaxValue, uint.MaxValue + 1ul, long.MaxValue - 1, long.MaxValue, long.MaxValue + 1ul, ulong.MaxValue - 1, ulong.MaxValue,
    ];

    /// <summary>One to four changes of an input.</summary>
    public static byte[] Of(byte[] input, IReadOnlyList<byte[]> all, Random random)
    {
        var spoilt = new List<byte>(input);
        for (var left = 1 + random.Next(4); left > 0; left--) Once(spoilt, all, random);
        if (spoilt.Count > Longest) spoilt.RemoveRange(Longest, spoilt.Count - Longest);
        return [.. spoilt];
    }

    /// <summary>A number that programs stumble over.</summary>
    public static ulong Number(Random random) => random.Next(4) == 0 ? (ulong)random.NextInt64() : Numbers[random.Next(Numbers.Length)];

    private static void Once(List<byte> bytes, IReadOnlyList<byte[]> all, Random random)
    {
        var at = random.Next(bytes.Count + 1);
        var count = Math.Min(bytes.Count - at, 1 + random.Next(random.Next(4) == 0 ? 64 : 8));
        switch (random.Next(12))
        {
            case 0 or 1 when at < bytes.Count:
                bytes[at] ^= (byte)(1 << random.Next(8));
                break;
            case 2 when at < bytes.Count:
                bytes[at] = Bytes[random.Next(Bytes.Length)];
                break;
            case 3 when at < bytes.Count:
                bytes[at] = (byte)random.Next(256);
                break;
            case 4:
                bytes.RemoveRange(at, bytes.Count - at);
                break;
            case 5:
                bytes.RemoveRange(at, count);
                break;
            case 6:
                bytes.InsertRange(at, bytes.GetRange(at, count));
                break;
            case 7:
                var noise = new byte[1 + random.Next(16)];
                random.NextBytes(noise);
                bytes.InsertRange(at, noise);
                break;
            case 8:
                bytes.InsertRange(at, Enumerable.Repeat(Bytes[random.Next(Bytes.Length)], 1 + random.Next(random.Next(8) == 0 ? 1200 : 20)));
                break;
            case 9 when all.Count > 0:
                // The front of this one and the back of another.
                var other = all[random.Next(all.Count)];
                bytes.RemoveRange(at, bytes.Count - at);
                bytes.AddRange(other[random.Next(other.Length + 1)..]);
                break;
            case 10:
                PutNumber(bytes, at, random);
                break;
            default:
                // A stretch elsewhere.
                var stretch = bytes.GetRange(at, count);
                bytes.RemoveRange(at, count);
                bytes.InsertRange(random.Next(bytes.Count + 1), stretch);
                break;
        }
    }

    /// <summary>A length or a count, as big or little endian, over what stands there.</summary>
    private static void PutNumber(List<byte> bytes, int at, Random random)
    {
        Span<byte> number = stackalloc byte[8];
        var width = 1 << random.Next(4);
        var value = Number(random);
        var big = random.Next(2) == 0;
        if (big) BinaryPrimitives.WriteUInt64BigEndian(number, value);
        else BinaryPrimitives.WriteUInt64LittleEndian(number, value);
        var taken = big ? number[^width..] : number[..width];
        for (var i = 0; i < width && at + i < bytes.Count; i++) bytes[at + i] = taken[i];
    }
}

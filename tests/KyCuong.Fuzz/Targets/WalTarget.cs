using System.Buffers.Binary;
using KyCuong.Kiosk.Journal;

namespace KyCuong.Fuzz.Targets;

/// <summary>SQLite's write-ahead log as the kiosk looks at it before it opens a journal: one that is whole is called whole. Format: sqlite.org/fileformat2.html, section 4.</summary>
internal sealed class WalTarget : ITarget
{
    private const int Page = 512;

    public string Name => "wal";

    public int Weight => 5;

    public IReadOnlyList<byte[]> Seeds { get; } = [.. Enumerable.Range(1, 6).Select(i => Log(new Random(i)))];

    public byte[] Generate(Random random) => Log(random);

    /// <summary>A buffer of a megabyte where the head is gone, and a copy.</summary>
    public long MostAllocated(int inputBytes) => (2L << 20) + (8L * inputBytes);

    public string? Take(byte[] input)
    {
        var state = WalCheck.Look(input);
        return IsWhole(input) && state != WalState.Whole ? $"a whole log is called {state}" : null;
    }

    private static byte[] Log(Random random)
    {
        var frames = random.Next(6);
        var log = new byte[32 + (frames * (24 + Page))];
        BinaryPrimitives.WriteUInt32BigEndian(log, 0x377F0682u | (uint)random.Next(2));
        BinaryPrimitives.WriteUInt32BigEndian(log.AsSpan(4), 3007000);
        BinaryPrimitives.WriteUInt32BigEndian(log.AsSpan(8), Page);
        random.NextBytes(log.AsSpan(16, 8));
        var sum = Put(log, 24, Sum(log, 0, 24, (0, 0)));
        for (var at = 32; at < log.Length; at += 24 + Page)
        {
            BinaryPrimitives.WriteUInt32BigEndian(log.AsSpan(at), 1 + (uint)random.Next(9));
            BinaryPrimitives.WriteUInt32BigEndian(log.AsSpan(at + 4), (uint)random.Next(3));
            log.AsSpan(16, 8).CopyTo(log.AsSpan(at + 8));
            random.NextBytes(log.AsSpan(at + 24, Page));
            sum = Put(log, at + 16, Sum(log, at + 24, Page, Sum(log, at, 8, sum)));
        }

        return log;
    }

    private static bool IsWhole(byte[] log)
    {
        if (log.Length <= 32) return true;
        if ((BinaryPrimitives.ReadUInt32BigEndian(log) & ~1u) != 0x377F0682 || BinaryPrimitives.ReadUInt32BigEndian(log.AsSpan(8)) != Page || (log.Length - 32) % (24 + Page) != 0) return false;
        var sum = Sum(log, 0, 24, (0, 0));
        if (sum != Get(log, 24)) return false;
        for (var at = 32; at < log.Length; at += 24 + Page)
        {
            sum = Sum(log, at + 24, Page, Sum(log, at, 8, sum));
            if (sum != Get(log, at + 16) || !log.AsSpan(at + 8, 8).SequenceEqual(log.AsSpan(16, 8))) return false;
        }

        return true;
    }

    private static (uint, uint) Sum(byte[] log, int from, int count, (uint A, uint B) sum)
    {
        var big = (log[3] & 1) == 1;
        for (var at = from; at < from + count; at += 8)
        {
            var (x, y) = Get(log, at);
            if (!big) (x, y) = (BinaryPrimitives.ReverseEndianness(x), BinaryPrimitives.ReverseEndianness(y));
            sum.A = unchecked(sum.A + x + sum.B);
            sum.B = unchecked(sum.B + y + sum.A);
        }

        return sum;
    }

    private static (uint, uint) Get(byte[] log, int at) => (BinaryPrimitives.ReadUInt32BigEndian(log.AsSpan(at)), BinaryPrimitives.ReadUInt32BigEndian(log.AsSpan(at + 4)));

    private static (uint, uint) Put(byte[] log, int at, (uint A, uint B) sum)
    {
        BinaryPrimitives.WriteUInt32BigEndian(log.AsSpan(at), sum.A);
        BinaryPrimitives.WriteUInt32BigEndian(log.AsSpan(at + 4), sum.B);
        return sum;
    }
}

using System.Buffers;
using KyCuong.Server.Serve;

namespace KyCuong.Fuzz.Targets;

/// <summary>
/// What a client sends on its connection, <c>budget u8 | bytes a read u8 | stream</c>: the frames are counted as a second counter does
/// that sees the whole stream at once, and the budget is spent exactly when it says.
/// </summary>
internal sealed class Http2Target : ITarget
{
    private const int Preface = 24;

    public string Name => "http2-frames";

    public int Weight => 60;

    public IReadOnlyList<byte[]> Seeds { get; } = [.. Enumerable.Range(1, 12).Select(i => Connection(new Random(i)))];

    public byte[] Generate(Random random) => Connection(random);

    public long MostAllocated(int inputBytes) => 64 * 1024 + (64L * inputBytes);

    public string? Take(byte[] input)
    {
        if (input.Length < 2) return null;
        var (burst, piece, stream) = (input[0], Math.Max(1, (int)input[1]), input[2..]);
        var budget = new FrameBudget(burst, 0, new StoppedClock());
        for (var at = 0; at < stream.Length; at += piece)
        {
            var length = Math.Min(piece, stream.Length - at);
            var taken = budget.Take(new ReadOnlySequence<byte>(stream, at, length));
            var counted = Counted(stream.AsSpan(0, at + length));
            if (taken != (counted <= burst)) return $"after {at + length} bytes there are {counted} frames, of {burst} that may be; taken: {taken}";
            if (!taken) return null;
        }

        return null;
    }

    /// <summary>Heads that are there whole: length u24, type; DATA of 128 bytes or more is free.</summary>
    private static int Counted(ReadOnlySpan<byte> stream)
    {
        var count = 0;
        for (var at = Preface; at + 9 <= stream.Length;)
        {
            var length = (stream[at] * 65_536) + (stream[at + 1] * 256) + stream[at + 2];
            if (stream[at + 3] != 0 || length < 128) count++;
            at += 9 + length;
        }

        return count;
    }

    private static byte[] Connection(Random random)
    {
        List<byte> bytes = [(byte)random.Next(12), (byte)random.Next(1, 60), .. "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8];
        for (var left = random.Next(14); left > 0; left--)
        {
            int[] lengths = [0, 0, 4, 8, 127, 128, 129, 300];
            var length = lengths[random.Next(lengths.Length)];
            bytes.AddRange([0, (byte)(length >> 8), (byte)length, (byte)random.Next(11), (byte)random.Next(256), 0, 0, 0, (byte)random.Next(4), .. new byte[length]]);
        }

        return [.. bytes];
    }

    private sealed class StoppedClock : TimeProvider
    {
        public override long GetTimestamp() => 0;
    }
}

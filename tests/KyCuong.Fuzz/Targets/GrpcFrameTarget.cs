using System.IO.Compression;
using Grpc.Core;
using Grpc.Core.Wire;

namespace KyCuong.Fuzz.Targets;

/// <summary>
/// Length-prefixed messages, <c>flags u8 | bytes a read u8 | stream</c>: those that a second reader takes from the whole stream, then its status.
/// A message that is more than the limit, or unpacks to more, is refused before that much was allocated.
/// </summary>
internal sealed class GrpcFrameTarget : ITarget
{
    private const int Limit = 4_096;

    public string Name => "grpc-frames";

    public int Weight => 60;

    public IReadOnlyList<byte[]> Seeds { get; } = [.. Enumerable.Range(1, 20).Select(i => Stream(new Random(i)))];

    public byte[] Generate(Random random) => Stream(random);

    /// <summary>A bomb of 8 KiB unpacks to 8 MB; of it no more than the limit and a chunk are ever there. Most of this is the second reader's.</summary>
    public long MostAllocated(int inputBytes) => 512 * 1024 + (64L * inputBytes);

    public string? Take(byte[] input)
    {
        if (input.Length < 2) return null;
        var (gzip, piece, stream) = ((input[0] & 1) == 1, Math.Max(1, (int)input[1]), input[2..]);
        var first = Messages(new MessageReader<byte[]>(new PiecePipe(stream, piece), context => context.PayloadAsNewBuffer(), Limit, gzip));
        var second = Second(stream, gzip);
        return second.Contains(first) ? null : $"the runtime says {first}, the second reader {string.Join(" or ", second)}";
    }

    private static string Messages(MessageReader<byte[]> reader)
    {
        var said = new List<string>();
        try
        {
            do
            {
                while (reader.TryTake(out var message)) said.Add(Say(message!));
            }
            while (PiecePipe.Filled(reader.FillAsync(CancellationToken.None)));
            said.Add("end");
        }
        catch (RpcException end)
        {
            said.Add(end.StatusCode.ToString());
        }

        return string.Join(' ', said);
    }

    /// <summary>What may be said: of a message that is spoilt and too long both, either.</summary>
    private static string[] Second(byte[] stream, bool gzip)
    {
        var said = new List<string>();
        for (var at = 0; ;)
        {
            if (at == stream.Length) return [string.Join(' ', [.. said, "end"])];
            var left = stream.Length - at;
            var length = left < 5 ? 0 : stream.AsSpan(at + 1, 4).ToArray().Aggregate(0L, (sum, b) => (sum * 256) + b);
            var problem = left < 5 ? StatusCode.Internal
                : stream[at] > 1 ? StatusCode.Internal
                : length > Limit ? StatusCode.ResourceExhausted
                : left - 5 < length ? StatusCode.Internal
                : stream[at] == 1 && !gzip ? StatusCode.Internal
                : StatusCode.OK;
            var message = problem == StatusCode.OK ? stream.AsSpan(at + 5, (int)length).ToArray() : [];
            if (problem == StatusCode.OK && stream[at] == 1)
            {
                // Spoilt beyond the limit: which of the two is met first is the unpacker's affair.
                if (Unpack(message) is not { } plain || plain.Length > Limit) return [.. new[] { StatusCode.Internal, StatusCode.ResourceExhausted }.Select(either => string.Join(' ', [.. said, either.ToString()]))];
                message = plain;
            }

            if (message.Length > Limit) problem = StatusCode.ResourceExhausted;
            if (problem != StatusCode.OK) return [string.Join(' ', [.. said, problem.ToString()])];
            said.Add(Say(message));
            at += 5 + (int)length;
        }
    }

    /// <summary>Unpacked, no further than one byte beyond the limit; null: spoilt.</summary>
    private static byte[]? Unpack(byte[] packed)
    {
        using var gzip = new GZipStream(new MemoryStream(packed), CompressionMode.Decompress);
        var plain = new byte[Limit + 1];
        try
        {
            return plain[..gzip.ReadAtLeast(plain, plain.Length, throwOnEndOfStream: false)];
        }
        catch (InvalidDataException)
        {
            return null;
        }
    }

    private static string Say(byte[] message) => $"{message.Length}:{Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(message))[..8]}";

    private static byte[] Stream(Random random)
    {
        List<byte> bytes = [(byte)random.Next(2), (byte)random.Next(1, random.Next(2) == 0 ? 8 : 256)];
        for (var left = random.Next(4); left >= 0; left--)
        {
            var message = new byte[random.Next(8) == 0 ? Limit + random.Next(-1, 2) : random.Next(60)];
            if (random.Next(3) > 0) random.NextBytes(message);
            var packed = random.Next(3) == 0;
            if (packed) message = Pack(random.Next(6) == 0 ? new byte[random.Next(1 << 22)] : message);
            bytes.AddRange([packed ? (byte)1 : (byte)0, 0, 0, (byte)(message.Length >> 8), (byte)message.Length, .. message]);
        }

        return bytes.Count > Mutation.Longest ? [.. bytes[..Mutation.Longest]] : [.. bytes];
    }

    private static byte[] Pack(byte[] plain)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest)) gzip.Write(plain);
        return packed.ToArray();
    }
}

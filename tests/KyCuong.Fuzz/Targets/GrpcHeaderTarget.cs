using System.Numerics;
using System.Text;
using Grpc.Core;
using Grpc.Core.Wire;

namespace KyCuong.Fuzz.Targets;

/// <summary>
/// Values of gRPC's headers, <c>which u8 | text as Latin-1</c>, as HTTP brings them: grpc-timeout, grpc-message, metadata. None throws; what is taken can be sent
/// again and means the same.
/// </summary>
internal sealed class GrpcHeaderTarget : ITarget
{
    public string Name => "grpc-headers";

    public int Weight => 60;

    public IReadOnlyList<byte[]> Seeds { get; } =
    [
        .. new[] { "\0" + "1n", "\0" + "99999999H", "\0" + "250m", "\0" + "5S", "\u0001" + "%C4%90%C3%A3 ghi nh%E1%BA%ADn", "\u0001" + "50%", "\u0001" + "%zz%4", "\u0002" + "x-id: 12", "\u0002" + "key-bin: AAEC,/w==", "\u0002" + "te: trailers" }
            .Select(Encoding.Latin1.GetBytes),
    ];

    public byte[] Generate(Random random)
    {
        var text = random.Next(3) switch
        {
            0 => "\0" + Mutation.Number(random).ToString(null, null) + "HMSmun"[random.Next(6)],
            1 => "\u0001" + string.Concat(Enumerable.Range(0, random.Next(20)).Select(_ => random.Next(3) == 0 ? "a%" : "%" + random.Next(256).ToString("X2", null))),
            _ => "\u0002" + "name-bin: " + Convert.ToBase64String(BitConverter.GetBytes(Mutation.Number(random))).TrimEnd(random.Next(2) == 0 ? '=' : '!'),
        };
        return Encoding.Latin1.GetBytes(text);
    }

    public long MostAllocated(int inputBytes) => 64 * 1024 + (512L * inputBytes);

    public string? Take(byte[] input)
    {
        if (input.Length == 0) return null;
        var text = Encoding.Latin1.GetString(input.AsSpan(1));
        return (input[0] % 3) switch { 0 => Timeout(text), 1 => Message(text), _ => Entry(text) };
    }

    private static string? Timeout(string text)
    {
        var taken = TimeoutHeader.TryParse(text, out var timeout);
        // By the protocol: one to eight digits and a unit.
        var isOne = text.Length is >= 2 and <= 9 && text[..^1].All(char.IsAsciiDigit) && "HMSmun".Contains(text[^1], StringComparison.Ordinal);
        if (taken != isOne) return $"timeout '{text}' taken: {taken}";
        if (!taken) return null;
        BigInteger[] units = [36_000_000_000, 600_000_000, 10_000_000, 10_000, 10];
        var number = BigInteger.Parse(text[..^1], null);
        var unit = "HMSmu".IndexOf(text[^1], StringComparison.Ordinal);
        var ticks = BigInteger.Min(unit < 0 ? (number + 99) / 100 : number * units[unit], TimeSpan.MaxValue.Ticks);
        if (timeout.Ticks != ticks) return $"timeout '{text}' is {timeout.Ticks} ticks, not {ticks}";
        // Sent again it is never shorter; beyond 99,999,999 hours there is no way to say it.
        return TimeoutHeader.TryParse(TimeoutHeader.Encode(timeout), out var again) && (again >= timeout || timeout > TimeSpan.FromHours(99_999_999)) ? null : $"timeout '{text}' sent again is shorter";
    }

    private static string? Message(string text)
    {
        var decoded = PercentEncoding.Decode(text);
        var sent = PercentEncoding.Encode(decoded);
        if (sent.AsSpan().ContainsAnyExceptInRange(' ', '~')) return "an encoded message is not printable ASCII";
        return PercentEncoding.Decode(sent) == decoded ? null : "a message is another after being sent again";
    }

    private static string? Entry(string text)
    {
        var parts = text.Split(": ", 2);
        var metadata = new Metadata();
        MetadataWire.Parse(metadata, parts[0], parts.Length > 1 ? parts[1] : "");
        foreach (var entry in metadata)
        {
            if (MetadataWire.IsOwn(entry.Key)) return $"the protocol's own '{entry.Key}' became metadata";
            if (!entry.IsBinary) continue;
            var again = new Metadata();
            MetadataWire.Parse(again, entry.Key, MetadataWire.Format(entry));
            if (!again.Single().ValueBytes.SequenceEqual(entry.ValueBytes)) return $"'{entry.Key}' is another after being sent again";
        }

        return null;
    }
}

using KyCuong.Fuzz.References;
using KyCuong.Readers;
using KyCuong.Readers.Tests;

namespace KyCuong.Fuzz.Targets;

/// <summary>
/// A reader's driver, given a line: it throws nothing, holds at most 4 KiB, keeps to the clock, and reads no badge that does not stand in what
/// it heard. Of the serial EM4100 modules a second decoder reads the same badges at the same times.
/// </summary>
internal sealed class DriverTarget : ITarget
{
    private readonly IReaderProtocol _protocol;
    private readonly VectorFile _file;
    private readonly ReaderOptions[] _options;

    public DriverTarget(string reader)
    {
        _protocol = ReaderCatalog.Find(reader)!;
        _file = VectorFile.Of(reader);
        _options = [.. _file.Vectors.Select(vector => vector.Options).Distinct()];
        Seeds = [.. _file.Vectors.Where(vector => vector.Bytes.Length <= Mutation.Longest).Select(SeedOf)];
    }

    public string Name => _protocol.Id;

    // A keyboard's records are 24 bytes a change of a key; the others are about as fast as each other.
    public int Weight => Name == "keyboard" ? 15 : 45;

    public IReadOnlyList<byte[]> Seeds { get; }

    public byte[]? Generate(Random random)
    {
        var pieces = new List<Piece>();
        for (var left = 1 + random.Next(4); left > 0; left--)
        {
            if (Frames.Any(Name, random) is not { } frame) return null;
            if (frame.Length > 1 && random.Next(4) == 0)
            {
                var cut = random.Next(frame.Length);
                pieces.Add(new Piece(LineInput.AnyGap(random), frame[..cut]));
                frame = frame[cut..];
            }

            pieces.Add(new Piece(LineInput.AnyGap(random), frame));
        }

        return new LineInput((byte)random.Next(_options.Length), pieces).Write();
    }

    public byte[] Mutate(byte[] input, IReadOnlyList<byte[]> all, Random random) =>
        random.Next(4) == 0 ? Mutation.Of(input, all, random) : LineInput.Read(input).Spoilt(all, random).Write();

    /// <summary>The recording of all that was heard, for the comparison, is most of it.</summary>
    public long MostAllocated(int inputBytes) => (4L << 20) + (2_048L * inputBytes);

    public string? Take(byte[] input)
    {
        var line = LineInput.Read(input);
        var options = _options[line.Options % _options.Length];
        var player = new LinePlayer(_protocol, options, _file.Answers);
        player.Play(line);
        if (player.MostHeld > IReaderDriver.MemoryLimitBytes) return $"the driver held {player.MostHeld} bytes";
        foreach (var read in player.Reads)
        {
            if (!Sessions(player.Heard).Any(heard => Evidence.Supports(Name, options, heard, read)))
                return $"{Evidence.NameOf(read)} was read at {read.At} us and does not stand in what was heard";
        }

        return Second(player, options) is { } second && !second.SequenceEqual(player.Reads.Select(read => (Convert.ToHexString(read.Value.Span), read.At)))
            ? $"the driver read {Say(player.Reads.Select(read => (Convert.ToHexString(read.Value.Span), read.At)))}, the second decoder {Say(second)}"
            : null;
    }

    private IReadOnlyList<(string Tag, long At)>? Second(LinePlayer player, ReaderOptions options) => Name switch
    {
        _ when options.Silence is not null => null,
        "rdm6300" => EmFrames.WithMarks(player.Heard, "\u0003"),
        "id-12la" => EmFrames.WithMarks(player.Heard, "\r\n\u0003"),
        "em-18" => EmFrames.BetweenSilences(player.Heard),
        _ => null,
    };

    private byte[] SeedOf(Vector vector)
    {
        var pieces = new List<Piece>();
        long? before = null;
        foreach (var chunk in vector.Chunks)
        {
            pieces.Add(new Piece(before is { } at ? chunk.At - at : 0, chunk.Bytes));
            before = chunk.At;
        }

        return new LineInput((byte)Array.IndexOf(_options, vector.Options), pieces).Write();
    }

    private static IEnumerable<byte[]> Sessions(List<LineByte> heard)
    {
        var session = new List<byte>();
        foreach (var one in heard)
        {
            if (one.Value is { } b)
            {
                session.Add(b);
                continue;
            }

            yield return [.. session];
            session.Clear();
        }

        yield return [.. session];
    }

    private static string Say(IEnumerable<(string Tag, long At)> reads) => "[" + string.Join(", ", reads.Select(read => $"{read.Tag} at {read.At}")) + "]";
}

namespace KyCuong.Fuzz;

/// <summary>Bytes that come together, so many microseconds after those before; null: the line hangs up and is opened anew.</summary>
internal readonly record struct Piece(long Gap, byte[]? Bytes);

/// <summary>
/// A reader's line as one run of bytes: which options, then pieces as <c>gap u8 | length u8 | bytes</c>. Any run of bytes is such a
/// line. Pure.
/// </summary>
/// <param name="Options">Which of the reader's options.</param>
/// <param name="Pieces">In order.</param>
internal sealed record LineInput(byte Options, IReadOnlyList<Piece> Pieces)
{
    private const byte HangUp = 0xFF;

    // Every silence that some driver knows, and the microsecond before.
    private static readonly long[] Gaps =
    [
        0, 0, 0, 1_000, 4_000, 8_000, 16_000, 19_999, 20_000, 39_999, 40_000, 59_999, 60_000, 65_000, 99_999, 100_000, 250_000, 300_000, 499_999, 500_000,
        900_000, 1_000_000, 2_000_000, 3_000_000, 10_000_000, 20_000_000,
    ];

    /// <summary>Reads it.</summary>
    public static LineInput Read(ReadOnlySpan<byte> input)
    {
        var pieces = new List<Piece>();
        for (var at = 1; at < input.Length;)
        {
            var gap = input[at++];
            if (gap == HangUp)
            {
                pieces.Add(new Piece(0, null));
                continue;
            }

            var length = at < input.Length ? Math.Min(input[at++], input.Length - at) : 0;
            pieces.Add(new Piece(Gaps[gap % Gaps.Length], input.Slice(at, length).ToArray()));
            at += length;
        }

        return new LineInput(input.IsEmpty ? (byte)0 : input[0], pieces);
    }

    /// <summary>Writes it; gaps become the nearest that there are.</summary>
    public byte[] Write()
    {
        var bytes = new List<byte> { Options };
        foreach (var piece in Pieces)
        {
            if (piece.Bytes is null) bytes.Add(HangUp);
            var gap = piece.Gap;
            foreach (var part in piece.Bytes?.Chunk(255) ?? [])
            {
                var nearest = Gaps.MinBy(known => Math.Abs(known - gap));
                bytes.AddRange([(byte)Array.IndexOf(Gaps, nearest), (byte)part.Length, .. part]);
                gap = 0;
            }
        }

        return [.. bytes];
    }

    /// <summary>A gap that some driver knows.</summary>
    public static long AnyGap(Random random) => Gaps[random.Next(Gaps.Length)];

    /// <summary>The same line with its pieces cut, joined, dropped, said twice, delayed, spoilt, or hung up on.</summary>
    public LineInput Spoilt(IReadOnlyList<byte[]> all, Random random)
    {
        var pieces = Pieces.ToList();
        for (var left = 1 + random.Next(3); left > 0; left--)
        {
            if (pieces.Count == 0) pieces.Add(new Piece(0, []));
            var at = random.Next(pieces.Count);
            var piece = pieces[at];
            switch (random.Next(9))
            {
                case 0 when piece.Bytes is { Length: > 1 } bytes:
                    var cut = random.Next(bytes.Length);
                    pieces[at] = piece with { Bytes = bytes[..cut] };
                    pieces.Insert(at + 1, new Piece(AnyGap(random), bytes[cut..]));
                    break;
                case 1:
                    pieces.RemoveAt(at);
                    break;
                case 2:
                    pieces.Insert(at, piece);
                    break;
                case 3:
                    pieces[at] = piece with { Gap = AnyGap(random) };
                    break;
                case 4:
                    pieces.Insert(at, new Piece(0, null));
                    break;
                case 5 when all.Count > 0:
                    pieces.InsertRange(at, Read(all[random.Next(all.Count)]).Pieces.Take(4));
                    break;
                default:
                    if (piece.Bytes is { } spoil) pieces[at] = piece with { Bytes = Mutation.Of(spoil, [], random) };
                    break;
            }
        }

        return this with { Pieces = pieces };
    }
}

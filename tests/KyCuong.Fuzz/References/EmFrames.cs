using System.Globalization;

namespace KyCuong.Fuzz.References;

/// <summary>A byte and when it came, microseconds; null: the line was opened anew.</summary>
internal readonly record struct LineByte(byte? Value, long At);

/// <summary>
/// A second decoder of the serial EM4100 modules, written from <c>hardware-notes/rdm6300.md</c>, <c>id-12la.md</c> and <c>em-18.md</c>: looks at
/// the whole recording at once instead of following it byte by byte. Gives the tags in order with the time of each frame's first byte.
/// </summary>
internal static class EmFrames
{
    /// <summary>STX, 12 digits, tail; no two bytes of a frame 100 ms apart.</summary>
    public static IReadOnlyList<(string Tag, long At)> WithMarks(IReadOnlyList<LineByte> line, string tail)
    {
        var tags = new List<(string, long)>();
        var length = 13 + tail.Length;
        for (var i = 0; i + length <= line.Count; i++)
        {
            if (line[i].Value != 2) continue;
            var frame = line.Skip(i).Take(length).ToList();
            if (frame.Any(b => b.Value is null)) continue;
            if (frame.Zip(frame.Skip(1)).Any(pair => pair.Second.At - pair.First.At >= 100_000)) continue;
            var text = Text(frame);
            if (text[13..] == tail && Tag(text.Substring(1, 12)) is { } tag) tags.Add((tag, frame[0].At));
        }

        return tags;
    }

    /// <summary>12 or 24 digits between silences of 20 ms; 40 ms in front where what came before was no such burst, or the opening.</summary>
    public static IReadOnlyList<(string Tag, long At)> BetweenSilences(IReadOnlyList<LineByte> line)
    {
        var tags = new List<(string, long)>();
        var (last, broken) = (0L, true);
        for (var i = 0; i < line.Count;)
        {
            if (line[i].Value is null)
            {
                (last, broken) = (line[i++].At, true);
                continue;
            }

            var end = i + 1;
            while (end < line.Count && line[end].Value is not null && line[end].At - line[end - 1].At < 20_000) end++;
            // A line that is opened anew in the middle of a burst ends nothing: the burst is forgotten.
            var cut = end < line.Count && line[end].Value is null && line[end].At - line[end - 1].At < 20_000;
            var burst = line.Skip(i).Take(end - i).ToList();
            var doubtful = broken && burst[0].At - last < 40_000;
            broken = doubtful || burst.Count is not (12 or 24);
            if (!broken && !cut)
            {
                foreach (var half in burst.Chunk(12))
                    if (Tag(Text(half)) is { } tag) tags.Add((tag, burst[0].At));
            }

            (last, i) = (burst[^1].At, end);
        }

        return tags;
    }

    /// <summary>Ten digits whose five bytes, with the sixth, come to zero by XOR, and that are not all zeros or all ones.</summary>
    private static string? Tag(string digits)
    {
        if (!digits.All(char.IsAsciiHexDigit)) return null;
        var bytes = Enumerable.Range(0, 6).Select(i => byte.Parse(digits.AsSpan(2 * i, 2), NumberStyles.HexNumber, CultureInfo.InvariantCulture)).ToList();
        return bytes.Aggregate(0, (sum, b) => sum ^ b) != 0 || bytes.Take(5).All(b => b == 0) || bytes.Take(5).All(b => b == 255) ? null : digits[..10].ToUpperInvariant();
    }

    private static string Text(IEnumerable<LineByte> bytes) => string.Concat(bytes.Select(b => (char)b.Value!.Value));
}

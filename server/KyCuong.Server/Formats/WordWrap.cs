namespace KyCuong.Server.Formats;

/// <summary>Breaks text between words, as a cell does that wraps.</summary>
internal static class WordWrap
{
    /// <summary>The lines of <paramref name="text"/> in <paramref name="width"/> characters; a word longer than that runs on.</summary>
    public static IReadOnlyList<string> Lines(string text, int width)
    {
        var lines = new List<string>();
        foreach (var word in text.Split(' '))
        {
            if (lines is [.., var last] && last.Length + 1 + word.Length <= width) lines[^1] = $"{last} {word}";
            else lines.Add(word);
        }

        return lines;
    }
}

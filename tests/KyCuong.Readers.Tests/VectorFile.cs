using System.Globalization;
using System.Text;
using KyCuong.Readers.Cards;
using KyCuong.Readers.LineScanner;

namespace KyCuong.Readers.Tests;

/// <summary>
/// <c>vectors/&lt;reader&gt;.txt</c>. Lines, in any order but the header first:
/// <list type="bullet">
/// <item><c># …</c> comment; <c>source: …</c> who says so, at least one, before the first vector;</item>
/// <item><c>resync: at once</c> or <c>resync: after N ms</c>: when a frame is found after noise, see <see cref="Resync"/>;</item>
/// <item><c>spoil: up to N bytes</c>: frames of this reader are long; see <see cref="SpoilUpTo"/>;</item>
/// <item><c>streams: …</c> options under which arbitrary streams are played, written as in <c>options:</c>; without it the default;</item>
/// <item><c>unprotected: …</c> why a flipped bit may give another card, a sentence that must stand in the reader's page too;</item>
/// <item><c>answer: command => bytes</c>, of a reader that is asked: what it says at once to a command; the vectors are what comes besides;</item>
/// <item><c>options: end=… aim=… prefix=… silence=N format=… card=… address=N</c> for the vectors that follow; <c>options:</c> alone = default;</item>
/// <item><c>name | @ms bytes … @ms bytes … | outcomes</c>, bytes as hex, <c>HH*count</c> or "text", outcomes or <c>none</c>.</item>
/// </list>
/// </summary>
internal sealed class VectorFile
{
    /// <summary>Time from opening the line to the vector's @0, so that nothing follows the opening too closely.</summary>
    private const long Lead = 1_000_000;

    private static readonly Dictionary<string, VectorFile> Loaded = ReaderCatalog.All.ToDictionary(p => p.Id, p => new VectorFile(p.Id));

    private readonly List<Vector> _vectors = [];
    private readonly List<string> _sources = [];
    private readonly Dictionary<string, byte[]> _answers = [];

    private VectorFile(string reader, string? path = null)
    {
        Path = path ?? System.IO.Path.Combine(AppContext.BaseDirectory, "vectors", reader + ".txt");
        if (!File.Exists(Path))
            return;
        var options = ReaderOptions.Default;
        foreach (var (number, line) in File.ReadLines(Path).Index())
        {
            try
            {
                if (line.Length == 0 || line[0] == '#')
                    continue;
                if (line.StartsWith("source:", StringComparison.Ordinal))
                    _sources.Add(line["source:".Length..].Trim());
                else if (line.StartsWith("resync:", StringComparison.Ordinal))
                    Resync = ParseResync(line["resync:".Length..].Trim());
                else if (line.StartsWith("spoil:", StringComparison.Ordinal))
                    SpoilUpTo = int.Parse(line["spoil:".Length..].Replace("up to", "", StringComparison.Ordinal).Replace("bytes", "", StringComparison.Ordinal), CultureInfo.InvariantCulture);
                else if (line.StartsWith("streams:", StringComparison.Ordinal))
                    StreamOptions = ParseOptions(line["streams:".Length..]);
                else if (line.StartsWith("unprotected:", StringComparison.Ordinal))
                    Unprotected = line["unprotected:".Length..].Trim();
                else if (line.StartsWith("answer:", StringComparison.Ordinal))
                    AddAnswer(line["answer:".Length..]);
                else if (line.StartsWith("options:", StringComparison.Ordinal))
                    options = ParseOptions(line["options:".Length..]);
                else
                    _vectors.Add(ParseVector(reader, options, line));
            }
            catch (Exception e) when (e is FormatException or ArgumentException)
            {
                throw new FormatException($"{Path}:{number + 1}: {e.Message}", e);
            }
        }
    }

    public string Path { get; }

    public IReadOnlyList<Vector> Vectors => _vectors;

    public IReadOnlyList<string> Sources => _sources;

    /// <summary>What the reader answers, by command in hex.</summary>
    public IReadOnlyDictionary<string, byte[]> Answers => _answers;

    /// <summary>The silence that must lie between noise and a frame for the frame to be found, microseconds; 0 = none; null = not said.</summary>
    public long? Resync { get; private set; }

    /// <summary>Longest vector that is spoilt at every place, bytes; null = the tests' own bound, which keeps floods out.</summary>
    public int? SpoilUpTo { get; }

    /// <summary>Options under which the reader is given streams of anything.</summary>
    public ReaderOptions StreamOptions { get; } = ReaderOptions.Default;

    /// <summary>Why the reader's format cannot tell a flipped bit; null = it can.</summary>
    public string? Unprotected { get; }

    public static VectorFile Of(string reader) => Loaded[reader];

    /// <summary>A file elsewhere, such as a captured session.</summary>
    public static VectorFile At(string path, string reader) => new(reader, path);

    private void AddAnswer(string text)
    {
        if (text.Replace(" ", "", StringComparison.Ordinal).Split("=>") is not [var command, var answer])
            throw new FormatException("an answer is written \"command => bytes\"");
        _answers.Add(Convert.ToHexString(Convert.FromHexString(command)), Convert.FromHexString(answer));
    }

    private static long ParseResync(string text) => text == "at once"
        ? 0
        : 1000 * long.Parse(text.Replace("after ", "", StringComparison.Ordinal).Replace(" ms", "", StringComparison.Ordinal), CultureInfo.InvariantCulture);

    private static ReaderOptions ParseOptions(string text)
    {
        var options = ReaderOptions.Default;
        foreach (var word in text.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            var (key, value) = word.Split('=') is [var k, var v] ? (k, v) : throw new FormatException($"option \"{word}\" is not key=value");
            options = key switch
            {
                "end" => options with { End = Enum.Parse<ScanEnd>(value) },
                "aim" => options with { Aim = Enum.Parse<AimId>(value) },
                "prefix" => options with { Prefix = value },
                "card" => options with { Card = CardBitsNames.Find(value) ?? throw new FormatException($"no bits \"{value}\"") },
                "address" => options with { Address = int.Parse(value, CultureInfo.InvariantCulture) },
                "silence" => options with { Silence = TimeSpan.FromMilliseconds(int.Parse(value, CultureInfo.InvariantCulture)) },
                "format" => options with { Format = CardFormats.Find(value) ?? throw new FormatException($"no format \"{value}\"") },
                _ => throw new FormatException($"unknown option \"{key}\""),
            };
        }

        return options;
    }

    private static Vector ParseVector(string reader, ReaderOptions options, string line)
    {
        var first = line.IndexOf(" | ", StringComparison.Ordinal);
        var last = line.LastIndexOf(" | ", StringComparison.Ordinal);
        if (first < 0 || first == last)
            throw new FormatException("a vector is written \"name | @ms bytes | outcomes\"");
        var outcomes = line[(last + 3)..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (outcomes.Length == 0)
            throw new FormatException("a vector says what it expects, or \"none\"");
        return new Vector(reader, line[..first].Trim(), options, ParseChunks(line[(first + 3)..last]), outcomes is ["none"] ? [] : outcomes);
    }

    private static List<Chunk> ParseChunks(string text)
    {
        var chunks = new List<Chunk>();
        var bytes = new List<byte>();
        for (var i = 0; i < text.Length;)
        {
            if (text[i] == ' ')
            {
                i++;
                continue;
            }

            var quoted = text[i] == '"';
            var end = quoted ? text.IndexOf('"', i + 1) + 1 : text.IndexOf(' ', i);
            end = end < 0 ? text.Length : end;
            var word = text[i..end];
            i = end;
            if (word[0] == '@')
            {
                bytes = [];
                chunks.Add(new Chunk(Lead + (1000 * long.Parse(word[1..], CultureInfo.InvariantCulture)), []));
            }
            else if (quoted)
            {
                bytes.AddRange(Encoding.UTF8.GetBytes(word[1..^1]));
            }
            else
            {
                var star = word.IndexOf('*', StringComparison.Ordinal);
                var count = star < 0 ? 1 : int.Parse(word[(star + 1)..], CultureInfo.InvariantCulture);
                bytes.AddRange(Enumerable.Repeat(Convert.FromHexString(star < 0 ? word : word[..star]), count).SelectMany(b => b));
            }

            if (chunks.Count == 0)
                throw new FormatException("bytes must follow a time like @0");
            chunks[^1] = chunks[^1] with { Bytes = [.. bytes] };
        }

        return chunks;
    }
}

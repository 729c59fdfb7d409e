using System.Globalization;

namespace KyCuong.Server.Formats;

/// <summary>
/// Takes the members of one JSON object by name, checks each and reports everything wrong with it, so that one reading
/// finds all problems. Call <see cref="Done"/> last: it reports keys nobody asked for. Not thread-safe.
/// </summary>
public sealed class ObjectReader
{
    private readonly Dictionary<string, SourceNode> _members = new(StringComparer.Ordinal);
    private readonly List<string> _asked = [];
    private readonly ProblemList _problems;

    /// <summary>Reads this object; a node that is none is a problem and has no members.</summary>
    public ObjectReader(SourceNode node, ProblemList problems)
    {
        Node = node;
        _problems = problems;
        if (node.Kind != SourceKind.Members)
        {
            problems.Add(node, FormatText.Get("json.notObject"));
            IsObject = false;
            return;
        }

        foreach (var (key, value) in node.Members)
            if (!_members.TryAdd(key, value)) problems.Add(value, FormatText.Get("json.twice", key));
    }

    /// <summary>The object.</summary>
    public SourceNode Node { get; }

    /// <summary>False when the node was something else.</summary>
    public bool IsObject { get; } = true;

    /// <summary>True when the key is there, null or not.</summary>
    public bool Has(string key) => _members.ContainsKey(key);

    /// <summary>The member, or null when it is missing or JSON null (a problem if required).</summary>
    public SourceNode? Take(string key, bool required = false)
    {
        _asked.Add(key);
        if (_members.TryGetValue(key, out var node) && node.Kind != SourceKind.Null) return node;
        if (required && IsObject) _problems.Add((node ?? Node).Line, $"{Node.Path}.{key}", node is null ? "" : "null", FormatText.Get("json.missing", key));
        return null;
    }

    /// <summary>A code (<see cref="Grammar.IsCode"/>).</summary>
    public string? Code(string key, bool required = false) =>
        Parsed(key, required, "value.code", static text => (Grammar.IsCode(text), text));

    /// <summary>Text people see, trimmed.</summary>
    public string? Text(string key, bool required = false, int longest = 250) =>
        Parsed(key, required, "value.text", text => (Grammar.IsShownText(text, longest), text.Trim()));

    /// <summary>A date.</summary>
    public DateOnly? Date(string key, bool required = false) =>
        ParsedValue(key, required, "value.date", static text => (Grammar.TryDate(text, out var date), date));

    /// <summary>A time of day.</summary>
    public TimeOnly? Time(string key, bool required = false) =>
        ParsedValue(key, required, "value.time", static text => (Grammar.TryTime(text, out var time), time));

    /// <summary>One of a closed list of words; the index of the word, or the fallback.</summary>
    public int OneOf(string key, string[] words, int fallback = 0)
    {
        if (Take(key) is not { } node) return fallback;
        var index = node.Kind == SourceKind.Text ? Array.IndexOf(words, node.Text) : -1;
        if (index >= 0) return index;
        _problems.Add(node, FormatText.Get("value.oneOf", string.Join(", ", words)));
        return fallback;
    }

    /// <summary>A whole number in a range; missing gives the fallback, JSON null gives null.</summary>
    public int? Whole(string key, int least, int most, int? fallback)
    {
        if (!Has(key))
        {
            _asked.Add(key);
            return fallback;
        }

        if (Take(key) is not { } node) return null;
        if (node.Kind == SourceKind.Number && int.TryParse(node.Text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most)
            return number;
        _problems.Add(node, FormatText.Get("value.whole", least, most));
        return fallback;
    }

    /// <summary>As <see cref="Whole"/>, where null makes no sense.</summary>
    public int WholeOr(string key, int least, int most, int fallback)
    {
        if (_members.TryGetValue(key, out var node) && node.Kind == SourceKind.Null) _problems.Add(node, FormatText.Get("value.whole", least, most));
        return Whole(key, least, most, fallback) ?? fallback;
    }

    /// <summary>true or false.</summary>
    public bool Flag(string key, bool fallback)
    {
        if (Take(key) is not { } node) return fallback;
        if (node.Kind == SourceKind.Boolean) return node.Text == "true";
        _problems.Add(node, FormatText.Get("value.flag"));
        return fallback;
    }

    /// <summary>The elements of an array; empty when missing.</summary>
    public IReadOnlyList<SourceNode> List(string key, bool required = false)
    {
        if (Take(key, required) is not { } node) return [];
        if (node.Kind == SourceKind.Items) return node.Items;
        _problems.Add(node, FormatText.Get("json.notArray"));
        return [];
    }

    /// <summary>An array of dates, each once, in order; null when missing.</summary>
    public IReadOnlyList<DateOnly>? Dates(string key) => Take(key) is null ? null : Elements<DateOnly>(key, "value.date", static text => (Grammar.TryDate(text, out var date), date));

    /// <summary>An array of days of the week, each once, Monday first; null when missing.</summary>
    public IReadOnlyList<DayOfWeek>? Days(string key) =>
        Take(key) is null ? null : [.. Elements<DayOfWeek>(key, "value.day", static text => (Grammar.TryDay(text, out var day), day)).OrderBy(day => ((int)day + 6) % 7)];

    /// <summary>Reports the keys nobody asked for, with the ones there are.</summary>
    public void Done()
    {
        foreach (var (key, node) in _members)
            if (!_asked.Contains(key)) _problems.Add(node.Line, node.Path, node.Shown, FormatText.Get("json.unknownKey", key, string.Join(", ", _asked.Distinct())));
    }

    private List<T> Elements<T>(string key, string message, Func<string, (bool Ok, T Value)> parse)
    {
        var values = new SortedSet<T>();
        foreach (var node in List(key))
        {
            var (ok, value) = node.Kind == SourceKind.Text ? parse(node.Text) : default;
            if (!ok) _problems.Add(node, FormatText.Get(message));
            else if (!values.Add(value)) _problems.Add(node, FormatText.Get("value.twice"));
        }

        return [.. values];
    }

    private string? Parsed(string key, bool required, string message, Func<string, (bool Ok, string Value)> parse)
    {
        if (Take(key, required) is not { } node) return null;
        var (ok, value) = node.Kind == SourceKind.Text ? parse(node.Text) : (false, "");
        if (ok) return value;
        _problems.Add(node, FormatText.Get(message));
        return null;
    }

    private T? ParsedValue<T>(string key, bool required, string message, Func<string, (bool Ok, T Value)> parse) where T : struct
    {
        if (Take(key, required) is not { } node) return null;
        var (ok, value) = node.Kind == SourceKind.Text ? parse(node.Text) : default;
        if (ok) return value;
        _problems.Add(node, FormatText.Get(message));
        return null;
    }
}

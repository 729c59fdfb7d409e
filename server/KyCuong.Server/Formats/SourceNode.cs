namespace KyCuong.Server.Formats;

/// <summary>What a <see cref="SourceNode"/> is.</summary>
public enum SourceKind
{
    /// <summary>JSON null.</summary>
    Null,

    /// <summary>true or false.</summary>
    Boolean,

    /// <summary>A number; its text is kept as written.</summary>
    Number,

    /// <summary>A string, NFC.</summary>
    Text,

    /// <summary>[ … ]</summary>
    Items,

    /// <summary>{ … }</summary>
    Members,
}

/// <summary>
/// One value of a JSON file with the place where it stands, so that a complaint can name it. Immutable once parsed.
/// </summary>
public sealed class SourceNode
{
    /// <summary>What it is.</summary>
    public required SourceKind Kind { get; init; }

    /// <summary>Line of its first character, from 1.</summary>
    public required int Line { get; init; }

    /// <summary>JSON path, e.g. <c>$.units[0].parent</c>.</summary>
    public required string Path { get; init; }

    /// <summary>The string, the number as written, or true/false; empty otherwise.</summary>
    public string Text { get; init; } = "";

    /// <summary>Elements of an array in their order.</summary>
    public IReadOnlyList<SourceNode> Items { get; init; } = [];

    /// <summary>Members of an object in their order; a key given twice stands twice.</summary>
    public IReadOnlyList<KeyValuePair<string, SourceNode>> Members { get; init; } = [];

    /// <summary>The value as a person would recognise it in a complaint: at most 60 characters.</summary>
    public string Shown => Kind switch
    {
        SourceKind.Null => "null",
        SourceKind.Items => "[…]",
        SourceKind.Members => "{…}",
        _ => Text.Length <= 60 ? Text : string.Concat(Text.AsSpan(0, 59), "…"),
    };
}

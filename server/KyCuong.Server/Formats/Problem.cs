namespace KyCuong.Server.Formats;

/// <summary>
/// One thing wrong in a file a person gave: line from 1 (0: the file as a whole), the place in it (a JSON path or the name
/// of a column), the value as written (empty where there is none) and a sentence that says what is wrong and what to do.
/// </summary>
public sealed record Problem(int Line, string Place, string Value, string Reason);

/// <summary>
/// All problems of a file, so that a person mends them in one go. Keeps the first <see cref="Bound"/> and counts the rest.
/// Not thread-safe.
/// </summary>
public sealed class ProblemList
{
    /// <summary>Problems kept for showing.</summary>
    public const int Bound = 100;

    private readonly List<Problem> _kept = [];

    /// <summary>How many there are in all.</summary>
    public int Count { get; private set; }

    /// <summary>The first ones, by line.</summary>
    public IReadOnlyList<Problem> Kept => [.. _kept.OrderBy(problem => problem.Line)];

    /// <summary>Adds one.</summary>
    public void Add(int line, string place, string value, string reason)
    {
        Count++;
        if (_kept.Count < Bound) _kept.Add(new Problem(line, PlainText.Of(place), PlainText.Of(value), PlainText.Of(reason)));
    }

    /// <summary>Adds one about a value of a JSON file.</summary>
    public void Add(SourceNode node, string reason) => Add(node.Line, node.Path, node.Shown, reason);
}

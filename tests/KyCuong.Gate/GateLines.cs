namespace KyCuong.Gate;

/// <summary>The lines of the readers under test, and whose turn it is on each. One thread a reader.</summary>
internal sealed class GateLines : IDisposable
{
    private readonly Dictionary<GateReader, GateLine> _lines = [];
    private readonly Dictionary<GateReader, (Person[] People, int Next)> _turns = [];

    /// <summary>Lines for these protocols, and as many people as asked, spread over them.</summary>
    public GateLines(IReadOnlyList<string> protocols, int people, TimeProvider time)
    {
        foreach (var protocol in protocols)
        {
            var line = GateLine.Of(protocol, time);
            _lines.Add(new GateReader(FormattableString.Invariant($"r{_lines.Count}"), protocol, line.Address), line);
        }

        Readers = [.. _lines.Keys];
        People = [.. Enumerable.Range(1, people).Select(number => new Person(number, Readers[number % Readers.Count]))];
        foreach (var reader in Readers) _turns[reader] = ([.. People.Where(person => person.Reader == reader)], 0);
    }

    public IReadOnlyList<GateReader> Readers { get; }

    public IReadOnlyList<Person> People { get; }

    /// <summary>The next person at this reader; all had their turn before one comes again.</summary>
    public Person Next(GateReader reader)
    {
        var (people, next) = _turns[reader];
        _turns[reader] = (people, (next + 1) % people.Length);
        return people[next];
    }

    /// <summary>The reader's end of its line.</summary>
    public GateLine Line(GateReader reader) => _lines[reader];

    public void Dispose()
    {
        foreach (var line in _lines.Values) line.Dispose();
    }
}

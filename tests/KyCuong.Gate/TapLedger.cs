using System.Collections.Concurrent;
using Microsoft.Data.Sqlite;

namespace KyCuong.Gate;

/// <summary>What people tapped, and what the kiosk made of it. One thread a reader.</summary>
internal sealed class TapLedger(IReadOnlyList<GateReader> readers)
{
    private readonly Dictionary<GateReader, List<Person>> _made = readers.ToDictionary(reader => reader, _ => new List<Person>());
    private readonly ConcurrentDictionary<string, int> _panels = new(StringComparer.Ordinal);

    /// <summary>Taps that people made.</summary>
    public int Count => _made.Values.Sum(made => made.Count);

    /// <summary>Somebody taps at their reader.</summary>
    public void Made(Person person) => _made[person.Reader].Add(person);

    /// <summary>The screen showed this.</summary>
    public void Shown(ShownPanel panel) => _panels.AddOrUpdate(panel.Name ?? "", 1, (_, times) => times + 1);

    /// <summary>How the server's store and the screen differ from what was tapped: each tap once, in order, shown once, and nobody else's.</summary>
    public IEnumerable<string> Problems(string store)
    {
        var stored = Stored(store);
        foreach (var (reader, people) in _made)
        {
            var made = people.ConvertAll(person => person.StaffCode);
            var found = stored[reader.Id].ToList();
            if (!made.SequenceEqual(found))
            {
                var at = made.Zip(found).TakeWhile(pair => pair.First == pair.Second).Count();
                yield return $"{reader.Id} ({reader.Protocol}): {made.Count} taps were made and {found.Count} are on the server; they differ from the {at + 1}. on: {string.Join(' ', made.Skip(at).Take(4))} made, {string.Join(' ', found.Skip(at).Take(4))} found";
            }

            foreach (var (person, times) in people.CountBy(person => person.Name))
                if (_panels.GetValueOrDefault(person) != times) yield return $"{reader.Id}: {person} tapped {times} times and was shown {_panels.GetValueOrDefault(person)} times";
        }

        var known = _made.Values.SelectMany(people => people).Select(person => person.Name).ToHashSet(StringComparer.Ordinal);
        foreach (var name in _panels.Keys.Where(name => name.Length > 0 && !known.Contains(name))) yield return $"{name} was shown and never tapped";
        if (stored[""].Any()) yield return $"{stored[""].Count()} taps are of nobody's badge, at {string.Join(' ', stored[""].Distinct())}";
    }

    /// <summary>Who tapped at each reader, in the journal's order; under "" the readers of taps with badges that are nobody's.</summary>
    private static ILookup<string, string> Stored(string store)
    {
        using var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = store, Mode = SqliteOpenMode.ReadOnly, Pooling = false }.ToString());
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = """
            SELECT t.reader, s.code FROM taps t LEFT JOIN resolved_taps r ON r.journal_id = t.journal_id AND r.sequence = t.sequence
            LEFT JOIN staff s ON s.staff_id = r.staff_id ORDER BY t.sequence
            """;
        using var rows = command.ExecuteReader();
        var taps = new List<(string Reader, string Staff)>();
        while (rows.Read()) taps.Add(rows.IsDBNull(1) ? ("", rows.GetString(0)) : (rows.GetString(0), rows.GetString(1)));
        return taps.ToLookup(tap => tap.Reader, tap => tap.Staff, StringComparer.Ordinal);
    }
}

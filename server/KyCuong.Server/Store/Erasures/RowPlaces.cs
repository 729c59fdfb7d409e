using System.Globalization;
using KyCuong.Protos;
using KyCuong.Server.Store.Log;

namespace KyCuong.Server.Store.Erasures;

/// <summary>
/// Where in the log the rows of a plan stand: the entry each began with, and all that still bear a salt, or a badge's hash in
/// their key. One pass over the log.
/// </summary>
internal sealed class RowPlaces
{
    private readonly Dictionary<(string Table, string Key), (long Number, string Hash)> _first = [];

    private RowPlaces()
    {
    }

    /// <summary>Entries whose salt goes.</summary>
    public List<long> Salted { get; } = [];

    /// <summary>Entries whose key is a badge's hash.</summary>
    public List<long> Hashed { get; } = [];

    /// <summary>Imports that lose taps: number, first and last id.</summary>
    public SortedDictionary<(long First, long Last), long> Imports { get; } = [];

    /// <summary>Looks them up.</summary>
    public static RowPlaces Of(StoreSession session, ErasurePlan plan)
    {
        var places = new RowPlaces();
        var rows = plan.Rows.Select(row => (row.Table, Text(row.Id))).ToHashSet();
        if (plan.Person is { } person) rows.Add(("staff", Text(person)));
        foreach (var conflict in plan.Conflicts) rows.Add(("journal_conflicts", KeyOf(conflict)));
        var badges = plan.Rows.Where(row => row.Table == "badges").Select(row => Text(row.Id)).ToHashSet();
        var imported = plan.Imports.Select(one => one.Id).Order().ToArray();
        using var entries = session.Prepare("SELECT number, kind, subject, row_key, hash, length(salt) FROM log_entries WHERE kind IN (2, 3, 6) ORDER BY number");
        while (entries.Step())
        {
            var (number, subject, key) = (entries.Number(0), entries.Text(2), entries.Text(3));
            if ((LogKind)entries.Number(1) == LogKind.Imported)
            {
                var parts = key.Split('|');
                var (first, last) = (long.Parse(parts[1], CultureInfo.InvariantCulture), long.Parse(parts[2], CultureInfo.InvariantCulture));
                var place = Array.BinarySearch(imported, first);
                if (place < 0) place = ~place;
                if (parts[0] != Text(plan.AgencyId) || place == imported.Length || imported[place] > last) continue;
                places.Imports.TryAdd((first, last), number);
                places._first.TryAdd(("imported_taps", $"{first}|{last}"), (number, Short(entries)));
                if (entries.Number(5) > 0) places.Salted.Add(number);
            }
            else if (rows.Contains((subject, key)))
            {
                places._first.TryAdd((subject, key), (number, Short(entries)));
                if (entries.Number(5) > 0) places.Salted.Add(number);
            }
            else if (subject == "badge_hashes" && key.LastIndexOf('|') is > 0 and var bar && badges.Contains(key[(bar + 1)..]))
            {
                places.Hashed.Add(number);
            }
        }

        return places;
    }

    /// <summary>The plan's rows as a tombstone lists them, in order.</summary>
    public string List(ErasurePlan plan)
    {
        var lines = new List<string>();
        foreach (var (table, id) in plan.Rows) lines.Add(Line(table, Text(id), (table, Text(id))));
        if (plan.Person is { } person) lines.Add(Line("staff", Text(person), ("staff", Text(person))));
        foreach (var conflict in plan.Conflicts) lines.Add(Line("journal_conflicts", KeyOf(conflict), ("journal_conflicts", KeyOf(conflict))));
        foreach (var (id, _) in plan.Imports)
        {
            var run = Imports.Keys.FirstOrDefault(run => run.First <= id && id <= run.Last);
            lines.Add(Line("imported_taps", Text(id), ("imported_taps", $"{run.First}|{run.Last}")));
        }

        lines.Sort(StringComparer.Ordinal);
        return string.Join('\n', lines);
    }

    public static string KeyOf(DoomedConflict conflict) => RowImage.Key([conflict.JournalId, conflict.Key.Sequence, conflict.Key.Hash.ToArray()]);

    private string Line(string table, string key, (string, string) place)
    {
        // What was never entered in the log is no row of the server's.
        var (number, hash) = _first.TryGetValue(place, out var found) ? found : throw new InvalidDataException($"{table} {key} is not in the log.");
        return string.Join('\t', table, key, Text(number), hash);
    }

    private static string Short(StoreStatement entry) => Digest.FromBytes(entry.Bytes(4)).ToString()[..16];

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}

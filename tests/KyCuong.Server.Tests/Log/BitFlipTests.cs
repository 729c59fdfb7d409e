using System.Globalization;
using KyCuong.Server.Store;
using KyCuong.Server.Store.Log;
using KyCuong.Server.Tests.Store;
using KyCuong.Verify;
using Microsoft.Data.Sqlite;
using VerifiedStore = KyCuong.Verify.Store;

namespace KyCuong.Server.Tests.Log;

/// <summary>
/// Bits of a store's file fall over where nobody looks (reliability R9): the verifier finds each, or SQLite does, or every row reads as before. A run
/// with more or others of them: <c>KYCUONG_FLIPS=12000 KYCUONG_FLIPS_SEED=10</c>.
/// </summary>
public sealed class BitFlipTests(Xunit.Abstractions.ITestOutputHelper output)
{
    private const int Flips = 400;

    // What the log leaves out on purpose (server/manual/log.md), beside the columns of LoggedTables.
    private static readonly (string Table, string Column)[] Left = [("journals", "first_seen_us"), ("journal_gaps", "noticed_us"), ("journal_gaps", "declared_us")];

    [OnStoreFact(StoreKind.Sqlite, "PostgreSQL's files are its own, with checksums of its own.")]
    public async Task Every_bit_that_falls_over_is_found_or_changes_nothing()
    {
        await using var host = await LoggedStore.MakeAsync();
        await host.Ingest.DisposeAsync();
        // As backups copy it: one file, with nothing beside it that repairs it.
        var file = host.Test.Data.PathOf("copy.db");
        host.Test.Store.CopyTo(file);
        var whole = await File.ReadAllBytesAsync(file);
        var rows = Rows(file);
        var unvouched = Unvouched(rows["log_entries"]);
        var filled = Enumerable.Range(0, whole.Length).Where(place => whole[place] != 0).ToArray();
        var (flips, seed) = (Setting("KYCUONG_FLIPS", Flips), Setting("KYCUONG_FLIPS_SEED", 9));
        var random = new Random(seed);
        var counts = new SortedDictionary<Fate, int>();
        var silent = new List<string>();
        for (var i = 0; i < flips; i++)
        {
            // Half of them where something stands: most of a small store's pages are empty.
            var place = i % 2 == 0 ? random.Next(whole.Length) : filled[random.Next(filled.Length)];
            var bit = random.Next(8);
            var (fate, what) = Try(file, place, (byte)(whole[place] ^ (1 << bit)), whole[place], rows, unvouched);
            counts[fate] = counts.GetValueOrDefault(fate) + 1;
            if (fate == Fate.Silent) silent.Add(string.Create(CultureInfo.InvariantCulture, $"byte {place} bit {bit}: {what}"));
        }

        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{flips} bits of a store of {whole.Length:N0} bytes and {rows.Values.Sum(table => table.Count):N0} rows, seed {seed}: {string.Join(", ", counts.Select(count => $"{count.Value} {count.Key}"))}"));
        foreach (var one in silent) output.WriteLine(one);
        Assert.Equal([], silent);
        // Each kind of end was seen, else this shows less than it says.
        Assert.True(counts.GetValueOrDefault(Fate.FoundByVerify) > flips / 10, "the verifier found hardly any");
        Assert.True(counts.GetValueOrDefault(Fate.EveryRowReadsTheSame) > 0, "none was harmless");
        Assert.Equal(whole, await File.ReadAllBytesAsync(file));
    }

    private enum Fate
    {
        FoundByVerify,
        FoundBySqlite,
        EveryRowReadsTheSame,
        OnlyDefinitionsDiffer,
        OnlyWhatTheLogLeavesOut,
        Silent,
    }

    private static (Fate Fate, string What) Try(string file, int place, byte spoilt, byte right, Dictionary<string, List<Cells>> before, HashSet<(int, string)> unvouched)
    {
        Put(file, place, spoilt);
        try
        {
            if (!Outcome.Of(() => VerifiedStore.OpenFile(file), [], null).IsFine) return (Fate.FoundByVerify, "");
            Dictionary<string, List<Cells>> after;
            try
            {
                if (Integrity(file) != "ok") return (Fate.FoundBySqlite, "");
                after = Rows(file);
            }
            catch (SqliteException)
            {
                return (Fate.FoundBySqlite, "");
            }

            var differences = Differences(before, after, unvouched).ToList();
            if (differences.Count == 0) return (Fate.EveryRowReadsTheSame, "");
            if (differences.TrueForAll(one => one.Table == Definitions)) return (Fate.OnlyDefinitionsDiffer, "");
            return differences.TrueForAll(one => one.LeftOut) ? (Fate.OnlyWhatTheLogLeavesOut, "") : (Fate.Silent, string.Join("; ", differences.Where(one => !one.LeftOut).Take(3).Select(one => $"{one.Table}.{one.Column}")));
        }
        finally
        {
            foreach (var beside in (string[])[file + "-wal", file + "-shm", file + "-journal"]) File.Delete(beside);
            Put(file, place, right);
        }
    }

    /// <summary>Where SQLite keeps what tables, indexes and triggers are: no record stands there.</summary>
    private const string Definitions = "sqlite_schema";

    private static IEnumerable<(string Table, string Column, bool LeftOut)> Differences(Dictionary<string, List<Cells>> before, Dictionary<string, List<Cells>> after, HashSet<(int, string)> unvouched)
    {
        foreach (var table in before.Keys.Union(after.Keys, StringComparer.OrdinalIgnoreCase).Order(StringComparer.Ordinal))
        {
            // What tables and columns are called stands in the definitions, and a name that fell over is a difference there: rows are compared by their
            // place, a table or column that is gone is one without content.
            var (was, now) = (before.GetValueOrDefault(table) ?? [], after.GetValueOrDefault(table) ?? []);
            if (was.Count != now.Count)
            {
                yield return (table, "rows", table == Definitions);
                continue;
            }

            for (var i = 0; i < was.Count; i++)
                for (var place = 0; place < Math.Max(was[i].Count, now[i].Count); place++)
                {
                    if (was[i].At(place) == now[i].At(place)) continue;
                    var column = place < was[i].Count ? was[i].GetAt(place).Key : "";
                    yield return (table, column, table == Definitions || !LoggedTables.Has(table, column) || Left.Contains((table, column))
                        || (table == "log_entries" && unvouched.Contains((i, column))));
                }
        }
    }

    /// <summary>
    /// Cells of the log that say nothing of any record any more, by place and column: the salt of what was said of a row before the last that was said of it (it
    /// is under no hash, so that it can be erased), and what is left of an entry whose key was erased, of which only the hash is vouched for.
    /// </summary>
    private static HashSet<(int Place, string Column)> Unvouched(List<Cells> log)
    {
        var last = new Dictionary<(string, string), int>();
        for (var i = 0; i < log.Count; i++) last[(log[i]["subject"], log[i]["row_key"])] = i;
        var cells = new HashSet<(int, string)>();
        for (var i = 0; i < log.Count; i++)
        {
            if (last[(log[i]["subject"], log[i]["row_key"])] != i) cells.Add((i, "salt"));
            if ((log[i]["subject"], log[i]["row_key"], log[i]["salt"]) == ("String badge_hashes", "String ", "x"))
                foreach (var column in (string[])["at_us", "agency_id", "kind", "digest"]) cells.Add((i, column));
        }

        return cells;
    }

    /// <summary>Every cell of every table with its type, in the order of the keys.</summary>
    private static Dictionary<string, List<Cells>> Rows(string file)
    {
        using var connection = Open(file);
        var tables = new List<string> { Definitions };
        using (var names = connection.CreateCommand())
        {
            // As SQLite understood the definitions, whatever the words beside them say by now.
            names.CommandText = "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table' AND name NOT LIKE 'sqlite%' ORDER BY name";
            using var reader = names.ExecuteReader();
            while (reader.Read()) tables.Add(reader.GetString(0));
        }

        // To SQLite a name with another case is the same.
        return tables.ToDictionary(table => table, table => Rows(connection, table), StringComparer.OrdinalIgnoreCase);
    }

    private static List<Cells> Rows(SqliteConnection connection, string table)
    {
        using var keys = connection.CreateCommand();
        keys.CommandText = "SELECT name FROM pragma_table_info($table) WHERE pk > 0 ORDER BY pk";
        keys.Parameters.AddWithValue("$table", table);
        var order = new List<string>();
        using (var reader = keys.ExecuteReader())
            while (reader.Read()) order.Add($"\"{reader.GetString(0)}\"");
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // Names of the store's own tables.
        command.CommandText = $"SELECT * FROM \"{table}\" ORDER BY {(order.Count == 0 ? "rowid" : string.Join(", ", order))}";
#pragma warning restore CA2100
        using var content = command.ExecuteReader();
        var rows = new List<Cells>();
        while (content.Read())
        {
            var cells = new Cells();
            for (var i = 0; i < content.FieldCount; i++)
                cells[content.GetName(i)] = content.GetValue(i) is byte[] bytes ? "x" + Convert.ToHexString(bytes) : string.Create(CultureInfo.InvariantCulture, $"{content.GetValue(i).GetType().Name} {content.GetValue(i)}");
            rows.Add(cells);
        }

        return rows;
    }

    private static string? Integrity(string file)
    {
        using var connection = Open(file);
        using var command = connection.CreateCommand();
        command.CommandText = "PRAGMA integrity_check(1)";
        return command.ExecuteScalar() as string;
    }

    private static SqliteConnection Open(string file)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = file, Mode = SqliteOpenMode.ReadOnly, Pooling = false }.ConnectionString);
        try
        {
            connection.Open();
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    private static void Put(string file, int place, byte value)
    {
        using var content = new FileStream(file, FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
        content.Position = place;
        content.WriteByte(value);
    }

    private static int Setting(string name, int usual) => int.TryParse(Environment.GetEnvironmentVariable(name), NumberStyles.None, CultureInfo.InvariantCulture, out var set) ? set : usual;

    /// <summary>A row by its columns.</summary>
    private sealed class Cells() : OrderedDictionary<string, string>(StringComparer.Ordinal)
    {
        /// <summary>As a null reads where there is none.</summary>
        public string At(int place) => place < Count ? GetAt(place).Value : "DBNull ";
    }
}

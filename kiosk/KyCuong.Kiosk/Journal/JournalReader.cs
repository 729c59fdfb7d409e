using KyCuong.Kiosk.Files;
using Microsoft.Data.Sqlite;

namespace KyCuong.Kiosk.Journal;

/// <summary>Entries in a row, and the hole the disk left behind them.</summary>
/// <param name="Entries">In order, chained, without holes, from the sequence asked for; empty when that one is lost.</param>
/// <param name="Lost">Sequences that cannot be read, directly after <paramref name="Entries"/>; null when there are none.</param>
/// <param name="AfterLost">The first entry behind the hole; null when there is none.</param>
public sealed record JournalSlice(IReadOnlyList<StoredEntry> Entries, (ulong First, ulong Last)? Lost, StoredEntry? AfterLost);

/// <summary>Reads the journal over a connection of its own that never writes. Not thread-safe.</summary>
public sealed class JournalReader : IDisposable
{
    private readonly SqliteConnection _connection;
    private readonly SqliteCommand _select;

    /// <summary>Opens an existing journal for reading.</summary>
    /// <exception cref="SqliteException">The file fails.</exception>
    /// <exception cref="JournalDamagedException">It is damaged; so say all that reads it.</exception>
    public JournalReader(string path)
    {
        _connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Mode = SqliteOpenMode.ReadOnly, Pooling = false }.ToString());
        Damage(_connection, connection =>
        {
            connection.Open();
            return true;
        });
        _select = _connection.Command("SELECT key, record FROM entries WHERE key BETWEEN @from AND @to ORDER BY key LIMIT @most");
        _select.Parameters.Add("@from", SqliteType.Integer);
        _select.Parameters.Add("@to", SqliteType.Integer);
        _select.Parameters.Add("@most", SqliteType.Integer);
    }

    /// <summary>Entries of an epoch from a sequence on, at most so many, checked record by record.</summary>
    public JournalSlice Read(JournalEpoch epoch, ulong from, int most)
    {
        var entries = new List<StoredEntry>(most);
        var expected = from;
        ulong? lostFrom = null;
        foreach (var (sequence, record) in Rows(epoch, from, most))
        {
            if (sequence == expected && JournalRecord.TryRead(record, epoch.Id, sequence, out var stored))
            {
                if (lostFrom is { } first) return new JournalSlice(entries, (first, sequence - 1), stored);
                // Whole in itself and not after the one before: it may not stand in one batch with it.
                if (entries is [.., var before] && before.Hash != stored.Previous) return new JournalSlice(entries, null, null);
                entries.Add(stored);
                expected++;
                continue;
            }

            // Damaged here, or missing up to here.
            lostFrom ??= expected;
            if (sequence != expected && JournalRecord.TryRead(record, epoch.Id, sequence, out var after))
                return new JournalSlice(entries, (lostFrom.Value, sequence - 1), after);
            expected = sequence + 1;
        }

        if (lostFrom is { } unreadable) return new JournalSlice(entries, (unreadable, expected - 1), null);
        if (entries.Count == 0 && from <= epoch.Last) return new JournalSlice(entries, (from, epoch.Last), null);
        return new JournalSlice(entries, null, null);
    }

    /// <summary>One entry; null when it is not there or damaged.</summary>
    public StoredEntry? ReadOne(JournalEpoch epoch, ulong sequence) =>
        Read(epoch with { Last = sequence }, sequence, 1).Entries is [var only] ? only : null;

    /// <summary>Entries of an epoch up to a sequence, newest first, at most so many, as far as they are whole and follow one another.</summary>
    internal List<StoredEntry> ReadBack(JournalEpoch epoch, ulong upTo, int most)
    {
        var from = upTo > (ulong)most ? upTo - (ulong)most + 1 : 1;
        var entries = new List<StoredEntry>(most);
        var expected = upTo;
        foreach (var (sequence, record) in Rows(epoch with { Last = upTo }, from, most).AsEnumerable().Reverse())
        {
            if (sequence != expected || !JournalRecord.TryRead(record, epoch.Id, sequence, out var stored)) break;
            entries.Add(stored);
            expected--;
        }

        return entries;
    }

    /// <summary>What SQLite finds wrong with its own structure; null for nothing. It does not look into rows.</summary>
    internal string? StructureDamage()
    {
        using var check = _connection.Command("PRAGMA quick_check(1)");
        return Damage(check, command => command.ExecuteScalar() as string) is var said && said == "ok" ? null : said ?? "SQLite's check says nothing";
    }

    /// <summary>True when there are entries of an epoch that the file does not name, or before the first of one.</summary>
    internal bool HasNamelessEntries()
    {
        using var next = _connection.Command("SELECT min(key) FROM entries WHERE key >= @from");
        using var named = _connection.Command("SELECT count(*) FROM epochs WHERE number = @number");
        var (from, number) = (next.Parameters.Add("@from", SqliteType.Integer), named.Parameters.Add("@number", SqliteType.Integer));
        for (var at = long.MinValue; ;)
        {
            from.Value = at;
            if (Damage(next, command => command.ExecuteScalar()) is not long key) return false;
            number.Value = JournalKey.EpochOf(key);
            if (Damage(named, command => command.ExecuteScalar()) is not 1L || JournalKey.SequenceOf(key) == 0) return true;
            at = JournalKey.Of(JournalKey.EpochOf(key), JournalKey.MaxSequence) + 1;
        }
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _select.Dispose();
        _connection.Dispose();
    }

    private List<(ulong Sequence, byte[] Record)> Rows(JournalEpoch epoch, ulong from, int most)
    {
        _select.Parameters[0].Value = JournalKey.Of(epoch.Number, from);
        _select.Parameters[1].Value = JournalKey.Of(epoch.Number, Math.Max(from, epoch.Last));
        _select.Parameters[2].Value = most;
        return Damage(_select, command =>
        {
            using var rows = command.ExecuteReader();
            var found = new List<(ulong, byte[])>(most);
            while (rows.Read()) found.Add((JournalKey.SequenceOf(rows.GetInt64(0)), rows.GetFieldValue<byte[]>(1)));
            return found;
        });
    }

    private static T Damage<TFrom, T>(TFrom from, Func<TFrom, T> read)
    {
        try
        {
            return read(from);
        }
        catch (Exception e) when (SqliteDamage.Is(e))
        {
            throw new JournalDamagedException(e.Message, e);
        }
    }
}

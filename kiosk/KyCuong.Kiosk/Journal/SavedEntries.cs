using KyCuong.Kiosk.Files;
using KyCuong.Protos.Journal;
using KyCuong.Protos;
using Microsoft.Data.Sqlite;

namespace KyCuong.Kiosk.Journal;

/// <summary>
/// What comes into the journal's file otherwise than by a tap: entries saved from a damaged file, entries the server gave back, and which are lost.
/// Works on the one writing connection. Not thread-safe.
/// </summary>
/// <param name="connection">The journal's.</param>
internal sealed class SavedEntries(SqliteConnection connection)
{
    /// <summary>
    /// Makes room for a sealed epoch saved from a damaged file, before those that are there. It counts as drained, so that
    /// nothing is sent or called lost of it, until <see cref="End"/>. Returns its number; the same when asked again.
    /// </summary>
    public int Begin(JournalId id)
    {
        using (var known = connection.Command("SELECT number FROM epochs WHERE epoch = @epoch"))
        {
            known.Parameters.AddWithValue("@epoch", Bytes128.ToArray(id.Epoch));
            if (known.ExecuteScalar() is long number) return (int)number;
        }

        using var command = connection.Command("""
            INSERT INTO epochs (number, epoch, kiosk_id, drained, reason)
            SELECT min(number) - 1, @epoch, @kiosk, 1, 'being saved from a damaged file' FROM epochs RETURNING number
            """);
        command.Parameters.AddWithValue("@epoch", Bytes128.ToArray(id.Epoch));
        command.Parameters.AddWithValue("@kiosk", (long)id.KioskId);
        return (int)(long)command.ExecuteScalar()!;
    }

    /// <summary>Puts saved records into an imported epoch, in one transaction; what is there stays.</summary>
    public void Put(int number, IEnumerable<RawRecord> records)
    {
        using var transaction = connection.BeginTransaction(deferred: false);
        using var command = connection.Command("INSERT INTO entries (key, record) VALUES (@key, @record) ON CONFLICT (key) DO NOTHING");
        command.Transaction = transaction;
        var (key, bytes) = (command.Parameters.Add("@key", SqliteType.Integer), command.Parameters.Add("@record", SqliteType.Blob));
        foreach (var record in records)
        {
            (key.Value, bytes.Value) = (JournalKey.Of(number, record.Stored.Entry.Sequence), record.Bytes);
            command.ExecuteNonQuery();
        }

        transaction.Commit();
    }

    /// <summary>An imported epoch is whole but for what is lost: it may be sent.</summary>
    public void End(int number, IReadOnlyList<LostRange> lost, long nowUs)
    {
        using (var transaction = connection.BeginTransaction(deferred: false))
        {
            NoteLost(transaction, lost, nowUs);
            using var command = connection.Command("UPDATE epochs SET drained = 0, reason = 'saved from a damaged file' WHERE number = @number");
            command.Transaction = transaction;
            command.Parameters.AddWithValue("@number", number);
            command.ExecuteNonQuery();
            transaction.Commit();
        }
    }

    /// <summary>
    /// Puts lost entries back that the server had, as far as the entries that are here vouch for them, and notes what is still lost; in one
    /// transaction. Returns how many of the newest were put back.
    /// </summary>
    /// <param name="asked">Sequences that a noted loss ends with.</param>
    /// <param name="encodings">As they came, in order of sequence.</param>
    /// <param name="number">The number of their epoch, when some were.</param>
    /// <param name="wrong">What was wrong with them; then none is put back.</param>
    public int Restore(LostRange asked, IReadOnlyList<byte[]> encodings, out int number, out string? wrong)
    {
        (number, wrong) = (0, null);
        using var transaction = connection.BeginTransaction(deferred: false);
        using var find = connection.Command("""
            SELECT e.number, e.kiosk_id, l.first_sequence, l.noticed_us FROM epochs e JOIN lost_entries l ON l.epoch = e.epoch
            WHERE e.epoch = @epoch AND l.first_sequence <= @first AND l.last_sequence = @last
            """);
        find.Transaction = transaction;
        find.Parameters.AddWithValue("@epoch", Bytes128.ToArray(asked.Epoch));
        find.Parameters.AddWithValue("@first", (long)asked.First);
        find.Parameters.AddWithValue("@last", (long)asked.Last);
        JournalId id;
        long lostFrom, noticedUs;
        using (var row = find.ExecuteReader())
        {
            if (!row.Read()) return 0;
            (number, id, lostFrom, noticedUs) = (row.GetInt32(0), new JournalId((ulong)row.GetInt64(1), asked.Epoch), row.GetInt64(2), row.GetInt64(3));
        }

        if (Stored(transaction, number, id, asked.Last + 1) is not { } next) return 0;
        Digest? before = asked.First == 1 ? default(Digest) : Stored(transaction, number, id, asked.First - 1)?.Hash;
        var kept = FetchedChain.Check(id, asked.First, asked.Last, next.Previous, before, encodings, out wrong);
        if (kept.Count == 0) return 0;
        using (var insert = connection.Command("INSERT INTO entries (key, record) VALUES (@key, @record)"))
        {
            insert.Transaction = transaction;
            var (key, bytes) = (insert.Parameters.Add("@key", SqliteType.Integer), insert.Parameters.Add("@record", SqliteType.Blob));
            foreach (var record in kept)
            {
                (key.Value, bytes.Value) = (JournalKey.Of(number, record.Stored.Entry.Sequence), record.Bytes);
                insert.ExecuteNonQuery();
            }
        }

        using (var forget = connection.Command("DELETE FROM lost_entries WHERE epoch = @epoch AND first_sequence = @first"))
        {
            forget.Transaction = transaction;
            forget.Parameters.AddWithValue("@epoch", Bytes128.ToArray(asked.Epoch));
            forget.Parameters.AddWithValue("@first", lostFrom);
            forget.ExecuteNonQuery();
        }

        if (asked.Last - (ulong)kept.Count >= (ulong)lostFrom) NoteLost(transaction, [new LostRange(asked.Epoch, (ulong)lostFrom, asked.Last - (ulong)kept.Count)], noticedUs);
        transaction.Commit();
        return kept.Count;
    }

    /// <summary>What this disk is known to have lost.</summary>
    public List<LostRange> ReadLost()
    {
        using var command = connection.Command("SELECT epoch, first_sequence, last_sequence FROM lost_entries ORDER BY noticed_us, first_sequence");
        using var rows = command.ExecuteReader();
        var lost = new List<LostRange>();
        while (rows.Read())
        {
            Bytes128.TryRead(rows.GetFieldValue<byte[]>(0), out var epoch);
            lost.Add(new LostRange(epoch, (ulong)rows.GetInt64(1), (ulong)rows.GetInt64(2)));
        }

        return lost;
    }

    private StoredEntry? Stored(SqliteTransaction transaction, int number, JournalId id, ulong sequence)
    {
        using var command = connection.Command("SELECT record FROM entries WHERE key = @key");
        command.Transaction = transaction;
        command.Parameters.AddWithValue("@key", JournalKey.Of(number, sequence));
        return command.ExecuteScalar() is byte[] record && JournalRecord.TryRead(record, id, sequence, out var stored) ? stored : null;
    }

    private void NoteLost(SqliteTransaction transaction, IReadOnlyList<LostRange> lost, long nowUs)
    {
        using var command = connection.Command("INSERT INTO lost_entries (epoch, first_sequence, last_sequence, noticed_us) VALUES (@epoch, @first, @last, @now) ON CONFLICT DO NOTHING");
        command.Transaction = transaction;
        foreach (var range in lost)
        {
            command.Parameters.Clear();
            command.Parameters.AddWithValue("@epoch", Bytes128.ToArray(range.Epoch));
            command.Parameters.AddWithValue("@first", (long)range.First);
            command.Parameters.AddWithValue("@last", (long)range.Last);
            command.Parameters.AddWithValue("@now", nowUs);
            command.ExecuteNonQuery();
        }
    }
}

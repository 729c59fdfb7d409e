using System.Globalization;
using KyCuong.Kiosk.Clock;
using KyCuong.Kiosk.Files;
using KyCuong.Protos;
using KyCuong.Protos.Journal;
using Microsoft.Data.Sqlite;

namespace KyCuong.Kiosk.Journal;

/// <summary>
/// The journal's one writing connection. It also makes every checkpoint: SQLite before 3.51.3 may damage a write-ahead log
/// that two connections write and checkpoint at once (reliability, section 0.2). Any exception leaves it unusable: dispose it and open another.
/// Not thread-safe.
/// </summary>
internal sealed class JournalDatabase : IDisposable
{
    private const int TrialBytes = 512; // a tap's record has some 200

    /// <summary>Of the table of epochs: those of which nothing is left to be sent, without those that are still being saved (<see cref="SavedEntries"/>).</summary>
    private const string IsSent = "drained = 1 AND reason <> 'being saved from a damaged file'";

    /// <summary>A group of entries takes fewer pages than this.</summary>
    private const int PagesOfACommit = 64;

    private readonly SqliteConnection _connection;
    private readonly SavedEntries _saved;
    private readonly SqliteCommand _insert;
    private readonly SqliteCommand _setAcked;
    private int _commits;

    private JournalDatabase(SqliteConnection connection)
    {
        _connection = connection;
        _saved = new SavedEntries(connection);
        _insert = _connection.Command("INSERT INTO entries (key, record) VALUES (@key, @record)");
        _insert.Parameters.Add("@key", SqliteType.Integer);
        _insert.Parameters.Add("@record", SqliteType.Blob);
        _setAcked = _connection.Command("UPDATE epochs SET acked = @acked WHERE number = @number");
        _setAcked.Parameters.Add("@acked", SqliteType.Integer);
        _setAcked.Parameters.Add("@number", SqliteType.Integer);
    }

    /// <summary>The epochs, oldest first; the last one is current. Empty in a new file.</summary>
    public List<JournalEpoch> Epochs { get; } = [];

    /// <summary>Sealed epochs of which nothing is left to be sent, oldest first, whosever they are; not those that are still being saved.</summary>
    public List<JournalEpoch> Sent { get; } = [];

    /// <summary>Opens or makes the file, migrates it, and reads where each epoch stands.</summary>
    /// <exception cref="SqliteException">The file or the disk fails.</exception>
    /// <exception cref="JournalOutOfServiceException">A durability setting did not take.</exception>
    /// <exception cref="InvalidDataException">It is damaged; so say InvalidOperation, InvalidCast, Format and Overflow exceptions here.</exception>
    public static JournalDatabase Open(JournalOptions options)
    {
        var connection = JournalOpening.Open(options);
        try
        {
            var database = new JournalDatabase(connection);
            database.ReadEpochs();
            return database;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Checks the newest entries of the current epoch: each record whole, each chained to the one before, no hole. Null when
    /// they are, else a sentence. The newest entry's kind is given for the next Boot entry.
    /// </summary>
    public string? VerifyTail(int count, out EntryKind? newest)
    {
        newest = null;
        if (Epochs is not [.., var current] || current.Last == 0) return null;
        var from = current.Last >= (ulong)count ? current.Last - (ulong)count + 1 : 1;
        from = Math.Max(from, current.First);
        using var command = _connection.Command("SELECT key, record FROM entries WHERE key BETWEEN @from AND @to ORDER BY key");
        command.Parameters.AddWithValue("@from", JournalKey.Of(current.Number, from));
        command.Parameters.AddWithValue("@to", JournalKey.Of(current.Number, current.Last));
        using var rows = command.ExecuteReader();
        var expected = from;
        Digest? previous = null;
        while (rows.Read())
        {
            var sequence = JournalKey.SequenceOf(rows.GetInt64(0));
            if (sequence != expected) return $"entry {expected} is missing";
            if (!JournalRecord.TryRead(rows.GetFieldValue<byte[]>(1), current.Id, sequence, out var stored)) return $"entry {sequence} is damaged";
            if ((previous ?? (sequence == 1 ? default : stored.Previous)) != stored.Previous) return $"entry {sequence} is not chained to the one before";
            (previous, expected, newest) = (stored.Hash, expected + 1, stored.Entry.Body.Kind);
        }

        // Where a page's list of rows is damaged, the greatest key may be one that no search finds.
        return expected == current.Last + 1 ? null : $"entry {expected} is missing";
    }

    /// <summary>Commits entries and acknowledgements in one transaction; durable when it returns. Gives the entries' hashes.</summary>
    public Digest[] Commit(IReadOnlyList<(Stamp Stamp, EntryBody Body)> entries, IReadOnlyDictionary<int, ulong> acked)
    {
        var current = Epochs[^1];
        var hashes = new Digest[entries.Count];
        using (var transaction = _connection.BeginTransaction(deferred: false))
        {
            var (sequence, previous) = (current.Last, current.LastHash);
            for (var i = 0; i < hashes.Length; i++)
            {
                sequence++;
                var record = JournalRecord.Build(current.Id, previous, new Entry(sequence, entries[i].Stamp, entries[i].Body), out hashes[i]);
                _insert.Transaction = transaction;
                _insert.Parameters[0].Value = JournalKey.Of(current.Number, sequence);
                _insert.Parameters[1].Value = record;
                _insert.ExecuteNonQuery();
                previous = hashes[i];
            }

            foreach (var (number, value) in acked)
            {
                _setAcked.Transaction = transaction;
                _setAcked.Parameters[0].Value = (long)value;
                _setAcked.Parameters[1].Value = number;
                _setAcked.ExecuteNonQuery();
            }

#if PLANTED_BUGS
            try
            {
                transaction.Commit();
            }
            catch (SqliteException e) when (PlantedBugs.Is(PlantedBugs.SwallowSyncError) && e.SqliteExtendedErrorCode == 1034)
            {
            }
#else
            transaction.Commit();
#endif
            if (hashes.Length > 0)
                current = current with { First = current.First == 0 ? 1 : current.First, Last = sequence, LastHash = previous };
        }

        Epochs[^1] = current;
        for (var i = 0; i < Epochs.Count; i++)
            if (acked.TryGetValue(Epochs[i].Number, out var value)) Epochs[i] = Epochs[i] with { Acked = value };
        _commits++;
        return hashes;
    }

    /// <summary>
    /// Proves that an entry could be kept now: one as large as a tap is written and taken out again in one transaction that is
    /// synced, so that nobody ever sees it. It leaves no trace but in the write-ahead log.
    /// </summary>
    /// <exception cref="SqliteException">It could not.</exception>
    public void Try()
    {
        using var transaction = _connection.BeginTransaction(deferred: false);
        var key = JournalKey.Of(Epochs[^1].Number, JournalKey.MaxSequence);
        _insert.Transaction = transaction;
        _insert.Parameters[0].Value = key;
        _insert.Parameters[1].Value = new byte[TrialBytes];
        _insert.ExecuteNonQuery();
        using var delete = _connection.Command("DELETE FROM entries WHERE key = @key");
        delete.Transaction = transaction;
        delete.Parameters.AddWithValue("@key", key);
        delete.ExecuteNonQuery();
        transaction.Commit();
    }

    /// <summary>Seals the current epoch and begins another.</summary>
    /// <param name="id">Its name.</param>
    /// <param name="reason">For the operator.</param>
    /// <param name="first">Its number if the file has none yet: what is saved of a damaged file takes numbers below it.</param>
    public void BeginEpoch(JournalId id, string reason, int first = 1)
    {
        var number = Epochs.Count == 0 ? first : Epochs[^1].Number + 1;
        using var command = _connection.Command("INSERT INTO epochs (number, epoch, kiosk_id, reason) VALUES (@number, @epoch, @kiosk, @reason)");
        command.Parameters.AddWithValue("@number", number);
        command.Parameters.AddWithValue("@epoch", Bytes128.ToArray(id.Epoch));
        command.Parameters.AddWithValue("@kiosk", (long)id.KioskId);
        command.Parameters.AddWithValue("@reason", reason);
        command.ExecuteNonQuery();
        if (Epochs.Count > 0) Epochs[^1] = Epochs[^1] with { Sealed = true };
        Epochs.Add(new JournalEpoch(number, id, 0, 0, default, 0, Sealed: false));
    }

    /// <inheritdoc cref="SavedEntries.Begin" />
    public int BeginImport(JournalId id) => _saved.Begin(id);

    /// <inheritdoc cref="SavedEntries.Put" />
    public void Import(int number, IEnumerable<RawRecord> records) => _saved.Put(number, records);

    /// <inheritdoc cref="SavedEntries.End" />
    public void EndImport(int number, IReadOnlyList<LostRange> lost, long nowUs)
    {
        _saved.End(number, lost, nowUs);
        ReadEpochs();
    }

    /// <inheritdoc cref="SavedEntries.Restore" />
    public int Restore(LostRange asked, IReadOnlyList<byte[]> encodings, out string? wrong)
    {
        var kept = _saved.Restore(asked, encodings, out var number, out wrong);
        if (kept == 0) return 0;
        var first = asked.Last - (ulong)kept + 1;
        for (var i = 0; i < Epochs.Count; i++)
            if (Epochs[i].Number == number && Epochs[i].First > first) Epochs[i] = Epochs[i] with { First = first };
        return kept;
    }

    /// <inheritdoc cref="SavedEntries.ReadLost" />
    public List<LostRange> ReadLost() => _saved.ReadLost();

    /// <summary>
    /// Takes up entries of a last transaction that a power cut tore, of a log that lost its end, or that the file had before the rest of such a
    /// log was laid over it, as far as they are whole and follow the last one that is there. Returns how many.
    /// </summary>
    public int RollForward(IEnumerable<RawRecord> records)
    {
        if (Epochs is not [.., var current]) return 0;
        var taken = new List<RawRecord>();
        foreach (var record in records.Where(record => record.Journal == current.Id).OrderBy(record => record.Stored.Entry.Sequence))
        {
            if (record.Stored.Entry.Sequence != current.Last + 1 || record.Stored.Previous != current.LastHash) continue;
            taken.Add(record);
            current = current with { First = current.First == 0 ? 1 : current.First, Last = current.Last + 1, LastHash = record.Stored.Hash };
        }

        if (taken.Count == 0) return 0;
        Import(current.Number, taken);
        Epochs[^1] = current;
        return taken.Count;
    }

    /// <summary>
    /// What was sent of sealed epochs may be there no more: they are offered again, but for those that are still being saved, which are
    /// offered when that is done. Returns how many.
    /// </summary>
    public int OfferAgain(ulong kioskId)
    {
        using var command = _connection.Command($"UPDATE epochs SET drained = 0 WHERE {IsSent} AND kiosk_id = @kiosk");
        command.Parameters.AddWithValue("@kiosk", (long)kioskId);
        var offered = command.ExecuteNonQuery();
        if (offered == 0) return 0;
        ReadEpochs();
        return offered;
    }

    /// <summary>Nothing more is to be sent of a sealed epoch.</summary>
    public void MarkDrained(int number)
    {
        using var command = _connection.Command("UPDATE epochs SET drained = 1 WHERE number = @number");
        command.Parameters.AddWithValue("@number", number);
        command.ExecuteNonQuery();
        Sent.AddRange(Epochs.Where(epoch => epoch.Number == number && epoch.Sealed));
        Epochs.RemoveAll(epoch => epoch.Number == number && epoch.Sealed);
    }

    /// <summary>
    /// Deletes, at most <paramref name="most"/>, the oldest entries of the current epoch that are acknowledged and older than
    /// the limit; with <paramref name="force"/>, whatever their age. Never the newest entry. Returns how many went.
    /// </summary>
    /// <remarks>An entry made while the clock was unknown has no age of its own; it goes with the next one that has.</remarks>
    /// <param name="acked">What the server acknowledged, which may not have reached this file yet.</param>
    /// <param name="olderThanUs">µs since 1970.</param>
    /// <param name="most">Entries.</param>
    /// <param name="force">Whatever their age.</param>
    public int Prune(ulong acked, long olderThanUs, int most, bool force)
    {
        var current = Epochs[^1];
        if (current.First == 0) return 0;
        var until = Math.Min(acked, current.Last - 1);
        if (current.First > until) return 0;
        until = Math.Min(until, current.First + (ulong)most - 1);
        var oldest = force ? until : OldestPrunable(current, until, olderThanUs);
        if (oldest < current.First) return 0;
        using var command = _connection.Command("DELETE FROM entries WHERE key BETWEEN @from AND @to");
        command.Parameters.AddWithValue("@from", JournalKey.Of(current.Number, current.First));
        command.Parameters.AddWithValue("@to", JournalKey.Of(current.Number, oldest));
        var gone = command.ExecuteNonQuery();
        Epochs[^1] = current with { First = oldest + 1 };
        return gone;
    }

    /// <summary>Copies the write-ahead log back when enough has gathered. Readers do not hinder it; it does as much as they allow.</summary>
    public void CheckpointIfDue(int everyCommits)
    {
        if (_commits < everyCommits) return;
        _commits = 0;
        _connection.Execute("PRAGMA wal_checkpoint(PASSIVE)");
    }

    /// <summary>Copies the log back now. Gives its room back when the disk has no other.</summary>
    public void Checkpoint()
    {
        _commits = 0;
        _connection.Execute("PRAGMA wal_checkpoint(RESTART)");
    }

    /// <summary>True when it is the bound given to the journal that leaves no room, rather than the disk.</summary>
    public bool IsAtBound =>
        Number("PRAGMA max_page_count") - Number("PRAGMA page_count") + Number("PRAGMA freelist_count") < PagesOfACommit;

    /// <summary>Closes in order: the log is copied back and deleted. Not after a failure.</summary>
    public void Finish()
    {
        JournalOpening.CheckpointOnClose(_connection, true);
        Dispose();
    }

    /// <summary>Lets go of the file as it is; nothing is written or synced.</summary>
    public void Dispose()
    {
        _insert.Dispose();
        _setAcked.Dispose();
        _connection.Dispose();
    }

    private ulong OldestPrunable(JournalEpoch current, ulong until, long olderThanUs)
    {
        using var command = _connection.Command("SELECT key, record FROM entries WHERE key BETWEEN @from AND @to ORDER BY key");
        command.Parameters.AddWithValue("@from", JournalKey.Of(current.Number, current.First));
        command.Parameters.AddWithValue("@to", JournalKey.Of(current.Number, until));
        using var rows = command.ExecuteReader();
        var found = current.First - 1;
        while (rows.Read())
        {
            var sequence = JournalKey.SequenceOf(rows.GetInt64(0));
            if (!JournalRecord.TryRead(rows.GetFieldValue<byte[]>(1), current.Id, sequence, out var stored) || stored.Entry.Stamp.Estimate is null) continue;
            if (Stamper.InstantUs(stored.Entry.Stamp) >= olderThanUs) break;
            found = sequence;
        }

        return found;
    }

    private void ReadEpochs()
    {
        Epochs.Clear();
        Epochs.AddRange(ReadEpochs("drained = 0"));
        if (Epochs.Count > 0) Epochs[^1] = Epochs[^1] with { Sealed = false };
        Sent.Clear();
        Sent.AddRange(ReadEpochs(IsSent));
    }

    private List<JournalEpoch> ReadEpochs(string which)
    {
        var epochs = new List<JournalEpoch>();
        using var command = _connection.Command($"SELECT number, epoch, kiosk_id, acked FROM epochs WHERE {which} ORDER BY number");
        using (var rows = command.ExecuteReader())
        {
            while (rows.Read())
            {
                if (!Bytes128.TryRead(rows.GetFieldValue<byte[]>(1), out var epoch)) throw new InvalidDataException("the name of an epoch is damaged");
                epochs.Add(new JournalEpoch(rows.GetInt32(0), new JournalId((ulong)rows.GetInt64(2), epoch), 0, 0, default, (ulong)rows.GetInt64(3), Sealed: true));
            }
        }

        return epochs.ConvertAll(ReadBounds);
    }

    private JournalEpoch ReadBounds(JournalEpoch epoch)
    {
        // One by one: asked for both at once, SQLite reads all that is between.
        using var command = _connection.Command("""
            SELECT (SELECT min(key) FROM entries WHERE key BETWEEN @from AND @to), (SELECT max(key) FROM entries WHERE key BETWEEN @from AND @to),
              (SELECT record FROM entries WHERE key BETWEEN @from AND @to ORDER BY key DESC LIMIT 1)
            """);
        command.Parameters.AddWithValue("@from", JournalKey.Of(epoch.Number, 1));
        command.Parameters.AddWithValue("@to", JournalKey.Of(epoch.Number, JournalKey.MaxSequence));
        using var rows = command.ExecuteReader();
        if (!rows.Read() || rows.IsDBNull(0)) return epoch;
        var last = JournalKey.SequenceOf(rows.GetInt64(1));
        JournalRecord.TryRead(rows.GetFieldValue<byte[]>(2), epoch.Id, last, out var stored);
        return epoch with { First = JournalKey.SequenceOf(rows.GetInt64(0)), Last = last, LastHash = stored?.Hash ?? default };
    }

    private long Number(string pragma) => long.Parse(_connection.Scalar(pragma), CultureInfo.InvariantCulture);
}

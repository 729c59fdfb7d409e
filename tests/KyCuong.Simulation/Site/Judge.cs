using System.Globalization;
using KyCuong.Protos;
using KyCuong.Protos.Journal;
using KyCuong.Protos.V1;
using KyCuong.Rules;
using KyCuong.Server.Ingest;
using KyCuong.Server.Judging;
using KyCuong.Server.Store;
using KyCuong.Server.Store.Sqlite;
using KyCuong.Verify;
using Microsoft.Data.Sqlite;

namespace KyCuong.Simulation.Site;

/// <summary>Holds the server's store, when everything has come to rest, against what happened. Reads the tables itself.</summary>
internal sealed class Judge : IDisposable
{
    private readonly SqliteConnection _store;
    private readonly Ledger _ledger;
    private readonly List<string> _problems = [];
    private readonly Dictionary<MadeTap, int> _found = [];

    private Judge(string store, Ledger ledger)
    {
        _ledger = ledger;
        _store = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = store, Mode = SqliteOpenMode.ReadOnly, Pooling = false }.ConnectionString);
        _store.Open();
    }

    /// <summary>Taps in the store, whatever is wrong.</summary>
    public int Stored { get; private set; }

    /// <summary>Taps shown as kept that a disk was made to lose, and of which it was looked whether their gate is believed complete.</summary>
    public int Lost { get; private set; }

    /// <summary>What is wrong, as sentences; how many taps are stored, and how many that were shown as kept a disk has lost.</summary>
    public static (IReadOnlyList<string> Problems, int Stored, int Lost) Look(string store, Ledger ledger)
    {
        using var judge = new Judge(store, ledger);
        judge.Taps();
        judge.Conflicts();
        judge.Promises();
        judge.Sequences();
        judge.Forks();
        judge.Instants();
        judge.Silences();
        judge.Log(store);
        return (judge._problems, judge.Stored, judge.Lost);
    }

    /// <inheritdoc/>
    public void Dispose() => _store.Dispose();

    /// <summary>None invented, none altered.</summary>
    private void Taps()
    {
        foreach (var row in Rows("SELECT j.kiosk_id, t.boot_id, t.boot_time_us, t.reader, t.badge, t.direction, t.sequence FROM taps t JOIN journals j USING (journal_id)"))
        {
            Stored++;
            Bytes128.TryRead((byte[])row[1], out var boot);
            var direction = (Direction)(long)row[5];
            Found(new TapKey((ulong)(long)row[0], boot, (long)row[2], (string)row[3]), $"entry {row[6]} of kiosk {row[0]}", (byte[])row[4], direction);
        }
    }

    /// <summary>Of two entries with one number the later one is kept beside.</summary>
    private void Conflicts()
    {
        foreach (var row in Rows("SELECT encoding, sequence FROM journal_conflicts"))
        {
            var encoding = (byte[])row[0];
            if (encoding.Length == 0 || !CanonicalEntry.TryRead(encoding, out var journal, out _, out var entry) || entry.Body is not TapEntry tap) continue;
            Found(new TapKey(journal.KioskId, entry.Stamp.BootId, entry.Stamp.BootTimeUs, tap.Reader), $"conflicting entry {row[1]}", BadgeList.ToArray(tap.Badge.AsSpan()), tap.Direction);
        }
    }

    private void Found(TapKey key, string where, byte[] badge, Direction direction)
    {
        if (!_ledger.Taps.TryGetValue(key, out var made))
        {
            _problems.Add($"{where} is a tap that nobody made");
            return;
        }

        if (!badge.AsSpan().SequenceEqual(BadgeList.ToArray(Agency.HashesOf(made.Badge).AsSpan()))) _problems.Add($"{where} is of another badge than the one that was held there");
        if (direction != (key.Reader == "vao" ? Direction.In : Direction.Out)) _problems.Add($"{where} goes another way");
        if ((_found[made] = _found.GetValueOrDefault(made) + 1) == 2) _problems.Add($"{where} is there twice: {Of(made)}");
    }

    /// <summary>What was shown as kept is there.</summary>
    private void Promises()
    {
        foreach (var made in _ledger.Taps.Values)
            if (made.Shown == Shown.Kept && !made.MayBeLost && !_found.ContainsKey(made)) _problems.Add($"lost: {Of(made)}");
    }

    /// <summary>No holes but those that a disk was made to lose, and these are named.</summary>
    private void Sequences()
    {
        foreach (var journal in Rows("SELECT journal_id, kiosk_id, epoch, high_water FROM journals ORDER BY journal_id"))
        {
            Bytes128.TryRead((byte[])journal[2], out var epoch);
            var name = string.Create(CultureInfo.InvariantCulture, $"kiosk {journal[1]}, epoch {epoch:x32}");
            var missing = new HashSet<long>();
            foreach (var gap in Rows("SELECT first_sequence, last_sequence, declared_us FROM journal_gaps WHERE journal_id = @id", (long)journal[0]))
            {
                if (gap[2] is DBNull) _problems.Add($"{name}: {gap[0]} to {gap[1]} never came");
                for (var sequence = (long)gap[0]; sequence <= (long)gap[1]; sequence++)
                {
                    missing.Add(sequence);
                    if (!_ledger.Destroyed.Contains((epoch, (ulong)sequence))) _problems.Add($"{name}: {sequence} is called lost, and no disk lost it");
                }
            }

            var expected = 1L;
            foreach (var row in Rows("SELECT sequence FROM taps WHERE journal_id = @id UNION ALL SELECT sequence FROM kiosk_events WHERE journal_id = @id ORDER BY 1", (long)journal[0]))
            {
                while (missing.Contains(expected)) expected++;
                if ((long)row[0] != expected) _problems.Add($"{name}: {expected} is followed by {row[0]}");
                expected = (long)row[0] + 1;
            }

            while (missing.Contains(expected)) expected++;
            if ((long)journal[3] != expected - 1) _problems.Add($"{name}: the high-water mark says {journal[3]}, the entries {expected - 1}");
        }
    }

    /// <summary>A fork is alarmed, and nothing else is.</summary>
    private void Forks()
    {
        var alarmed = Rows("SELECT kiosk_id FROM kiosks WHERE quarantined").Select(row => (ulong)(long)row[0]).ToHashSet();
        foreach (var kiosk in _ledger.Forked.Where(kiosk => !alarmed.Contains(kiosk))) _problems.Add($"two histories of kiosk {kiosk} came, and nobody was told");
        foreach (var kiosk in alarmed.Where(kiosk => !_ledger.Forked.Contains(kiosk))) _problems.Add($"kiosk {kiosk} is quarantined, and had one history only");
    }

    /// <summary>Corrected instants are as true as they say.</summary>
    private void Instants()
    {
        foreach (var row in Rows("""
            SELECT j.kiosk_id, t.boot_id, t.boot_time_us, t.reader, r.at_us, r.uncertainty_us FROM resolved_taps r
            JOIN taps t ON t.journal_id = r.journal_id AND t.sequence = r.sequence JOIN journals j ON j.journal_id = t.journal_id
            """))
        {
            Bytes128.TryRead((byte[])row[1], out var boot);
            if (!_ledger.Taps.TryGetValue(new TapKey((ulong)(long)row[0], boot, (long)row[2], (string)row[3]), out var made)) continue;
            // The instant is the server's: what its clock showed then. Around a step of that clock both are right.
            if (_ledger.Errors(made) is not { } error) continue;
            var off = (long)row[4] - (made.TrueUs + error);
            if (Math.Abs(off) > (long)row[5]) _problems.Add($"{Of(made)} is {off} µs off, and said to be within {row[5]}");
        }
    }

    /// <summary>
    /// Of a time of which a disk lost a tap that was shown as kept, the rules must not believe that all is there: whoever made it would be called absent. Of a
    /// disk that was put back nobody can tell whether it held more.
    /// </summary>
    private void Silences()
    {
        var lost = _ledger.Taps.Values.Where(made => made.Shown == Shown.Kept && made is { Destroyed: true, PutBack: false } && !_found.ContainsKey(made)).ToList();
        if (lost.Count == 0) return;
        using var db = new KyCuongDb(new SqliteSession(_store));
        var agency = AgencyData.LoadAsync(db, null, null, CancellationToken.None).GetAwaiter().GetResult();
        foreach (var made in lost)
        {
            if (made.WouldBeUs is not { } wouldBe) continue;
            // By its kiosk's clock, which is what it would have been judged by.
            var at = new Instant(wouldBe);
            var kiosk = agency.Rules.Kiosks.All.Single(one => one.Kiosk == (long)made.Key.KioskId);
            Lost++;
            if (!kiosk.MayLack(at, at, lost: true) && !kiosk.MayLack(at, at, lost: false)) _problems.Add($"{Of(made)} is lost, and its gate's taps of that moment are believed complete (up to {kiosk.KnownUntil}; {string.Join(", ", kiosk.Holes)})");
        }
    }

    private void Log(string store)
    {
        using var opened = Store.OpenFile(store);
        foreach (var finding in Verification.Of(opened, []).Findings.Take(3)) _problems.Add($"the verifier finds {finding.Kind} at {finding.Where} {finding.Number}");
    }

    private static string Of(MadeTap made) => string.Create(CultureInfo.InvariantCulture,
        $"tap of badge {made.Badge} at {made.Key.Reader} of kiosk {made.Key.KioskId}, {DateTimeOffset.UnixEpoch.AddMicroseconds(made.TrueUs):yyyy-MM-dd HH:mm:ss.ffffff}, shown {made.Shown}");

    private IEnumerable<object[]> Rows(string sql, long? id = null)
    {
        using var command = _store.CreateCommand();
#pragma warning disable CA2100 // The constants above.
        command.CommandText = sql;
#pragma warning restore CA2100
        if (id is not null) command.Parameters.AddWithValue("@id", id);
        using var rows = command.ExecuteReader();
        while (rows.Read())
        {
            var row = new object[rows.FieldCount];
            rows.GetValues(row);
            yield return row;
        }
    }
}

using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Security.Cryptography;
using KyCuong.Protos;
using KyCuong.Server.Ingest;
using KyCuong.Server.Store.Log;

namespace KyCuong.Server.Store.Erasures;

/// <summary>
/// Carries out a plan inside a lease of the caller, who commits: content goes, the facts of journal entries and a tombstone stay, the
/// salts of everything the log said of it are erased, and the log says which tombstone orders it. Not thread-safe.
/// </summary>
internal sealed class Eraser(WriteLease lease, ErasurePlan plan)
{
    // Key columns of the tables that are known by one number.
    private static readonly Dictionary<string, string> Keys = new(StringComparer.Ordinal)
    {
        ["postings"] = "posting_id",
        ["assignments"] = "assignment_id",
        ["leave_entries"] = "leave_id",
        ["staff_photos"] = "photo_id",
        ["staff_pins"] = "pin_id",
        ["badge_holdings"] = "holding_id",
        ["badge_loans"] = "loan_id",
        ["finding_decisions"] = "decision_id",
        ["hand_kept"] = "hand_kept_id",
        ["hand_kept_marks"] = "mark_id",
        ["claim_decisions"] = "decision_id",
        ["time_decisions"] = "decision_id",
        ["badges"] = "badge_id",
    };

    private readonly StoreSession _session = lease.Session;

    /// <summary>Where the plan's rows stand in the log.</summary>
    public RowPlaces Places { get; } = RowPlaces.Of(lease.Session, plan);

    /// <summary>Tables a plan may name, by the column of their number.</summary>
    public static IReadOnlyDictionary<string, string> Tables => Keys;

    /// <summary>The journal entries of the plan as a tombstone lists them, in order.</summary>
    public static List<ErasedKey> Entries(ErasurePlan plan) =>
        [.. plan.Taps.Select(tap => tap.Key).Concat(plan.Conflicts.Select(conflict => conflict.Key)).Concat(plan.Awaited).Distinct().Order()];

    /// <summary>Erases.</summary>
    public void Run(Tombstone tombstone)
    {
        var content = TombstoneContent.Parse(tombstone.Content);
        var order = Digest.FromBytes(SHA256.HashData(tombstone.Content));
        var id = NextId();
        Write("INSERT INTO erasing (erasure_id) VALUES (?1)", id);
        Insert(id, content, tombstone);
        EraseTaps(id);
        EraseConflicts(id, order);
        Await(id, tombstone.Entries);
        EraseRows(order);
        EraseImports(order);
        ErasePerson(order);
        foreach (var number in Places.Salted) Unsalt(number, keyToo: false);
        foreach (var number in Places.Hashed)
        {
            Unsalt(number, keyToo: true);
            lease.Log.Add(new LogRecord(LogKind.Erased, plan.AgencyId, "log_entries", Text(number), order, []));
        }

        Write("UPDATE agencies SET roster_version = roster_version + 1 WHERE agency_id = ?1", plan.AgencyId);
        Write("DELETE FROM erasing WHERE erasure_id = ?1", id);
    }

    private long NextId()
    {
        using var last = _session.Prepare("SELECT coalesce(max(erasure_id), 0) + 1 FROM erasures");
        last.Step();
        var id = last.Number(0);
        last.Reset();
        return id;
    }

    private void Insert(long id, TombstoneContent content, Tombstone tombstone)
    {
        using var db = lease.NewContext();
        db.Erasures.Add(new Rows.ErasureRow
        {
            ErasureId = id,
            AgencyId = plan.AgencyId,
            Kind = content.Kind,
            BeforeDate = content.Before,
            Content = tombstone.Content,
            Signature = tombstone.Signature,
            RowList = tombstone.RowList,
        });
        db.SaveChanges();
    }

    private void EraseTaps(long id)
    {
        if (plan.Taps.Count == 0) return;
        using var keep = _session.PrepareInsert("erased_entries", "kiosk_id, epoch, sequence, hash, agency_id, erasure_id, received_us, backlog");
        using var drop = _session.Prepare("DELETE FROM taps WHERE journal_id = ?1 AND sequence = ?2");
        using var derived = new DerivedRows(_session, plan.AgencyId);
        foreach (var (journal, key, received, backlog, place) in plan.Taps)
        {
            keep.Bind(1, key.Kiosk).Bind(2, Bytes128.ToArray(key.Epoch)).Bind(3, key.Sequence).Bind(4, key.Hash.ToArray()).Bind(5, plan.AgencyId).Bind(6, id).Bind(7, received).Bind(8, backlog).Add();
            derived.Drop(place, journal, key.Sequence);
            drop.Bind(1, journal).Bind(2, key.Sequence).Write();
        }
    }

    private void EraseConflicts(long id, Digest order)
    {
        using var keep = Awaiting();
        using var drop = _session.Prepare("DELETE FROM journal_conflicts WHERE journal_id = ?1 AND sequence = ?2 AND hash = ?3");
        foreach (var conflict in plan.Conflicts)
        {
            Keep(keep, id, conflict.Key);
            drop.Bind(1, conflict.JournalId).Bind(2, conflict.Key.Sequence).Bind(3, conflict.Key.Hash.ToArray()).Write();
            lease.Log.Add(new LogRecord(LogKind.Erased, plan.AgencyId, "journal_conflicts", RowPlaces.KeyOf(conflict), order, []));
        }
    }

    /// <summary>Entries that the tombstone names and that are not here.</summary>
    private void Await(long id, IReadOnlyList<ErasedKey> entries)
    {
        var here = plan.Taps.Select(tap => tap.Key).Concat(plan.Conflicts.Select(conflict => conflict.Key)).ToHashSet();
        using var keep = Awaiting();
        foreach (var key in entries)
            if (!here.Contains(key)) Keep(keep, id, key);
    }

    private StoreInsert Awaiting() => _session.PrepareInsert("erased_entries", "kiosk_id, epoch, sequence, hash, agency_id, erasure_id", "DO NOTHING");

    private void Keep(StoreInsert keep, long id, ErasedKey key) =>
        keep.Bind(1, key.Kiosk).Bind(2, Bytes128.ToArray(key.Epoch)).Bind(3, key.Sequence).Bind(4, key.Hash.ToArray()).Bind(5, plan.AgencyId).Bind(6, id).Add();

    private void EraseRows(Digest order)
    {
        // What refers to a badge goes before it.
        foreach (var group in plan.Rows.GroupBy(row => row.Table).OrderBy(group => group.Key == "badges"))
        {
#pragma warning disable CA1857 // Names of Keys: a table that is not there throws.
            using var drop = _session.Prepare($"DELETE FROM {group.Key} WHERE {Keys[group.Key]} = ?1");
#pragma warning restore CA1857
            foreach (var (table, id) in group)
            {
                if (table == "badges") Write("DELETE FROM badge_hashes WHERE badge_id = ?1", id);
                drop.Bind(1, id).Write();
                lease.Log.Add(new LogRecord(LogKind.Erased, plan.AgencyId, table, Text(id), order, []));
            }
        }
    }

    private void EraseImports(Digest order)
    {
        if (plan.Imports.Count == 0) return;
        using (var derived = new DerivedRows(_session, plan.AgencyId))
        using (var drop = _session.Prepare("DELETE FROM imported_taps WHERE imported_tap_id = ?1"))
        {
            foreach (var (id, place) in plan.Imports)
            {
                derived.Drop(place, 0, id);
                drop.Bind(1, id).Write();
                lease.Log.Add(new LogRecord(LogKind.Erased, plan.AgencyId, "imported_taps", Text(id), order, []));
            }
        }

        // What is left of each import is entered anew; the entry before it has lost its salt and says nothing any more.
        foreach (var (first, last) in Places.Imports.Keys) lease.Log.Add(ImportedRun.Of(_session, plan.AgencyId, first, last));
    }

    /// <summary>Of the person only the code stays, so that nobody else gets it: papers of others bear it.</summary>
    private void ErasePerson(Digest order)
    {
        if (plan.Person is not { } person) return;
        Write("UPDATE staff SET full_name = '', name_sort = ?2, birth_date = NULL, email = NULL, phone = NULL, card_number = NULL WHERE staff_id = ?1", person, []);
        using var row = _session.Prepare("SELECT code FROM staff WHERE staff_id = ?1").Bind(1, person);
        if (!row.Step()) throw new InvalidDataException($"There is no person {person} to erase.");
        var code = row.Text(0);
        row.Reset();
        lease.Log.Add(new LogRecord(LogKind.Erased, plan.AgencyId, "staff", Text(person), order, []));
        lease.Log.Add(RowImage.Written(plan.AgencyId, "staff", [person], ("staff_id", person), ("agency_id", plan.AgencyId), ("code", code), ("full_name", ""), ("name_sort", Array.Empty<byte>())));
    }

    private void Unsalt(long number, bool keyToo)
    {
        if (keyToo) Write("UPDATE log_entries SET salt = ?2, row_key = '' WHERE number = ?1", number, []);
        else Write("UPDATE log_entries SET salt = ?2 WHERE number = ?1", number, []);
    }

    private void Write([ConstantExpected] string sql, long id)
    {
        using var statement = _session.Prepare(sql).Bind(1, id);
        statement.Run();
    }

    private void Write([ConstantExpected] string sql, long id, ReadOnlySpan<byte> bytes)
    {
        using var statement = _session.Prepare(sql).Bind(1, id).Bind(2, bytes);
        statement.Run();
    }

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}

using System.Data.Common;
using KyCuong.Protos;
using KyCuong.Protos.Journal;
using KyCuong.Server.Cli;
using KyCuong.Server.Ingest;
using KyCuong.Server.Store;
using Microsoft.Extensions.Logging.Abstractions;

namespace KyCuong.PowerCut;

/// <summary>The server's store on SQLite.</summary>
internal sealed class ServerVictim(TimeProvider time) : Victim
{
    private JournalId _journal;

    public override string Name => "server";

    public override string Database => "server/store.db";

    public override string Promise => "@acked seq=";

    public override async Task<IReadOnlyList<KnownEntry>> TruthAsync(string database)
    {
        await using var store = Open(database);
        var problems = new List<string>();
        var found = Read(store, problems);
        return problems.Count == 0 ? found : throw new InvalidDataException("the recorded store itself is wrong: " + string.Join("; ", problems));
    }

    public override async Task<List<string>> RecoverAsync(string database, ulong acknowledged, IReadOnlyList<KnownEntry> truth)
    {
        var problems = new List<string>();
        try
        {
            await using var store = Open(database);
            var found = Read(store, problems);
            Compare(found, acknowledged, truth, problems);
            // Before the kiosk's enrolment was durable nobody can bring anything.
            if (problems.Count == 0 && acknowledged > 0) await TakeNextAsync(store, found, problems);
        }
        catch (Exception e) when (e is CommandException or DbException or InvalidDataException)
        {
            problems.Add($"unreadable: {e.Message}");
        }

        return problems;
    }

    private ServerStore Open(string database) =>
        ServerStore.Open(DataDirectory.Open(Path.GetDirectoryName(database)!), new StoreOptions(), time, NullLoggerFactory.Instance);

    /// <summary>All entries; each must be hashed after the one before it, and each tap derived once.</summary>
    private List<KnownEntry> Read(ServerStore store, List<string> problems)
    {
        using var session = store.OpenReader();
        var found = new List<KnownEntry>();
        using var journals = session.Prepare("SELECT journal_id, kiosk_id, epoch, high_water FROM journals");
        if (!journals.Step()) return found;
        var (journal, highWater) = (journals.Number(0), journals.Number(3));
        Bytes128.TryRead(journals.Bytes(2), out var epoch);
        _journal = new JournalId((ulong)journals.Number(1), epoch);
        if (journals.Step()) problems.Add("there are two journals");
        journals.Reset();

        using var reader = new JournalReader(session);
        foreach (var (sequence, hash) in reader.Hashes(journal, 0, long.MaxValue).OrderBy(row => row.Key))
        {
            if (reader.Read(journal, sequence) is not { } entry || CanonicalEntry.Hash(_journal, found.Count == 0 ? default : found[^1].Hash, entry) != hash)
                problems.Add($"entry {sequence} is not what its hash says");
            found.Add(new KnownEntry((ulong)sequence, hash));
        }

        if (highWater != found.Count) problems.Add($"the high-water mark is {highWater}, there are {found.Count} entries");
        using var derived = session.Prepare("SELECT (SELECT count(*) FROM taps) - (SELECT count(*) FROM resolved_taps) - (SELECT count(*) FROM unresolved_taps)");
        derived.Step();
        if (derived.Number(0) != 0) problems.Add($"{derived.Number(0)} taps are not derived");
        derived.Reset();
        using var check = session.Prepare("PRAGMA quick_check");
        check.Step();
        if (check.Text(0) != "ok") problems.Add($"SQLite finds: {check.Text(0)}");
        check.Reset();
        return found;
    }

    private async Task TakeNextAsync(ServerStore store, List<KnownEntry> found, List<string> problems)
    {
        await using var ingest = new TapIngest(store, new IngestOptions(), time, NullLogger<TapIngest>.Instance);
        var session = await ingest.OpenJournalAsync((long)_journal.KioskId, _journal.Epoch, CancellationToken.None);
        var (sequence, previous) = ((ulong)found.Count + 1, found[^1].Hash);
        var entry = new Entry(sequence, SampleEntries.Stamp(sequence), SampleEntries.Tap(sequence));
        var taken = await ingest.AppendAsync(session, previous, [new HashedEntry(entry, CanonicalEntry.Hash(_journal, previous, entry))], backlog: false, CancellationToken.None);
        if (taken.HighWater != sequence || taken.Refusal != AppendRefusal.None) problems.Add($"the next entry is not taken: {taken.Detail}");
    }
}

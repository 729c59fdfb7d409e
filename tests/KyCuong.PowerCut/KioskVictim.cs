using KyCuong.Kiosk;
using KyCuong.Kiosk.Journal;
using KyCuong.Protos.Journal;
using Microsoft.Extensions.Logging.Abstractions;

namespace KyCuong.PowerCut;

/// <summary>The kiosk's journal.</summary>
internal sealed class KioskVictim(TimeProvider time) : Victim
{
    private JournalId _journal;

    public override string Name => "kiosk";

    public override string Database => "kiosk/journal.db";

    public override string Promise => "@tap seq=";

    public override async Task<IReadOnlyList<KnownEntry>> TruthAsync(string database)
    {
        var file = new Microsoft.Data.Sqlite.SqliteConnection($"Data Source={database};Pooling=False");
        await using (file)
        {
            file.Open();
            await using var command = file.CreateCommand();
            command.CommandText = "SELECT kiosk_id FROM epochs WHERE number = 1";
            _journal = new JournalId((ulong)(long)command.ExecuteScalar()!, 0);
        }

        await using var journal = Open(database);
        _journal = journal.Current.Id;
        return Read(database, journal.Current);
    }

    public override async Task<List<string>> RecoverAsync(string database, ulong acknowledged, IReadOnlyList<KnownEntry> truth)
    {
        var problems = new List<string>();
        try
        {
            var torn = File.Exists(database + "-wal") && WalCheck.Look(await File.ReadAllBytesAsync(database + "-wal")) == WalState.TornTail;
            await using var journal = Open(database);
            // Which reads every entry, and would put the file aside if anything were wrong.
            await journal.Mending;
            var recovered = journal.Current;
            var old = journal.Epochs.FirstOrDefault(epoch => epoch.Id.Epoch == _journal.Epoch);
            // What a log ended with that has no whole end nobody knows, and only a new epoch says so.
            var expected = old is { Last: > 0 } && torn ? 2 : 1;
            if (recovered.Number != expected || (old is null && acknowledged > 0))
                problems.Add($"epoch {recovered.Number} is written to instead of {expected}, the log's end being {(torn ? "torn" : "whole")}");
            if (journal.Lost.Count > 0) problems.Add("entries are called lost though no disk was damaged");
            var found = old is null ? [] : Read(database, old);
            Compare(found, acknowledged, truth, problems);
            var next = await journal.AppendAsync(SampleEntries.Stamp(recovered.Last + 1), SampleEntries.Tap(recovered.Last + 1));
            if (next.Entry.Sequence != recovered.Last + 1 || next.Previous != recovered.LastHash) problems.Add("the next tap does not follow the last one");
        }
        catch (Exception e) when (e is KioskException or JournalOutOfServiceException or Microsoft.Data.Sqlite.SqliteException)
        {
            problems.Add($"unreadable: {e.Message}");
        }

        return problems;
    }

    private KioskJournal Open(string database) =>
        KioskJournal.Open(new JournalOptions { Path = database }, _journal.KioskId, () => UInt128.MaxValue, time, NullLogger<KioskJournal>.Instance);

    private static List<KnownEntry> Read(string database, JournalEpoch epoch)
    {
        const int AtOnce = 1000;
        var found = new List<KnownEntry>();
        using var reader = new JournalReader(database);
        for (var next = 1UL; next <= epoch.Last;)
        {
            var slice = reader.Read(epoch, next, AtOnce);
            if (slice.Entries.Count == 0) break;
            found.AddRange(slice.Entries.Select(entry => new KnownEntry(entry.Entry.Sequence, entry.Hash)));
            next = found[^1].Sequence + 1;
        }

        return found;
    }
}

using System.Diagnostics;
using System.Globalization;
using KyCuong.Kiosk.Journal;
using KyCuong.Protos.Journal;
using KyCuong.Server.Ingest;
using KyCuong.Server.Store;
using KyCuong.Server.Store.Rows;
using Microsoft.Extensions.Logging.Abstractions;

namespace KyCuong.PowerCut;

/// <summary>
/// The product's journal, or its ingest and store, in a process of their own that does nothing else: to be recorded with the
/// waiting for the disk that only a test may choose. They say what they promise as kiosk and status lines do.
/// </summary>
internal static class SmallWriters
{
    private const int CommitsPerCheckpoint = 60;

    /// <summary>Runs one as a program; recorded when a <see cref="Recorder"/> is there.</summary>
    public static async Task RunAsync(string victim, string root, int entries, bool waits, CancellationToken cancel)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        foreach (var argument in (string[])[Path.Combine(AppContext.BaseDirectory, "KyCuong.PowerCut.dll"), "write", victim, root, entries.ToString(CultureInfo.InvariantCulture), waits ? "full" : "normal"])
            start.ArgumentList.Add(argument);
        using var process = Process.Start(start) ?? throw new InvalidOperationException("dotnet does not start");
        var output = process.StandardOutput.ReadToEndAsync(cancel);
        var error = await process.StandardError.ReadToEndAsync(cancel);
        await output;
        await process.WaitForExitAsync(cancel);
        if (process.ExitCode != 0) throw new InvalidOperationException($"the writer ended with {process.ExitCode}: {error}");
    }

    /// <summary>What that program does.</summary>
    public static Task WriteAsync(string victim, string root, int entries, bool waits, TimeProvider time) =>
        victim == "kiosk" ? WriteJournalAsync(root, entries, waits, time) : WriteStoreAsync(root, entries, waits, time);

    private static async Task WriteJournalAsync(string root, int entries, bool waits, TimeProvider time)
    {
        var folder = Directory.CreateDirectory(Path.Combine(root, "kiosk")).FullName;
        var options = new JournalOptions { Path = Path.Combine(folder, "journal.db"), CommitsPerCheckpoint = CommitsPerCheckpoint, Synchronous = waits ? SqliteSynchronous.Full : SqliteSynchronous.Normal };
        await using var journal = KioskJournal.Open(options, 1, () => 99, time, NullLogger<KioskJournal>.Instance);
        for (var i = 1; i <= entries; i++)
            Say($"@tap seq={(await journal.AppendAsync(SampleEntries.Stamp((ulong)i), SampleEntries.Tap((ulong)i))).Entry.Sequence}");
    }

    private static async Task WriteStoreAsync(string root, int entries, bool waits, TimeProvider time)
    {
        await using var store = ServerStore.Open(
            DataDirectory.Open(Path.Combine(root, "server")), new StoreOptions { CheckpointPages = 10 * CommitsPerCheckpoint, SqliteWaitsAtEachCommit = waits }, time, NullLoggerFactory.Instance);
        var kiosk = new KioskRow { Code = "CONG", Name = "Cổng", State = KioskState.Enrolled };
        await SaveAsync(store, async db =>
        {
            var agency = new AgencyRow { Code = "THU", Name = "Cơ quan thử", TimeZone = "Asia/Ho_Chi_Minh", RestDays = "[]", Policy = "{}" };
            db.Agencies.Add(agency);
            await db.SaveChangesAsync();
            kiosk.AgencyId = agency.AgencyId;
            db.Kiosks.Add(kiosk);
        });
        await using var ingest = new TapIngest(store, new IngestOptions(), time, NullLogger<TapIngest>.Instance);
        var session = await ingest.OpenJournalAsync(kiosk.KioskId, 99, CancellationToken.None);
        var before = new HashedEntry(null!, default);
        for (var i = 1UL; i <= (ulong)entries; i++)
        {
            var entry = new Entry(i, SampleEntries.Stamp(i), SampleEntries.Tap(i));
            var next = new HashedEntry(entry, CanonicalEntry.Hash(session.Journal, before.Hash, entry));
            var taken = await ingest.AppendAsync(session, before.Hash, [next], backlog: false, CancellationToken.None);
            Say($"@acked seq={taken.HighWater}");
            before = next;
        }
    }

    private static async Task SaveAsync(ServerStore store, Func<KyCuongDb, Task> change)
    {
        await using var lease = await store.LeaseAsync(CancellationToken.None);
        await using var db = lease.NewContext();
        await change(db);
        await db.SaveChangesAsync();
        await lease.CommitAsync();
    }

    private static void Say(string line) => Console.WriteLine(line);
}

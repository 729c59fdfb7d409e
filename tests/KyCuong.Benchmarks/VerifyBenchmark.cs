using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using KyCuong.Protos;
using KyCuong.Protos.Badges;
using KyCuong.Protos.Journal;
using KyCuong.Protos.V1;
using KyCuong.Server;
using KyCuong.Server.Cli;
using KyCuong.Server.Features.Demo;
using KyCuong.Server.Ingest;
using KyCuong.Server.Store;
using KyCuong.Server.Store.Rows;
using Microsoft.Extensions.Logging.Abstractions;

namespace KyCuong.Benchmarks;

/// <summary>
/// KyCuong.Verify, as it is built, on a store that the server's own ingest filled: how long it takes and how much memory, and that it finds
/// nothing wrong there and one tap given to another person.
/// </summary>
internal sealed class VerifyBenchmark(string root, TimeProvider time)
{
    private const int People = 500;
    private const int Kiosks = 4;
    private const int TapsASample = 200;
    private const long TapEveryUs = 15_000_000;
    private static readonly long First = new DateTimeOffset(2026, 1, 5, 0, 0, 0, TimeSpan.Zero).ToUnixTimeMilliseconds() * 1000;
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(50);

    /// <summary>Makes the store and verifies it twice; false when the verifier said something else than it should.</summary>
    /// <param name="taps">In the store.</param>
    /// <param name="most">Longest that may take; null: not judged.</param>
    public async Task<bool> RunAsync(int taps, TimeSpan? most)
    {
        var data = DataDirectory.Open(Path.Combine(root, "verify"));
        var made = time.GetTimestamp();
        await using (var store = ServerStore.Open(data, new StoreOptions(), time, NullLoggerFactory.Instance)) await FillAsync(store, taps);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{taps:N0} taps of {Kiosks} kiosks stored in {time.GetElapsedTime(made).TotalSeconds:F0} s, {new FileInfo(data.StoreFile).Length / 1_000_000:N0} MB"));
        var (code, said, took, bytes) = await VerifyAsync(data.StoreFile);
        var answer = JsonDocument.Parse(said).RootElement;
        var fits = most is null || took <= most;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"KyCuong.Verify: {answer.GetProperty("journalEntries").GetInt64():N0} journal entries, {answer.GetProperty("logEntries").GetInt64():N0} of the log, {took.TotalSeconds:F1} s ({taps / took.TotalSeconds:N0} taps/s){(most is null ? "" : $", limit {most.Value.TotalSeconds:F0} s: {(fits ? "kept" : "MISSED")}")}, at most {bytes / 1_000_000:N0} MB resident"));
        if (code != 0 || !answer.GetProperty("ok").GetBoolean()) Console.WriteLine($"it found something in a store that nobody touched: {said}");
        var erased = await EraseAsync(data);
        await GiveAwayAsync(data.StoreFile);
        var (changed, found, _, _) = await VerifyAsync(data.StoreFile);
        var sees = changed == 1 && JsonDocument.Parse(found).RootElement.GetProperty("findings").EnumerateArray().Any(finding => finding.GetProperty("kind").GetString() == "derivedAltered");
        if (!sees) Console.WriteLine("it did not see one tap given to another person");
        return code == 0 && sees && fits && erased;
    }

    /// <summary>One person with all their taps; the verifier must still find nothing.</summary>
    private async Task<bool> EraseAsync(DataDirectory data)
    {
        var console = new CapturedConsole(new ProcessConsole());
        var start = time.GetTimestamp();
        await using (var store = ServerStore.Open(data, new StoreOptions(), time, NullLoggerFactory.Instance))
        {
            var commands = Commands.For(new OpenStoreHost(store, data, time, console, NullLoggerFactory.Instance));
            if (await CommandLine.RunAsync(commands, ["erase", "--staff", "N7", "--carry-out", "--document", "1/QĐ", "--by", "N8", "--format", "json"], console, CancellationToken.None) != 0)
                throw new InvalidOperationException(console.Said);
        }

        var took = time.GetElapsedTime(start);
        var (code, said, _, _) = await VerifyAsync(data.StoreFile);
        var answer = JsonDocument.Parse(said).RootElement;
        var whole = code == 0 && answer.GetProperty("erasures").GetInt64() == 1 && answer.GetProperty("signaturesChecked").GetBoolean();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"one of {People} people erased with {JsonDocument.Parse(console.Output).RootElement.GetProperty("goes").GetProperty("taps").GetInt32():N0} taps, the file written anew: {took.TotalSeconds:F1} s; {(whole ? "the verifier finds nothing wrong" : $"the verifier says {said}")}"));
        return whole;
    }

    private async Task FillAsync(ServerStore store, int taps)
    {
        var hasher = new BadgeHasher(1, new byte[BadgeHasher.KeySize]);
        var badges = Enumerable.Range(0, People).Select(i => hasher.HashLevels(BadgeIdentity.TryCreate(CredentialLevel.Em, [0x0C, 0, 7, (byte)(i / 200 + 1), (byte)(i % 200 + 1)])!)).ToArray();
        var kiosks = await PeopleAsync(store, badges);
        await using var ingest = new TapIngest(store, new IngestOptions(), time, NullLogger<TapIngest>.Instance);
        for (var k = 0; k < kiosks.Count; k++) await JournalAsync(ingest, new JournalId((ulong)kiosks[k], (UInt128)k + 1), badges, taps / kiosks.Count, k);
    }

    private static async Task<List<long>> PeopleAsync(ServerStore store, EquatableList<BadgeKey>[] badges)
    {
        await using var lease = await store.LeaseAsync(CancellationToken.None);
        await using var db = lease.NewContext();
        var agency = new AgencyRow { Code = "A", Name = "A", TimeZone = "Asia/Ho_Chi_Minh", RestDays = "[]", Policy = "{}" };
        db.Agencies.Add(agency);
        await db.SaveChangesAsync();
        var kiosks = Enumerable.Range(1, Kiosks).Select(i => new KioskRow { AgencyId = agency.AgencyId, Code = $"K{i}", Name = $"K{i}", State = KioskState.Enrolled }).ToList();
        var people = badges.Select((_, i) => new StaffRow { AgencyId = agency.AgencyId, Code = $"N{i}", FullName = $"Người {i}", NameSort = [] }).ToList();
        var held = badges.Select(_ => new BadgeRow { AgencyId = agency.AgencyId, Kind = "em10h", State = BadgeState.Active }).ToList();
        db.AddRange(kiosks);
        db.AddRange(people);
        db.AddRange(held);
        await db.SaveChangesAsync();
        for (var i = 0; i < badges.Length; i++)
        {
            db.BadgeHoldings.Add(new BadgeHoldingRow { AgencyId = agency.AgencyId, BadgeId = held[i].BadgeId, StaffId = people[i].StaffId, FromDate = new DateOnly(2026, 1, 1) });
            foreach (var key in badges[i]) db.BadgeHashes.Add(new BadgeHashRow { AgencyId = agency.AgencyId, Level = key.Level, KeyId = key.KeyId, Hash = Bytes128.ToArray(key.Hash), BadgeId = held[i].BadgeId });
        }

        await db.SaveChangesAsync();
        await lease.CommitAsync();
        return [.. kiosks.Select(kiosk => kiosk.KioskId)];
    }

    private static async Task JournalAsync(TapIngest ingest, JournalId journal, EquatableList<BadgeKey>[] badges, int taps, int offset)
    {
        var session = await ingest.OpenJournalAsync((long)journal.KioskId, journal.Epoch, CancellationToken.None);
        var (previous, before, sequence) = (default(Digest), default(Digest), 0UL);
        var batch = new List<HashedEntry>(ContractLimits.BatchEntries);
        var waiting = new Queue<Task<AppendResult>>();
        for (var i = 0; i < taps; i++)
        {
            var boot = 1_000_000 + (i * TapEveryUs);
            if (i % TapsASample == 0) await AddAsync(new ClockSampleEntry(First, 4_000, 2_000), boot - 1);
            await AddAsync(new TapEntry("r1", badges[((i * 7) + offset) % badges.Length], Technology.Em4100, 14, Direction.In, DirectionSource.Reader), boot);
        }

        await SendAsync();
        while (waiting.TryDequeue(out var last)) await last;

        async Task AddAsync(EntryBody body, long boot)
        {
            var entry = new Entry(++sequence, new Stamp(First + boot, boot, 1, new ClockReading(First, 2_000, 0)), body);
            var hash = CanonicalEntry.Hash(journal, previous, entry);
            batch.Add(new HashedEntry(entry, hash));
            previous = hash;
            if (batch.Count == ContractLimits.BatchEntries) await SendAsync();
        }

        async Task SendAsync()
        {
            if (batch.Count == 0) return;
            waiting.Enqueue(ingest.AppendAsync(session, before, batch.ToArray(), backlog: true, CancellationToken.None));
            before = previous;
            batch.Clear();
            if (waiting.Count < 8) return;
            if (await waiting.Dequeue() is { Refusal: not AppendRefusal.None } refused) throw new InvalidOperationException($"the ingest refused: {refused.Refusal}");
        }
    }

    /// <summary>By hand, past the server.</summary>
    private static async Task GiveAwayAsync(string store)
    {
        await using var connection = new Microsoft.Data.Sqlite.SqliteConnection($"Data Source={store};Pooling=False");
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = "UPDATE resolved_taps SET staff_id = staff_id + 1 WHERE journal_id = 1 AND sequence = (SELECT min(sequence) FROM taps WHERE journal_id = 1)";
        if (await command.ExecuteNonQueryAsync() != 1) throw new InvalidOperationException("no tap could be given away");
    }

    private async Task<(int Code, string Said, TimeSpan Took, long Bytes)> VerifyAsync(string store)
    {
        var program = Path.Combine(AppContext.BaseDirectory, "../../../../../server/KyCuong.Verify", AppContext.BaseDirectory.Contains("/Debug/", StringComparison.Ordinal) ? "bin/Debug" : "bin/Release", "net10.0/KyCuong.Verify.dll");
        var start = time.GetTimestamp();
        using var process = Process.Start(new ProcessStartInfo("dotnet", [program, "--store", store, "--format", "json"]) { RedirectStandardOutput = true }) ?? throw new InvalidOperationException("dotnet does not start");
        var said = process.StandardOutput.ReadToEndAsync();
        var most = 0L;
        while (!process.HasExited)
        {
            process.Refresh();
            if (File.Exists($"/proc/{process.Id}/status"))
                foreach (var line in await LinesAsync($"/proc/{process.Id}/status"))
                    if (line.StartsWith("VmHWM:", StringComparison.Ordinal)) most = Math.Max(most, 1024 * long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture));
            await Task.Delay(Poll, time);
        }

        return (process.ExitCode, await said, time.GetElapsedTime(start), most);
    }

    // It may end while it is looked at.
    private static async Task<string[]> LinesAsync(string path)
    {
        try
        {
            return await File.ReadAllLinesAsync(path);
        }
        catch (IOException)
        {
            return [];
        }
    }
}

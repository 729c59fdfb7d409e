using System.Net;
using System.Text.Json;
using KyCuong.Protos.Badges;
using KyCuong.Protos.V1;
using KyCuong.Server;
using KyCuong.Server.Cli;
using KyCuong.Server.Features.Demo;
using KyCuong.Server.Ingest;
using KyCuong.Server.Serve;
using KyCuong.Server.Store;
using Microsoft.Extensions.Logging.Abstractions;

namespace KyCuong.Benchmarks;

/// <summary>
/// Taps through the whole path (gRPC over mTLS on loopback, chain check, badge lookup, group commit, acknowledgement)
/// beside bare prepared inserts of the same rows into the same tables with the same durability.
/// </summary>
internal sealed class IngestBenchmark(string root, TimeProvider time)
{
    private const int People = 200;
    private const int RowsPerTransaction = 100;
    private static readonly long First = new DateTimeOffset(2026, 5, 13, 0, 0, 0, TimeSpan.Zero).ToUnixTimeMilliseconds() * 1000;
    private static readonly BadgeIdentity[] Badges = [.. Enumerable.Range(0, People).Select(i => BadgeIdentity.TryCreate(CredentialLevel.Em, [0x0C, 0, 6, (byte)(i / 200 + 1), (byte)(i + 1)])!)];
    private int _runs;

    /// <summary>Taps a second: baseline with 100 rows a transaction, product with full batches.</summary>
    public async Task<Pair> BatchedAsync(int taps, CancellationToken cancel) =>
        new(Bare(taps, RowsPerTransaction), await WholePathAsync(taps, 512, cancel));

    /// <summary>Taps a second: baseline one row a transaction, product one tap at a time, each acknowledged before the next.</summary>
    public async Task<Pair> OneByOneAsync(int taps, CancellationToken cancel) =>
        new(Bare(taps, 1), await WholePathAsync(taps, 1, cancel));

    private double Bare(int taps, int perTransaction)
    {
        var hasher = new BadgeHasher(1, new byte[BadgeHasher.KeySize]);
        var rows = new BareTap[taps];
        for (var i = 0; i < taps; i++)
        {
            var at = First + i * 250_000L;
            var badge = BadgeList.ToArray(hasher.HashLevels(Badges[i % People]).AsSpan());
            rows[i] = new BareTap(i + 1, new byte[32], at, i, new byte[16], at, badge, 739_748, i % People + 1);
        }

        using var store = new BareStore(Path.Combine(NewDirectory(), "bare.db"));
        var start = time.GetTimestamp();
        for (var i = 0; i < taps; i += perTransaction) store.Insert(rows.AsSpan(i, Math.Min(perTransaction, taps - i)));
        return taps / time.GetElapsedTime(start).TotalSeconds;
    }

    private async Task<double> WholePathAsync(int taps, int perBatch, CancellationToken cancel)
    {
        var data = DataDirectory.Open(NewDirectory());
        var loggers = NullLoggerFactory.Instance;
        await using var store = ServerStore.Open(data, new StoreOptions(), time, loggers);
        var people = Enumerable.Range(1, People).ToArray();
        await CommandAsync(store, data, ["apply"], "agency.json", """{ "agency": { "code": "A", "name": "A", "timeZone": "Asia/Ho_Chi_Minh" }, "units": [ { "code": "U", "name": "U" } ] }""");
        await CommandAsync(store, data, ["import", "staff"], "staff.csv", "staff_code,full_name,unit,position,category,from,to\n" + string.Concat(people.Select(i => $"N{i},Người {i},U,,CivilServant,2026-01-01,\n")));
        await CommandAsync(store, data, ["import", "badges"], "badges.csv", "staff_code,badge,kind,from,to\n" + string.Concat(people.Select(i => $"N{i},{Convert.ToHexString(Badges[i - 1].Bytes)},em10h,2026-01-01,\n")));
        await using var server = await ServerHost.StartAsync(store, new ServerOptions { KioskPort = 0, Listen = IPAddress.Loopback }, loggers, time, cancel);
        var added = await CommandAsync(store, data, ["kiosk", "add", "K", "--name", "K", "--format", "json"]);
        using var answer = JsonDocument.Parse(added);
        await using var stream = await TapStream.OpenAsync(server.KioskPort, answer.RootElement.GetProperty("code").GetString()!, cancel);
        var batches = stream.Batches(Badges, taps, perBatch, First);
        var start = time.GetTimestamp();
        if (perBatch > 1) await stream.SendAllAsync(batches, (ulong)taps, cancel);
        else foreach (var batch in batches) await stream.SendAsync(batch, cancel);
        var rate = taps / time.GetElapsedTime(start).TotalSeconds;
        using var reader = store.OpenReader();
        using var count = reader.Connection.CreateCommand();
        count.CommandText = "SELECT (SELECT count(*) FROM taps) + (SELECT count(*) FROM resolved_taps)";
        var rows = (long)count.ExecuteScalar()!;
        return rows == 2L * taps ? rate : throw new InvalidOperationException($"{rows} rows are stored instead of {2L * taps}: the comparison would be of different work");
    }

    private async Task<string> CommandAsync(ServerStore store, DataDirectory data, string[] arguments, string? file = null, string? content = null)
    {
        var console = new CapturedConsole(new ProcessConsole());
        if (file is not null)
        {
            var path = Path.Combine(data.Root, file);
            await File.WriteAllTextAsync(path, content);
            arguments = [.. arguments, path];
        }

        var code = await CommandLine.RunAsync(
            Commands.For(new OpenStoreHost(store, data, time, console, NullLoggerFactory.Instance)), arguments, console, CancellationToken.None);
        return code == 0 ? console.Output : throw new InvalidOperationException($"{string.Join(' ', arguments)}: {console.Said}");
    }

    private string NewDirectory()
    {
        var path = Path.Combine(root, $"run-{++_runs}");
        Directory.CreateDirectory(path);
        return path;
    }
}

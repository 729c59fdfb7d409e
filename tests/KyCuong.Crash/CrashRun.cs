using KyCuong.Server.Features.Demo;
using KyCuong.Testing;

namespace KyCuong.Crash;

/// <summary>One agency, one gate, one victim: load, kill, restart, and at the end a comparison.</summary>
internal sealed class CrashRun(string victim, int kills, Postgres? postgres, Random random, TimeProvider time)
{
    private const double LeastBetween = 0.3;
    private const int Readers = 4;

    /// <summary>Some 250 taps a second: something is under way at nearly every moment, and a thousand kills end with a journal that is looked at in no time.</summary>
    private static readonly TimeSpan BetweenBursts = TimeSpan.FromMilliseconds(60);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly List<Shown> _shown = [];
    private int _between;

    /// <summary>What is wrong, as sentences.</summary>
    public async Task<List<string>> RunAsync()
    {
        var root = Directory.CreateTempSubdirectory("kycuong-crash-").FullName;
        try
        {
            var problems = await RunAsync(root);
            if (problems.Count > 0) Console.WriteLine($"  kept for a look: {root}");
            else Directory.Delete(root, recursive: true);
            return problems;
        }
        catch (Exception error) when (error is InvalidOperationException or TimeoutException or OperationCanceledException or KyCuong.Server.Cli.CommandException)
        {
            return [$"{error.Message} (kept for a look: {root})"];
        }
    }

    private async Task<List<string>> RunAsync(string root)
    {
        var serverData = Path.Combine(root, "server");
        var kioskData = Path.Combine(root, "kiosk");
        Directory.CreateDirectory(kioskData);
        var readers = Enumerable.Range(0, Readers).Select(_ => new SerialDeviceServer()).ToArray();
        var port = Agency.FreePort();
        if (postgres is not null) await postgres.BeginAsync(serverData);
        var server = ServerProcess.Serve(serverData, port);
        KioskProcess? kiosk = null;
        try
        {
            await InTime(server.ListeningAsync);
            await Agency.DeclareAsync(root, serverData);
            await Agency.EnrolAsync(serverData, kioskData, "CONG-CHINH", port, readers);
            kiosk = KioskProcess.Run(kioskData);
            await InTime(kiosk.LinkedAsync);
            await InTime(kiosk.ReadyAsync);

            using var end = new CancellationTokenSource();
            var load = new TapLoad(readers, time, BetweenBursts);
            var playing = load.PlayAsync(end.Token);
            for (var kill = 0; kill < kills; kill++)
            {
                // Both work, and something has been acknowledged since the last kill.
                var acked = kiosk.LastAcked;
                await UntilAsync(() => kiosk.LastAcked > acked && kiosk.LastTap > 0, "nothing was acknowledged after a restart");
                await Task.Delay(TimeSpan.FromMilliseconds(random.Next(5, 250)), time);
                // Where a burst is acknowledged within milliseconds hardly any moment lies between: every second kill waits for one.
                if (kill % 2 == 0) await UntilAsync(() => kiosk.LastTap > kiosk.LastAcked, "there was always everything acknowledged");
                if (victim == "kiosk")
                {
                    await kiosk.KillAsync();
                    if (Comparison.LastWritten(Path.Combine(kioskData, "journal.db"), root) > Math.Min(kiosk.LastTap, kiosk.LastAcked)) _between++;
                    await TakeShownAsync(kiosk, kioskData, root);
                    kiosk = KioskProcess.Run(kioskData);
                    await InTime(kiosk.LinkedAsync);
                }
                else
                {
                    var (shown, acknowledged) = (kiosk.LastTap, kiosk.LastAcked);
                    if (shown > acknowledged) _between++;
                    // In turn: the server, PostgreSQL under a server that lives on, both.
                    if (postgres is null || kill % 3 != 1)
                    {
                        await server.KillAsync();
                        await server.DisposeAsync();
                        if (postgres is not null && kill % 3 == 2) await postgres.CrashAsync();
                        server = ServerProcess.Serve(serverData, port);
                        await InTime(server.ListeningAsync);
                    }
                    else
                    {
                        await postgres.CrashAsync();
                    }
                }
            }

            await end.CancelAsync();
            await playing;
            await DrainedAsync(kiosk);
            using (var patience = new CancellationTokenSource(Patience, time))
            {
                var code = await kiosk.StopAsync(patience.Token);
                if (code != 0) return [$"the kiosk stopped with {code}"];
            }

            await TakeShownAsync(kiosk, kioskData, root);
            await server.KillAsync();
            var store = postgres is null ? StoreRows.Sqlite(Path.Combine(serverData, "store.db")) : StoreRows.Postgres(postgres.Connection);
            var problems = Comparison.Problems(Path.Combine(kioskData, "journal.db"), store, _shown, [], out var stored);
            problems.AddRange(Comparison.Problems(store, Comparison.Epochs(kioskData, root)));
            var share = (double)_between / kills;
            Console.WriteLine($"  {kills} kills, {_between} ({share:P0}) between a write and its ack; {load.Sent} tags shown to the reader, {_shown.Count} green, {stored} on the server");
            if (share < LeastBetween) problems.Add($"only {share:P0} of the kills fell between a write and its ack; {LeastBetween:P0} are needed for the run to mean something");
            return problems;
        }
        finally
        {
            if (kiosk is not null) await kiosk.DisposeAsync();
            await server.DisposeAsync();
            foreach (var reader in readers) await reader.DisposeAsync();
        }
    }

    private async Task TakeShownAsync(KioskProcess process, string data, string root)
    {
        _shown.AddRange(Comparison.ShownBy(process, data, root));
        await process.DisposeAsync();
    }

    private async Task InTime(Func<CancellationToken, Task> wait)
    {
        using var patience = new CancellationTokenSource(Patience, time);
        await wait(patience.Token);
    }

    /// <summary>Waits while acknowledgements come: what gathered while the server was killed over and over may be much.</summary>
    private async Task DrainedAsync(KioskProcess kiosk)
    {
        while (kiosk.LastTap == 0 || kiosk.LastAcked < kiosk.LastTap)
        {
            var acked = kiosk.LastAcked;
            await UntilAsync(() => kiosk.LastAcked > acked || (kiosk.LastTap > 0 && kiosk.LastAcked >= kiosk.LastTap), $"after {acked} of {kiosk.LastTap} entries nothing more was acknowledged");
        }
    }

    private async Task UntilAsync(Func<bool> reached, string otherwise)
    {
        var start = time.GetTimestamp();
        while (!reached())
        {
            if (time.GetElapsedTime(start) > Patience) throw new TimeoutException($"{otherwise} within {Patience.TotalSeconds:0} s");
            await Task.Delay(TimeSpan.FromMilliseconds(2), time);
        }
    }
}

using System.Text.RegularExpressions;
using KyCuong.Server.Features.Demo;
using KyCuong.Testing;

namespace KyCuong.PowerCut;

/// <summary>
/// A real kiosk and a real server under load, recorded from their empty directories on: an orderly stop and a killed one of
/// each, several checkpoints, the logs of SQLite made, gone round, cut, removed and made again.
/// </summary>
internal sealed partial class RealLoad(Recorder recorder, string root, int seed, TimeProvider time)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);

    private string Kiosk => Path.Combine(root, "kiosk");

    private string Server => Path.Combine(root, "server");

    private string Journal => Path.Combine(Kiosk, "journal.db");

    private string Store => Path.Combine(Server, "store.db");

    /// <summary>Runs it all; both have stopped in the end.</summary>
    /// <param name="taps">Taps between two stops.</param>
    public async Task RunAsync(int taps)
    {
        Directory.CreateDirectory(Kiosk);
        var readers = Enumerable.Range(0, 2).Select(_ => new SerialDeviceServer()).ToArray();
        var server = ServerProcess.Serve(Server, 0);
        KioskProcess? kiosk = null;
        using var end = new CancellationTokenSource();
        Task? playing = null;
        try
        {
            var port = await server.ListeningAsync(Within());
            await DeclareAsync(port, readers);
            kiosk = await StartAsync();
            playing = new SteadyLoad(readers, seed, time).PlayAsync(end.Token);

            await UntilAsync(kiosk, taps);
            await StopAsync(kiosk);
            recorder.See(Journal);
            kiosk = await StartAsync();

            await UntilAsync(kiosk, 2 * taps);
            await server.DisposeAsync();
            recorder.See(Store);
            server = ServerProcess.Serve(Server, port);
            await server.ListeningAsync(Within());

            await UntilAsync(kiosk, 3 * taps);
            await kiosk.DisposeAsync();
            recorder.See(Journal);
            kiosk = await StartAsync();

            await UntilAsync(kiosk, 4 * taps);
            await end.CancelAsync();
            await StopAsync(kiosk);
            recorder.See(Journal);
            await server.DisposeAsync();
            recorder.See(Store);
        }
        finally
        {
            await end.CancelAsync();
            if (playing is not null) await playing;
            if (kiosk is not null) await kiosk.DisposeAsync();
            await server.DisposeAsync();
            foreach (var reader in readers) await reader.DisposeAsync();
        }
    }

    private async Task<KioskProcess> StartAsync()
    {
        var kiosk = KioskProcess.Run(Kiosk);
        await kiosk.LinkedAsync(Within());
        return kiosk;
    }

    private async Task StopAsync(KioskProcess kiosk)
    {
        var code = await kiosk.StopAsync(Within());
        if (code != 0) throw new InvalidOperationException($"the kiosk stopped with {code}: {string.Join('\n', kiosk.Lines.TakeLast(5))}");
        await kiosk.DisposeAsync();
    }

    private async Task DeclareAsync(int port, SerialDeviceServer[] readers)
    {
        var agency = Path.Combine(root, "agency.json");
        await File.WriteAllTextAsync(agency, """{ "agency": { "code": "THU", "name": "Cơ quan thử", "timeZone": "Asia/Ho_Chi_Minh", "restDays": ["Sat", "Sun"] } }""");
        await ServerProcess.CommandAsync(Within(), "apply", agency, "--data", Server);
        var added = await ServerProcess.CommandAsync(Within(), "kiosk", "add", "CONG-CHINH", "--name", "Cổng chính", "--data", Server);
        await File.WriteAllTextAsync(
            Path.Combine(Kiosk, "kiosk.json"),
            $$"""{ "readers": [ {{string.Join(", ", readers.Select((reader, i) => $$"""{ "id": "r{{i}}", "port": "{{reader.Address}}", "protocol": "rdm6300", "direction": "in" }"""))}} ] }""");
        await KioskProcess.EnrolAsync(Kiosk, $"https://127.0.0.1:{port}", EnrolmentCode().Match(added).Value, Within());
    }

    /// <summary>Until both the officers and the server have so many.</summary>
    private async Task UntilAsync(KioskProcess kiosk, int sequence)
    {
        var start = time.GetTimestamp();
        while (Math.Min(kiosk.LastTap, kiosk.LastAcked) < sequence)
        {
            if (time.GetElapsedTime(start) > Patience)
                throw new TimeoutException($"entry {sequence} was not acknowledged within {Patience.TotalSeconds:0} s; shown {kiosk.LastTap}, acknowledged {kiosk.LastAcked}: {string.Join('\n', kiosk.Lines.TakeLast(5))}");
            await Task.Delay(TimeSpan.FromMilliseconds(2), time);
        }
    }

    private CancellationToken Within() => new CancellationTokenSource(Patience, time).Token;

    [GeneratedRegex("[0-9A-HJKMNP-TV-Z]{4}(-[0-9A-HJKMNP-TV-Z]{4}){10}")]
    private static partial Regex EnrolmentCode();
}

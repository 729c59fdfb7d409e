using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using KyCuong.Crash;
using KyCuong.Testing;

namespace KyCuong.Network;

/// <summary>A server process with an agency in it, in a directory of its own that stays when something was wrong.</summary>
internal sealed partial class Site : IAsyncDisposable
{
    /// <summary>Bound of every wait: only what is wrong reaches it, however busy the machine.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly string _root = Directory.CreateTempSubdirectory("kycuong-network-").FullName;
    private readonly TimeProvider _time;
    private ServerProcess? _server;

    private Site(TimeProvider time) => _time = time;

    /// <summary>The server's store.</summary>
    public StoreRows Store => StoreRows.Sqlite(Path.Combine(Data, "store.db"));

    /// <summary>Where kiosks reach it.</summary>
    public int Port { get; } = FreePort();

    private string Data => Path.Combine(_root, "server");

    /// <summary>A directory for a kiosk.</summary>
    public string Folder(string kiosk) => Directory.CreateDirectory(Path.Combine(_root, kiosk)).FullName;

    /// <summary>Runs a part on a new site. What it finds wrong, and an end before its time, as sentences.</summary>
    public static async Task<List<string>> TryAsync(TimeProvider time, Func<Site, Task<List<string>>> part)
    {
        var site = new Site(time);
        List<string> problems;
        try
        {
            await using (site)
            {
                await site.OpenAsync();
                problems = await part(site);
            }
        }
        catch (Exception error) when (error is InvalidOperationException or TimeoutException or OperationCanceledException or KyCuong.Server.Cli.CommandException or KyCuong.Kiosk.KioskException)
        {
            problems = [error.Message];
        }

        if (problems.Count > 0) problems.Add($"kept for a look: {site._root}");
        else Directory.Delete(site._root, recursive: true);
        return problems;
    }

    /// <summary>Declares a kiosk; its one-time code.</summary>
    public async Task<string> InviteAsync(string code) => EnrolmentCode().Match(await RunAsync("kiosk", "add", code, "--name", code)).Value;

    /// <summary>Stops the server as a power cut would; its store can be read then.</summary>
    public Task KillServerAsync() => _server!.KillAsync();

    /// <summary>Starts it again, on the same port and store; returns when it listens.</summary>
    public async Task StartServerAsync()
    {
        if (_server is not null) await _server.DisposeAsync();
        _server = ServerProcess.Serve(Data, Port);
        using var patience = new CancellationTokenSource(Patience, _time);
        await _server.ListeningAsync(patience.Token);
    }

    /// <summary>Sentences about everything that is wrong between kiosks in this process and the server, after all have stopped.</summary>
    public List<string> Problems(IReadOnlyList<LinkedKiosk> kiosks, out long stored)
    {
        var problems = Comparison.Problems(Store, kiosks.Count);
        stored = 0;
        foreach (var kiosk in kiosks)
        {
            problems.AddRange(Comparison.Problems(kiosk.File, Store, [], kiosk.Shown, out var own));
            stored += own;
        }

        return problems;
    }

    /// <summary>Waits until something holds.</summary>
    /// <exception cref="TimeoutException">It does not within <see cref="Patience"/>.</exception>
    public async Task UntilAsync(Func<bool> holds, string otherwise)
    {
        var start = _time.GetTimestamp();
        while (!holds())
        {
            if (_time.GetElapsedTime(start) > Patience) throw new TimeoutException($"{otherwise} within {Patience.TotalSeconds:0} s");
            await Task.Delay(TimeSpan.FromMilliseconds(2), _time);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_server is not null) await _server.DisposeAsync();
    }

    private async Task OpenAsync()
    {
        await StartServerAsync();
        using var patience = new CancellationTokenSource(Patience, _time);
        var agency = Path.Combine(_root, "agency.json");
        await File.WriteAllTextAsync(agency, """{ "agency": { "code": "THU", "name": "Cơ quan thử", "timeZone": "Asia/Ho_Chi_Minh", "restDays": ["Sat", "Sun"] } }""", patience.Token);
        await RunAsync("apply", agency);
    }

    private async Task<string> RunAsync(params string[] command)
    {
        using var patience = new CancellationTokenSource(Patience, _time);
        return await ServerProcess.CommandAsync(patience.Token, [.. command, "--data", Data]);
    }

    private static int FreePort()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }

    [GeneratedRegex("[0-9A-HJKMNP-TV-Z]{4}(-[0-9A-HJKMNP-TV-Z]{4}){10}")]
    private static partial Regex EnrolmentCode();
}

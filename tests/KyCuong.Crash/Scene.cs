using KyCuong.Server.Features.Demo;
using KyCuong.Testing;

namespace KyCuong.Crash;

/// <summary>A server with one agency, the readers of a gate, and the kiosks that are enrolled there, in one directory.</summary>
internal sealed class Scene : IAsyncDisposable
{
    /// <summary>How long anything may take on a machine that does much else.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    private readonly TimeProvider _time;
    private readonly SerialDeviceServer[] _readers = [new(), new()];
    private int _gates;

    private Scene(string root, string serverData, StoreRows? store, TimeProvider time)
    {
        (Root, ServerData, _time) = (root, serverData, time);
        Store = store ?? StoreRows.Sqlite(Path.Combine(serverData, "store.db"));
        Control = new FaultControl(Path.Combine(root, "faults.control"));
        Taps = new FewTaps(_readers, time);
    }

    /// <summary>Where all of it lies.</summary>
    public string Root { get; }

    /// <summary>The server's data.</summary>
    public string ServerData { get; }

    /// <summary>Orders to the victim's disk.</summary>
    public FaultControl Control { get; }

    /// <summary>The people at the gate.</summary>
    public FewTaps Taps { get; }

    /// <summary>The server's port.</summary>
    public int Port { get; } = Agency.FreePort();

    /// <summary>The server as it was started last; null before.</summary>
    public ServerProcess? Server { get; private set; }

    /// <summary>The server's store, from outside.</summary>
    public StoreRows Store { get; }

    /// <summary>A scene whose server runs and has its agency.</summary>
    /// <param name="root">Where its files lie.</param>
    /// <param name="time">The clock.</param>
    /// <param name="serverData">The server's data; null: there too.</param>
    /// <param name="staff">Further lines of staff.</param>
    /// <param name="badges">Further lines of badges.</param>
    /// <param name="store">Where the server keeps its store; null: in a file of its data.</param>
    public static async Task<Scene> OpenAsync(string root, TimeProvider time, string? serverData = null, string staff = "", string badges = "", StoreRows? store = null)
    {
        var scene = new Scene(root, serverData ?? Path.Combine(root, "server"), store, time);
        await scene.ServeAsync();
        await Agency.DeclareAsync(root, scene.ServerData, staff, badges);
        return scene;
    }

    /// <summary>Starts the server on a whole disk and waits until it listens.</summary>
    public async Task ServeAsync()
    {
        await StartServerAsync(null);
        using var patience = new CancellationTokenSource(Patience, _time);
        await Server!.ListeningAsync(patience.Token);
    }

    /// <summary>Starts the server; the one before must have ended.</summary>
    /// <param name="environment">Variables it has beside this process's; null: none.</param>
    /// <param name="started">Called before it can have said anything to anybody but the system.</param>
    public async Task StartServerAsync(IReadOnlyDictionary<string, string>? environment, Action<ServerProcess>? started = null)
    {
        if (Server is not null) await Server.DisposeAsync();
        Server = ServerProcess.Serve(ServerData, Port, environment);
        started?.Invoke(Server);
    }

    /// <summary>Stops the server in order.</summary>
    /// <returns>Its exit code.</returns>
    public async Task<int> StopServerAsync()
    {
        using var patience = new CancellationTokenSource(Patience, _time);
        return await Server!.StopAsync(patience.Token);
    }

    /// <summary>Enrols another kiosk; its data directory.</summary>
    public async Task<string> EnrolAsync()
    {
        var data = Path.Combine(Root, $"kiosk{++_gates}");
        await Agency.EnrolAsync(ServerData, data, $"CONG-{_gates}", Port, _readers);
        return data;
    }

    /// <summary>
    /// A kiosk at work: linked, every reader open, the roster there when it had none; so many taps green and all of it
    /// acknowledged.
    /// </summary>
    /// <returns>Null when all that came about; else what did not. Null too when the kiosk ended first.</returns>
    public async Task<string?> WorkAsync(KioskProcess kiosk, int taps, bool roster)
    {
        if (!await UntilAsync(() => kiosk.Ended.IsCompleted || kiosk.LinkedAsync(default).IsCompleted && kiosk.ReadyAsync(default).IsCompleted)) return "it was not linked and ready";
        if (roster && !await UntilAsync(() => kiosk.Ended.IsCompleted || kiosk.Lines.Any(line => line.StartsWith("@roster", StringComparison.Ordinal)))) return "no roster came";
        if (!await Taps.PlayAsync(kiosk, taps, Patience)) return $"it did not show {taps} taps green";
        return await UntilAsync(() => kiosk.Ended.IsCompleted || kiosk.LastAcked >= kiosk.LastTap) ? null : "the server did not acknowledge its taps";
    }

    /// <summary>Waits for something; false when it does not come.</summary>
    public async Task<bool> UntilAsync(Func<bool> reached, TimeSpan? patience = null)
    {
        var start = _time.GetTimestamp();
        while (!reached())
        {
            if (_time.GetElapsedTime(start) > (patience ?? Patience)) return false;
            await Task.Delay(TimeSpan.FromMilliseconds(3), _time);
        }

        return true;
    }

    /// <summary>Copies a directory that no program works in.</summary>
    public static void Copy(string from, string to)
    {
        Directory.CreateDirectory(to);
        foreach (var folder in Directory.GetDirectories(from, "*", SearchOption.AllDirectories)) Directory.CreateDirectory(folder.Replace(from, to, StringComparison.Ordinal));
        foreach (var file in Directory.GetFiles(from, "*", SearchOption.AllDirectories)) File.Copy(file, file.Replace(from, to, StringComparison.Ordinal));
    }

    public async ValueTask DisposeAsync()
    {
        if (Server is not null) await Server.DisposeAsync();
        foreach (var reader in _readers) await reader.DisposeAsync();
        Control.Dispose();
    }
}

using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using KyCuong.Testing;

namespace KyCuong.Gate;

/// <summary>One agency with a server process and a kiosk that is enrolled there, with its readers and people declared.</summary>
internal sealed partial class GateSite : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);

    private readonly string _serverData;
    private readonly int _serverPort;
    private readonly TimeProvider _time;
    private ServerProcess? _server;

    private GateSite(string root, KioskProgram program, IReadOnlyList<GateReader> readers, IReadOnlyList<Person> people, TimeProvider time)
    {
        (Program, Readers, People, _time) = (program, readers, people, time);
        _serverData = Path.Combine(root, "server");
        KioskData = Path.Combine(root, "kiosk");
        (_serverPort, ScreenPort) = (FreePort(), FreePort());
    }

    public KioskProgram Program { get; }

    public IReadOnlyList<GateReader> Readers { get; }

    public IReadOnlyList<Person> People { get; }

    /// <summary>The kiosk's directory.</summary>
    public string KioskData { get; }

    /// <summary>The kiosk's journal.</summary>
    public string Journal => Path.Combine(KioskData, "journal.db");

    /// <summary>The server's store.</summary>
    public string Store => Path.Combine(_serverData, "store.db");

    /// <summary>Of the kiosk's page.</summary>
    public int ScreenPort { get; }

    /// <summary>Starts the server, declares the agency, its people and the kiosk, and enrols it.</summary>
    public static async Task<GateSite> OpenAsync(string root, KioskProgram program, IReadOnlyList<GateReader> readers, IReadOnlyList<Person> people, TimeProvider time)
    {
        var site = new GateSite(root, program, readers, people, time);
        try
        {
            await site.ServeAsync();
            await site.DeclareAsync(root);
            return site;
        }
        catch
        {
            await site.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts the server; completes when it listens.</summary>
    public async Task ServeAsync()
    {
        using var patience = new CancellationTokenSource(Patience, _time);
        _server = ServerProcess.Serve(_serverData, _serverPort);
        await _server.ListeningAsync(patience.Token);
    }

    /// <summary>Ends the server at once.</summary>
    public async Task CutServerAsync()
    {
        if (_server is { } server) await server.DisposeAsync();
        _server = null;
    }

    /// <summary>Starts the kiosk; completes when it has met the server where there is one, knows everybody and every reader works.</summary>
    public async Task<KioskUnderTest> RunKioskAsync()
    {
        var kiosk = KioskUnderTest.Run(Program, KioskData, _time);
        try
        {
            await UntilAsync(
                () => !kiosk.IsRunning || (Readers.All(reader => kiosk.Works(reader.Id)) && (_server is null || (kiosk.IsLinked && (kiosk.People == People.Count || _hadRoster)))),
                () => $"the kiosk is not ready; {kiosk.LastWords()}");
            if (!kiosk.IsRunning) throw new InvalidOperationException($"the kiosk ended: {kiosk.LastWords()}");
            _hadRoster = true;
            return kiosk;
        }
        catch
        {
            await kiosk.DisposeAsync();
            throw;
        }
    }

    // A kiosk that has the roster in force is not sent it again.
    private bool _hadRoster;

    /// <summary>Waits for something that must come.</summary>
    /// <exception cref="TimeoutException">It does not; the message is <paramref name="otherwise"/>.</exception>
    public async Task UntilAsync(Func<bool> reached, Func<string> otherwise, TimeSpan? patience = null)
    {
        var start = _time.GetTimestamp();
        while (!reached())
        {
            if (_time.GetElapsedTime(start) > (patience ?? Patience)) throw new TimeoutException(otherwise());
            await Task.Delay(TimeSpan.FromMilliseconds(5), _time);
        }
    }

    /// <summary>Waits until the server has everything the kiosk has.</summary>
    public Task SettleAsync() => UntilAsync(
        () => File.ReadAllText(Path.Combine(KioskData, "status.json")).Contains("\"unsent\": 0,", StringComparison.Ordinal), () => "the kiosk does not get everything acknowledged", TimeSpan.FromMinutes(5));

    public async ValueTask DisposeAsync() => await CutServerAsync();

    private async Task DeclareAsync(string root)
    {
        using var patience = new CancellationTokenSource(Patience, _time);
        await CommandAsync("agency.json", """
            { "agency": { "code": "THU", "name": "Cơ quan thử", "timeZone": "Asia/Ho_Chi_Minh" }, "units": [ { "code": "VP", "name": "Văn phòng" } ],
              "schedules": [ { "code": "HC", "name": "Giờ hành chính", "from": "2026-01-01", "taps": "everySession", "lateGraceMinutes": 5, "earlyGraceMinutes": 5,
                "days": ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"], "sessions": [ { "start": "07:30", "end": "12:00" }, { "start": "13:30", "end": "17:00" } ] } ],
              "assignments": [ { "schedule": "HC" } ] }
            """, "apply");
        await CommandAsync("staff.csv", "staff_code,full_name,unit,position,category,from,to\n" + string.Concat(People.Select(p => $"{p.StaffCode},{p.Name},VP,,CivilServant,2026-01-01,\n")), "import", "staff");
        await CommandAsync("badges.csv", "staff_code,badge,kind,from,to\n" + string.Concat(People.Select(p => $"{p.StaffCode},{p.BadgeText},{p.BadgeKind},2026-01-01,\n")), "import", "badges");
        var added = await ServerProcess.CommandAsync(patience.Token, "kiosk", "add", "CONG-CHINH", "--name", "Cổng chính", "--data", _serverData);
        Directory.CreateDirectory(KioskData);
        await File.WriteAllTextAsync(
            Path.Combine(KioskData, "kiosk.json"),
            $$"""
            { "readers": [ {{string.Join(", ", Readers.Select(reader => $$"""{ "id": "{{reader.Id}}", "port": "{{reader.Address}}", "protocol": "{{reader.Protocol}}", "direction": "in"{{reader.Options}} }"""))}} ],
              "screen": { "port": {{ScreenPort}} },
              "limits": { "tapsPerReaderMinute": 1000000, "retryLongest": "2s" } }
            """, patience.Token);
        using var enrolling = Program.Start("enrol", "--data", KioskData, "--server", $"https://127.0.0.1:{_serverPort}", "--code", EnrolmentCode().Match(added).Value);
        var said = enrolling.StandardError.ReadToEndAsync(patience.Token);
        await enrolling.StandardOutput.ReadToEndAsync(patience.Token);
        await enrolling.WaitForExitAsync(patience.Token);
        if (enrolling.ExitCode != 0) throw new InvalidOperationException($"enrolling ended with {enrolling.ExitCode}: {await said}");

        async Task CommandAsync(string file, string content, params string[] command)
        {
            var path = Path.Combine(root, file);
            await File.WriteAllTextAsync(path, content, patience.Token);
            await ServerProcess.CommandAsync(patience.Token, [.. command, path, "--data", _serverData]);
        }
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

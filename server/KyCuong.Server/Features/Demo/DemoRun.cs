using System.Net;
using KyCuong.Rules;
using KyCuong.Server.Cli;
using KyCuong.Server.Cli.Control;
using KyCuong.Server.Features.Kiosks;
using KyCuong.Server.Serve;
using KyCuong.Server.Store;
using Microsoft.Extensions.Logging;

namespace KyCuong.Server.Features.Demo;

/// <summary>
/// The demo's script: the sample agency comes in by the commands an agency would use, a real kiosk is enrolled and
/// started as a process, a morning rush is played into it over TCP, and last month's summary is written.
/// </summary>
internal sealed class DemoRun(DemoDirectory directory, ICommandConsole console, TimeProvider time, ILoggerFactory loggers)
{
    private const string Gate = "CONG-CHINH";
    private const int Seed = 2026;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);
    private static readonly WorkCalendar Calendar = new(Weekdays.Weekend);
    private readonly List<string> _missing = [];

    /// <summary>Plays the script; then stops (<paramref name="once"/>) or serves until cancelled. The exit code.</summary>
    public async Task<int> RunAsync(bool once, CancellationToken cancel)
    {
        var start = time.GetTimestamp();
        var zone = TimeZoneInfo.FindSystemTimeZoneById(SampleAgency.TimeZone);
        var today = DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(time.GetUtcNow(), zone).DateTime);
        var agency = new SampleAgency(today, new Random(Seed));
        var data = DataDirectory.Open(directory.Server);
        await using var store = ServerStore.Open(data, new StoreOptions(), time, loggers);

        await SayAsync(DemoText.Get("step.agency"));
        await BringInAsync(store, data, agency, cancel);

        await using var server = await ServerHost.StartAsync(
            store, new ServerOptions { KioskPort = 0, Listen = IPAddress.Loopback }, loggers, time, cancel,
            running => [new ControlServer(store, time, loggers, commands => Commands.For(commands, new LiveServer(running.Kiosks, running.KioskPort)))]);
        await SayAsync(DemoText.Get("step.kiosk", server.KioskPort));
        await using var cards = new SerialDeviceServer();
        await using var codes = new SerialDeviceServer();
        await EnrolAsync(store, data, server.KioskPort, cards, codes, cancel);
        await using var kiosk = KioskProcess.Run(directory.Kiosk);
        await InTimeAsync(kiosk.ReadyAsync, cancel);
        await InTimeAsync(kiosk.LinkedAsync, cancel);
        await InTimeAsync(cards.ConnectedAsync, cancel);
        await InTimeAsync(codes.ConnectedAsync, cancel);

        await SayAsync(DemoText.Get("step.rush", agency.People.Length, 2));
        await RushAsync(store, agency, kiosk, new MorningRush(cards, codes, time), cancel);

        await SayAsync(DemoText.Get("step.summary", agency.LastMonth));
        var files = await SummariseAsync(store, data, agency, cancel);
        if (once && await kiosk.StopAsync(cancel) is not 0 and var code) _missing.Add(DemoText.Get("kiosk.exit", code));
        await ReportAsync(agency, files, time.GetElapsedTime(start));
        if (!once && _missing.Count == 0) await ServeAsync(cancel);
        return _missing.Count == 0 ? 0 : 1;
    }

    private async Task BringInAsync(ServerStore store, DataDirectory data, SampleAgency agency, CancellationToken cancel)
    {
        var yesterday = agency.Today.AddDays(-1);
        var files = new List<(string[] Command, string Name, string Content)>
        {
            (["apply"], "agency.json", agency.AgencyFile()),
            (["import", "staff"], "staff.csv", agency.StaffFile()),
            (["import", "badges"], "badges.csv", agency.BadgeFile()),
            (["import", "taps"], $"taps-{agency.LastMonth:yyyy-MM}.csv",
                SampleTaps.File(agency, agency.LastMonth, agency.LastMonth.AddMonths(1).AddDays(-1), Calendar.IsWorkingDay, new Random(Seed + 1))),
        };
        if (agency.Today.Day > 1)
        {
            files.Add((["import", "taps"], $"taps-{agency.Today:yyyy-MM}.csv",
                SampleTaps.File(agency, agency.LastMonth.AddMonths(1), yesterday, Calendar.IsWorkingDay, new Random(Seed + 2))));
        }

        foreach (var (command, name, content) in files)
        {
            var path = Path.Combine(directory.Sample, name);
            await File.WriteAllTextAsync(path, content, cancel);
            await CommandAsync(store, data, [.. command, path], cancel);
            await SayAsync($"   {string.Join(' ', command)} {Shown(path)}");
        }
    }

    private async Task EnrolAsync(ServerStore store, DataDirectory data, int port, SerialDeviceServer cards, SerialDeviceServer codes, CancellationToken cancel)
    {
        var added = await CommandAsync(store, data, ["kiosk", "add", Gate, "--name", DemoText.Get("gate.name"), "--format", "json"], cancel);
        using var answer = System.Text.Json.JsonDocument.Parse(added);
        await File.WriteAllTextAsync(
            Path.Combine(directory.Kiosk, "kiosk.json"),
            $$"""
            {
              "readers": [
                { "id": "{{MorningRush.CardReader}}", "port": "{{cards.Address}}", "protocol": "rdm6300", "direction": "in" },
                { "id": "{{MorningRush.CodeReader}}", "port": "{{codes.Address}}", "protocol": "line-scanner", "direction": "in" }
              ]
            }
            """,
            cancel);
        await KioskProcess.EnrolAsync(directory.Kiosk, $"https://127.0.0.1:{port}", answer.RootElement.GetProperty("code").GetString()!, cancel);
    }

    private async Task RushAsync(ServerStore store, SampleAgency agency, KioskProcess kiosk, MorningRush rush, CancellationToken cancel)
    {
        var start = time.GetTimestamp();
        var played = await rush.PlayAsync(agency.People, cancel);
        await UntilAsync(() => kiosk.Taps.Count >= played && kiosk.LastAcked >= kiosk.LastTap, cancel);
        var took = time.GetElapsedTime(start);
        var (stored, people, unknown) = Stored(store);
        await SayAsync(DemoText.Get("rush.done", played, kiosk.Taps.Count, stored, people, unknown, took.TotalSeconds));
        if (kiosk.Taps.Count != played || stored != played || kiosk.LastAcked < kiosk.LastTap)
            _missing.Add(DemoText.Get("missing.taps", played, kiosk.Taps.Count, stored));
        if (people != agency.People.Length || unknown != 1) _missing.Add(DemoText.Get("missing.people", agency.People.Length, people));
    }

    private static (long Taps, long People, long Unknown) Stored(ServerStore store)
    {
        using var reader = store.OpenReader();
        return (Count("SELECT count(*) FROM taps"),
            Count("SELECT count(DISTINCT staff_id) FROM resolved_taps WHERE journal_id <> 0"),
            Count("SELECT count(*) FROM unresolved_taps WHERE reason = 'unknown'"));

        long Count(string query)
        {
            // Counts on a connection that can only read, and is the demo's own.
            using var command = reader.Connection.CreateCommand();
#pragma warning disable CA2100 // The queries are the constants above.
            command.CommandText = query;
#pragma warning restore CA2100
            return (long)command.ExecuteScalar()!;
        }
    }

    private async Task<List<string>> SummariseAsync(ServerStore store, DataDirectory data, SampleAgency agency, CancellationToken cancel)
    {
        var files = new List<string>();
        foreach (var kind in new[] { "xlsx", "csv", "json" })
        {
            var path = Path.Combine(directory.Results, $"tong-hop-{agency.LastMonth:yyyy-MM}.{kind}");
            await CommandAsync(store, data, ["summary", "--month", $"{agency.LastMonth:yyyy-MM}", "--out", path], cancel);
            files.Add(path);
            if (!File.Exists(path)) _missing.Add(DemoText.Get("missing.file", path));
        }

        using var summary = System.Text.Json.JsonDocument.Parse(
            await CommandAsync(store, data, ["summary", "--month", $"{agency.LastMonth:yyyy-MM}", "--format", "json"], cancel));
        var people = summary.RootElement.GetProperty("people");
        await SayAsync(DemoText.Get(
            "figures", people.GetArrayLength(), Sum("dueSessions"), Sum("lateTimes"), Sum("lateMinutes"), Sum("earlyTimes"), Sum("missingTaps"), Sum("absentSessions")));
        return files;

        long Sum(string figure) => people.EnumerateArray().Sum(person => person.GetProperty(figure).GetInt64());
    }

    private async Task ReportAsync(SampleAgency agency, List<string> files, TimeSpan took)
    {
        await SayAsync("");
        if (_missing.Count > 0)
        {
            await SayAsync(DemoText.Get("failed"));
            foreach (var sentence in _missing) await SayAsync("   " + sentence);
            return;
        }

        await SayAsync(DemoText.Get("files"));
        foreach (var file in files) await SayAsync("   " + Shown(file));
        await SayAsync(DemoText.Get("further"));
        var last = agency.LastMonth.AddMonths(1).AddDays(-1);
        while (!Calendar.IsWorkingDay(last)) last = last.AddDays(-1);
        var program = KioskProcess.IsInstalled ? "KyCuong.Server" : "dotnet run --project server/KyCuong.Server --";
        foreach (var command in new[] { $"day --date {last:yyyy-MM-dd}", $"explain --staff NV001 --date {last:yyyy-MM-dd}", $"summary --month {agency.LastMonth:yyyy-MM}", "kiosk list" })
            await SayAsync($"   {program} {command} --data {Shown(directory.Server)}");
        await SayAsync(DemoText.Get("took", took.TotalSeconds));
    }

    private async Task ServeAsync(CancellationToken cancel)
    {
        await SayAsync(DemoText.Get("serving"));
        try
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, time, cancel);
        }
        catch (OperationCanceledException)
        {
            // Ctrl-C is how a demo that serves ends.
            await SayAsync(DemoText.Get("stopping", Shown(directory.Root)));
        }
    }

    /// <summary>Runs one of the program's own commands; what it printed.</summary>
    private async Task<string> CommandAsync(ServerStore store, DataDirectory data, string[] arguments, CancellationToken cancel)
    {
        var captured = new CapturedConsole(console);
        var root = Commands.For(new OpenStoreHost(store, data, time, captured, loggers));
        var code = await CommandLine.RunAsync(root, arguments, captured, cancel);
        return code == 0 ? captured.Output : throw new CommandException(DemoText.Get("missing.command", string.Join(' ', arguments), code, captured.Said));
    }

    private async Task InTimeAsync(Func<CancellationToken, Task> wait, CancellationToken cancel)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        using var timer = time.CreateTimer(_ => patience.Cancel(), null, Patience, Timeout.InfiniteTimeSpan);
        await wait(patience.Token);
    }

    private async Task UntilAsync(Func<bool> reached, CancellationToken cancel)
    {
        var start = time.GetTimestamp();
        while (!reached() && time.GetElapsedTime(start) < Patience) await Task.Delay(Pause, time, cancel);
    }

    private static string Shown(string path)
    {
        var relative = Path.GetRelativePath(Environment.CurrentDirectory, path);
        return relative.StartsWith("..", StringComparison.Ordinal) ? path : relative;
    }

    private Task SayAsync(string line) => console.Out.WriteLineAsync(line);
}

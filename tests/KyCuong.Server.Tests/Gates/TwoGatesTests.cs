using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using KyCuong.Testing;
using Xunit.Abstractions;

namespace KyCuong.Server.Tests.Gates;

/// <summary>
/// Late is said at once and offline, and only when it is certain (design section 5): the built server and two built kiosks,
/// each with a line of its own, over some real minutes. The schedule is laid around the clock: its second session's limit
/// passes while the test runs. Whatever was said at the gates is compared with the server's verdicts in the end.
/// </summary>
public sealed partial class TwoGatesTests : IAsyncLifetime
{
    private const int Grace = 5;

    /// <summary>Officers with a part of their own.</summary>
    private const int InTimeAtB = 1, InTimeAtA = 2, MorningAtOld = 3, MiddayExit = 4;

    /// <summary>From here on each officer's first tap asks a gate what it would say.</summary>
    private const int FirstProbe = 10;

    private const int Officers = 120;

    /// <summary>Nobody reaches another gate sooner: from then on what one gate saw counts at the other.</summary>
    private static readonly TimeSpan BetweenGates = TimeSpan.FromSeconds(61);

    private static readonly TimeSpan ProbeEvery = TimeSpan.FromSeconds(1);
    private static readonly TimeZoneInfo Zone = TimeZoneInfo.FindSystemTimeZoneById("Asia/Ho_Chi_Minh");
#pragma warning disable RS0030 // The processes run by the machine's clock.
    private static readonly TimeProvider Time = TimeProvider.System;
#pragma warning restore RS0030

    private readonly ITestOutputHelper _log;
    private readonly string _root = Directory.CreateTempSubdirectory("kycuong-gates-").FullName;
    private readonly long _began = Time.GetTimestamp();
    private ServerProcess _server = null!;
    private Gate _a = null!, _b = null!;
    private DateTimeOffset _limit;
    private int _probe = FirstProbe;

    public TwoGatesTests(ITestOutputHelper log) => _log = log;

    private string ServerData => Path.Combine(_root, "server");

    private DateTimeOffset Base => _limit.AddMinutes(-Grace);

    private static DateTimeOffset Now => TimeZoneInfo.ConvertTime(Time.GetUtcNow(), Zone);

    public async Task InitializeAsync()
    {
        _server = ServerProcess.Serve(ServerData, 0);
        using var patience = new CancellationTokenSource(Gate.Patience, Time);
        var port = await _server.ListeningAsync(patience.Token);
        await ApplyAsync("""{ "agency": { "code": "THU", "name": "Cơ quan thử", "timeZone": "Asia/Ho_Chi_Minh", "restDays": ["Sat", "Sun"] }, "units": [ { "code": "VP", "name": "Văn phòng" } ] }""");
        var everybody = Enumerable.Range(1, Officers).ToList();
        await ImportAsync("staff", "staff_code,full_name,unit,position,category,from,to", everybody.Select(officer => $"{Code(officer)},{Gate.Name(officer)},VP,Chuyên viên,CivilServant,2026-01-01,"));
        await ImportAsync("badges", "staff_code,badge,kind,from,to", everybody.Select(officer => $"{Code(officer)},{Gate.Badge(officer)},em10h,2026-01-01,"));
        _a = await OpenAsync("CONG-A", port);
        _b = await OpenAsync("CONG-B", port);
    }

    public async Task DisposeAsync()
    {
        await _a.DisposeAsync();
        await _b.DisposeAsync();
        await _server.DisposeAsync();
        Directory.Delete(_root, recursive: true);
    }

    [Fact]
    public async Task What_two_gates_say_of_lateness_is_certain_whichever_of_them_is_away_and_the_server_judges_the_same()
    {
        await LayScheduleAsync();

        // Before the limit. Officer 4 comes, and goes out at the other gate; officer 3 came in the morning and goes out.
        Says("Đúng giờ", await _b.InAsync(InTimeAtB));
        Says("Đúng giờ", await _a.InAsync(InTimeAtA));
        // Forgot something in the car: going at once is no repetition of coming.
        Says("Ra về lúc ", await _a.OutAsync(InTimeAtA));
        Says("Đúng giờ", await _a.InAsync(MiddayExit));
        Says("Ra về lúc ", await _b.OutAsync(MiddayExit));
        Says("Ra về lúc ", await _a.OutAsync(MorningAtOld));
        var beforeLimit = Time.GetTimestamp();
        Assert.True(Now < _limit, "the machine is too slow: the limit has passed before the taps that are in time");

        // Both linked, past the limit: as soon as the other gate is known up to it, whoever comes first is late.
        await Task.Delay(_limit - Now + TimeSpan.FromSeconds(1), Time);
        var lateAtA = await ProbeUntilLateAsync(_a);
        var lateAtB = await ProbeUntilLateAsync(_b);
        if (Time.GetElapsedTime(beforeLimit) is var since && since < BetweenGates) await Task.Delay(BetweenGates - since, Time);
        await ProbeUntilLateAsync(_a);
        Says("Đã ghi nhận ", await _a.InAsync(InTimeAtB));
        await ProbeUntilLateAsync(_b);
        Says("Đã ghi nhận ", await _b.InAsync(InTimeAtA));

        // B loses the server. For the moment in which nobody walks from gate to gate each still knows enough of the other.
        _b.Line.Cut();
        var cut = Time.GetTimestamp();
        var lateOffline = await _b.InAsync(_probe++);
        Says("Đi muộn ", lateOffline);
        await Task.Delay(BetweenGates - Time.GetElapsedTime(cut), Time);
        var atB = await _b.InAsync(_probe++);
        Says("Đã ghi nhận ", atB);
        Says("Đã ghi nhận ", await _a.InAsync(_probe++));
        // The midday exit's way back, at the gate that has seen its coming and cannot know of its going.
        Says("Đã ghi nhận ", await _a.InAsync(MiddayExit));

        // A loses power, and starts without the server: no clock, nothing is said. With the server, B is still away.
        _a.Line.Cut();
        await _a.KillAsync();
        await _a.StartAsync();
        Says("Đã ghi nhận ", await _a.InAsync(_probe++));
        _a.Line.Mend();
        await _a.LinkedAsync();
        for (var i = 0; i < 8; i++)
        {
            Says("Đã ghi nhận ", await _a.InAsync(_probe++));
            await Task.Delay(ProbeEvery, Time);
        }

        // B is back. The first "late" at A means that B is known: then whom B saw while it was away is known as well.
        _b.Line.Mend();
        await ProbeUntilLateAsync(_a);
        foreach (var seenAtB in (int[])[lateOffline.Officer, atB.Officer, lateAtB.Officer]) Says("Đã ghi nhận ", await _a.InAsync(seenAtB));
        // Whom A saw before its power was cut it remembers by its journal.
        Says("Đã ghi nhận ", await _a.InAsync(lateAtA.Officer));
        Says("Đã ghi nhận ", await _a.InAsync(InTimeAtA));
        // B is told of A: who was late there is not late once more, nor who came back from midday.
        await ProbeUntilLateAsync(_b);
        Says("Đã ghi nhận ", await _b.InAsync(lateAtA.Officer));
        Says("Đã ghi nhận ", await _b.InAsync(MorningAtOld));

        await _a.StopAsync();
        await _b.StopAsync();
        await CompareAsync();
    }

    /// <summary>
    /// Whoever was called late is late by the same minutes, who was called on time is not, and every tap heard is there. Of
    /// the rest the server may judge what it will: a gate that does not know says nothing.
    /// </summary>
    private async Task CompareAsync()
    {
        var day = DateOnly.FromDateTime(Base.AddMinutes(-180).DateTime).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        using var json = JsonDocument.Parse(await RunAsync("day", "--date", day, "--format", "json"));
        var verdicts = json.RootElement.EnumerateArray().ToDictionary(verdict => verdict.GetProperty("staff").GetString()!);
        var wrong = new List<string>();
        foreach (var heard in _a.Said.Concat(_b.Said).GroupBy(heard => heard.Officer))
        {
            var verdict = verdicts[Code(heard.Key)];
            var judged = verdict.GetProperty("findings").EnumerateArray().Where(finding => finding.GetProperty("kind").GetString() == "lateArrival")
                .Select(finding => (Session: finding.GetProperty("session").GetInt32(), Minutes: finding.GetProperty("minutes").GetInt32())).ToList();
            var told = heard.Where(one => one.LateMinutes is not null).Select(one => (Session: 1, one.LateMinutes!.Value)).ToList();
            var agrees = told.Count > 0 ? told.SequenceEqual(judged) : !heard.Any(one => one.Title == "Đúng giờ") || judged.Count == 0;
            var taps = verdict.GetProperty("taps").GetArrayLength() - (heard.Key == MorningAtOld ? 1 : 0);
            if (!agrees || taps != heard.Count())
                wrong.Add($"{string.Join(", ", heard)}; server: {string.Join(", ", judged)}, {taps} taps: {verdict}");
        }

        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
    }

    private async Task<Gate> OpenAsync(string code, int port)
    {
        var gate = new Gate(code, Path.Combine(_root, code), port, Time);
        await gate.EnrolAsync(EnrolmentCode().Match(await RunAsync("kiosk", "add", code, "--name", code)).Value);
        await gate.StartAsync();
        await gate.LinkedAsync();
        await gate.UntilAsync(() => gate.Rosters > 0, "roster");
        return gate;
    }

    /// <summary>Sessions of two and of two hours with an hour between, the limit of the second a minute ahead or a little more.</summary>
    private async Task LayScheduleAsync()
    {
        const int lead = 40;
        // About when the first session begins, whichever minute the second one's limit will be.
        await ImportAsync("taps", "staff_code_or_badge,at,direction,reader", [$"{Code(MorningAtOld)},{Now.AddMinutes(-185).ToString("yyyy-MM-ddTHH:mm:ss", CultureInfo.InvariantCulture)},in,"]);
        _limit = new DateTimeOffset(Now.AddSeconds(lead + 59).Ticks / TimeSpan.TicksPerMinute * TimeSpan.TicksPerMinute, Now.Offset);
        string At(int minutes) => Base.AddMinutes(minutes).ToString("HH:mm", CultureInfo.InvariantCulture);
        var (atA, atB) = (_a.Rosters, _b.Rosters);
        await ApplyAsync($$"""
            {
              "agency": { "code": "THU", "name": "Cơ quan thử", "timeZone": "Asia/Ho_Chi_Minh", "restDays": ["Sat", "Sun"] },
              "schedules": [ {
                "code": "HC", "name": "Giờ thử", "from": "2026-01-01", "taps": "everySession", "lateGraceMinutes": {{Grace}}, "holidays": "worked",
                "sessions": [ { "start": "{{At(-180)}}", "end": "{{At(-60)}}" }, { "start": "{{At(0)}}", "end": "{{At(120)}}" } ],
                "days": ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
              } ],
              "assignments": [ { "schedule": "HC" } ]
            }
            """);
        await _a.UntilAsync(() => _a.Rosters > atA, "roster with the hours");
        await _b.UntilAsync(() => _b.Rosters > atB, "roster with the hours");
    }

    /// <summary>Has one officer after the other come to a gate until it calls one late.</summary>
    private async Task<Heard> ProbeUntilLateAsync(Gate gate)
    {
        for (var start = Time.GetTimestamp(); Time.GetElapsedTime(start) < Gate.Patience; await Task.Delay(ProbeEvery, Time))
        {
            var before = Now;
            var heard = await gate.InAsync(_probe++);
            if (heard.LateMinutes is { } minutes)
            {
                Assert.InRange(minutes, (int)(before - Base).TotalMinutes, (int)(Now - Base).TotalMinutes);
                _log.WriteLine($"{Elapsed}: {heard}");
                return heard;
            }

            Says("Đã ghi nhận ", heard);
        }

        throw new TimeoutException("The gate calls nobody late.");
    }

    private void Says(string start, Heard heard)
    {
        _log.WriteLine($"{Elapsed}: {heard}");
        Assert.StartsWith(start, heard.Title, StringComparison.Ordinal);
    }

    private string Elapsed => $"{Time.GetElapsedTime(_began).TotalSeconds:0.0} s";

    private static string Code(int officer) => $"NV{officer:000}";

    private async Task ApplyAsync(string agency)
    {
        var file = Path.Combine(_root, "agency.json");
        await File.WriteAllTextAsync(file, agency);
        await RunAsync("apply", file);
    }

    private async Task ImportAsync(string kind, string head, IEnumerable<string> rows)
    {
        var file = Path.Combine(_root, kind + ".csv");
        await File.WriteAllTextAsync(file, string.Join('\n', rows.Prepend(head)), Encoding.UTF8);
        await RunAsync("import", kind, file);
    }

    private async Task<string> RunAsync(params string[] command)
    {
        using var patience = new CancellationTokenSource(Gate.Patience, Time);
        return await ServerProcess.CommandAsync(patience.Token, [.. command, "--data", ServerData]);
    }

    [GeneratedRegex("[0-9A-HJKMNP-TV-Z]{4}(-[0-9A-HJKMNP-TV-Z]{4}){10}")]
    private static partial Regex EnrolmentCode();
}

using System.Globalization;
using KyCuong.Protos;
using KyCuong.Protos.Badges;
using KyCuong.Protos.Journal;
using KyCuong.Protos.V1;
using KyCuong.Server.Certificates;
using KyCuong.Server.Features.Decisions;
using KyCuong.Server.Features.Kiosks;
using KyCuong.Server.Ingest;
using KyCuong.Server.Store;
using KyCuong.Server.Store.Rows;
using KyCuong.Server.Tests.Ingest;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging.Abstractions;

namespace KyCuong.Server.Tests.Days;

/// <summary>
/// Nothing stored goes stale, because no verdict is stored: each kind of input is changed weeks after the day, Wednesday 13
/// May 2026, and <c>day</c> says the new verdict at once; taken back, it says the old one.
/// </summary>
public sealed class ReJudgingTests : IAsyncLifetime
{
    private const string Day = "2026-05-13";

    // NV001 comes at 07:20 to hours that begin at 07:00, and keeps the rest of the day.
    private const string Late = "HC-HE present late 20";

    private FeatureHost _host = null!;

    public async Task InitializeAsync()
    {
        _host = await FeatureHost.WithStaffAsync();
        Assert.Equal(0, await _host.ImportAsync("taps", Taps("NV001", "07:20", "11:30", "13:30", "17:00")));
        Assert.Equal(Late, await VerdictAsync("NV001"));
    }

    public async Task DisposeAsync() => await _host.DisposeAsync();

    [Fact]
    public async Task Taps_imported_late()
    {
        Assert.Equal("HC-HE absent", await VerdictAsync("NV002"));
        Assert.Equal(0, await _host.ImportAsync("taps", Taps("NV002", "07:00", "11:30", "13:30", "17:00")));
        Assert.Equal("HC-HE present", await VerdictAsync("NV002"));
        // An earlier tap of somebody who was late takes the lateness away.
        Assert.Equal(0, await _host.ImportAsync("taps", Taps("NV001", "06:58")));
        Assert.Equal("HC-HE present", await VerdictAsync("NV001"));
    }

    [Fact]
    public async Task A_version_of_a_schedule()
    {
        Assert.Equal(0, await _host.ApplyAsync(Hours("HC-HE", "2026-04-16", "2026-10-15", "07:15")));
        Assert.Equal("HC-HE present late 5", await VerdictAsync("NV001"));
        Assert.Equal(0, await _host.ApplyAsync(FeatureHost.Agency));
        Assert.Equal(Late, await VerdictAsync("NV001"));
    }

    [Fact]
    public async Task A_version_that_ends_earlier_and_one_that_takes_its_place()
    {
        Assert.Equal(0, await _host.ApplyAsync($$"""{ "schedules": [ {{Version("HC-HE", "2026-04-16", "2026-05-12", "07:00")}}, {{Version("HC-HE", "2026-05-13", "2026-10-15", "07:20")}} ] }"""));
        Assert.Equal("HC-HE present", await VerdictAsync("NV001"));
    }

    [Fact]
    public async Task An_assignment()
    {
        const string own = """{ "assignments": [ { "staff": "NV001", "schedule": "MUON", "from": "2026-05-13", "to": "2026-05-13" REMOVE } ] }""";
        Assert.Equal(0, await _host.ApplyAsync(Hours("MUON", "2026-01-01", null, "07:30")));
        Assert.Equal(0, await _host.ApplyAsync(own.Replace(" REMOVE", "", StringComparison.Ordinal)));
        Assert.Equal("MUON present", await VerdictAsync("NV001"));
        Assert.Equal(0, await _host.ApplyAsync(own.Replace(" REMOVE", ", \"remove\": true", StringComparison.Ordinal)));
        Assert.Equal(Late, await VerdictAsync("NV001"));
    }

    [Fact]
    public async Task A_date_of_duty()
    {
        const string duty = """{ "assignments": [ { "staff": "NV001", "schedule": "TRUC", "mode": "add", "dates": ["2026-05-13"] REMOVE } ] }""";
        Assert.Equal(0, await _host.ApplyAsync("""{ "schedules": [ { "code": "TRUC", "from": "2026-01-01", "sessions": [ { "start": "22:00", "end": "23:00" } ], "opensBeforeMinutes": 30 } ] }"""));
        Assert.Equal(0, await _host.ApplyAsync(duty.Replace(" REMOVE", "", StringComparison.Ordinal)));
        Assert.Equal($"{Late}; TRUC absent", await VerdictAsync("NV001"));
        Assert.Equal(0, await _host.ApplyAsync(duty.Replace(" REMOVE", ", \"remove\": true", StringComparison.Ordinal)));
        Assert.Equal(Late, await VerdictAsync("NV001"));
    }

    [Fact]
    public async Task A_holiday()
    {
        Assert.Equal(0, await _host.ApplyAsync("""{ "calendar": { "holidays": [ { "date": "2026-05-13", "name": "Nghỉ do bão" } ] } }"""));
        Assert.Equal("HC-HE off", await VerdictAsync("NV001"));
        Assert.Equal(0, await _host.ApplyAsync("""{ "calendar": { "holidays": [ { "date": "2026-05-13", "remove": true } ] } }"""));
        Assert.Equal(Late, await VerdictAsync("NV001"));
    }

    [Fact]
    public async Task A_swap_of_days()
    {
        Assert.Equal("HC-HE off", await VerdictAsync("NV001", "2026-05-16"));
        Assert.Equal(0, await _host.ApplyAsync("""{ "calendar": { "swaps": [ { "off": "2026-05-13", "worked": "2026-05-16" } ] } }"""));
        Assert.Equal("HC-HE off", await VerdictAsync("NV001"));
        Assert.Equal("HC-HE absent", await VerdictAsync("NV001", "2026-05-16"));
        Assert.Equal(0, await _host.ApplyAsync("""{ "calendar": { "swaps": [ { "off": "2026-05-13", "remove": true } ] } }"""));
        Assert.Equal(Late, await VerdictAsync("NV001"));
        Assert.Equal("HC-HE off", await VerdictAsync("NV001", "2026-05-16"));
    }

    [Fact]
    public async Task The_unit_above_a_unit()
    {
        Assert.Equal(0, await _host.ApplyAsync($$"""
            { "units": [ { "code": "A", "name": "Khối A" }, { "code": "P1", "name": "Phòng Một", "parent": "VP" } ],
              "schedules": [ {{Version("MUON", "2026-01-01", null, "07:30")}} ], "assignments": [ { "unit": "A", "schedule": "MUON" } ] }
            """));
        Assert.Equal(0, await _host.ImportAsync("staff", "staff_code,full_name,unit,from\nNV004,Lý Văn Bốn,P1,2026-01-01\n"));
        Assert.Equal(0, await _host.ImportAsync("taps", Taps("NV004", "07:20", "11:30", "13:30", "17:00")));
        Assert.Equal(Late, await VerdictAsync("NV004"));
        Assert.Equal(0, await _host.ApplyAsync("""{ "units": [ { "code": "P1", "name": "Phòng Một", "parent": "A" } ] }"""));
        Assert.Equal("MUON present", await VerdictAsync("NV004"));
    }

    [Fact]
    public async Task Leave_and_its_withdrawal()
    {
        Assert.Equal(0, await _host.ImportAsync("leave", "staff_code,from,part,kind\nNV001,2026-05-13,07:00-07:30,latePermit\nNV002,2026-05-13,day,sick\n"));
        Assert.Equal("HC-HE present", await VerdictAsync("NV001"));
        Assert.Equal("HC-HE leave", await VerdictAsync("NV002"));
        Assert.Equal(0, await _host.WithdrawAsync("1", "1/TB", "nhập nhầm"));
        Assert.Equal(0, await _host.WithdrawAsync("2", "2/TB", "nhập nhầm"));
        Assert.Equal(Late, await VerdictAsync("NV001"));
        Assert.Equal("HC-HE absent", await VerdictAsync("NV002"));
    }

    [Fact]
    public async Task A_transfer_and_the_end_of_a_posting()
    {
        Assert.Equal(0, await _host.ApplyAsync($$"""
            { "units": [ { "code": "A", "name": "Khối A" } ], "schedules": [ {{Version("MUON", "2026-01-01", null, "07:30")}} ], "assignments": [ { "unit": "A", "schedule": "MUON" } ] }
            """));
        Assert.Equal(0, await _host.ImportAsync("staff", "staff_code,full_name,unit,from\nNV001,Nguyễn Văn An,A,2026-05-13\n"));
        Assert.Equal("MUON present", await VerdictAsync("NV001"));
        Assert.Equal("HC-HE absent", await VerdictAsync("NV001", "2026-05-12"));
        Assert.Equal(0, await _host.ImportAsync("staff", "staff_code,full_name,unit,from,to\nNV001,Nguyễn Văn An,A,2026-05-13,2026-05-13\n"));
        Assert.Equal("", await VerdictAsync("NV001", "2026-05-14"));
    }

    [Fact]
    public async Task An_incident_and_an_accepted_explanation()
    {
        Assert.Equal(["lateArrival stands"], await StandingsAsync("NV001"));
        Assert.Equal(0, await IncidentCommand.DeclareAsync(_host.Context(), "2026-05-13T06:00", "2026-05-13T08:00", null, null, "3/BB", "NV003", CancellationToken.None));
        Assert.Equal(["lateArrival inIncident"], await StandingsAsync("NV001"));
        Assert.Equal(0, await Withdrawal.RunAsync(_host.Context(), "incident", IncidentCommand.FindAsync, 1, "4/BB", CancellationToken.None));
        Assert.Equal(["lateArrival stands"], await StandingsAsync("NV001"));
        Assert.Equal(0, await DecisionCommand.DecideAsync(_host.Context(), "excused", new DecisionCommand.Subject("NV001", Day), "5/GT", "NV003", CancellationToken.None));
        Assert.Equal(["lateArrival excused"], await StandingsAsync("NV001"));
        Assert.Equal(0, await Withdrawal.RunAsync(_host.Context(), "decision", DecisionCommand.FindAsync, 1, "6/GT", CancellationToken.None));
        Assert.Equal(["lateArrival stands"], await StandingsAsync("NV001"));
    }

    [Fact]
    public async Task A_kiosk_that_uploads_weeks_later_and_one_that_is_declared_lost()
    {
        var kiosk = await AddKioskAsync();
        Assert.Equal(0, await _host.ImportAsync("badges", "staff_code,badge,kind,from,to\nNV002,0F03024FD3,em10h,2026-01-01,\n"));
        Assert.Equal("HC-HE pending waiting", await VerdictAsync("NV002"));
        Assert.Equal(0, await KioskLossCommand.RunAsync(_host.Context(), "CONG-CHINH", "2026-05-12T12:00", "12/BB", "NV001", "NV003", null, CancellationToken.None));
        Assert.Equal("HC-HE pending", await VerdictAsync("NV002"));

        // It is found in a drawer, and still has its journal.
        _host.Time.Now = _host.Time.Now.AddDays(7);
        await UploadAsync(kiosk, "0F03024FD3");
        Assert.Equal("HC-HE present late 10", await VerdictAsync("NV002"));
        Assert.Equal("HC-HE present late 20", await VerdictAsync("NV001"));
    }

    [Fact]
    public async Task A_badge_that_is_claimed_after_it_was_tapped()
    {
        var kiosk = await AddKioskAsync();
        // Somebody's badge makes the agency's key; the one that taps is nobody's yet.
        Assert.Equal(0, await _host.ImportAsync("badges", "staff_code,badge,kind,from,to\nNV001,0F03024FD4,em10h,2026-01-01,\n"));
        await UploadAsync(kiosk, "0F03024FD3");
        Assert.Equal("HC-HE absent", await VerdictAsync("NV002"));
        Assert.Equal(0, await _host.ImportAsync("badges", "staff_code,badge,kind,from,to\nNV002,0F03024FD3,em10h,2026-05-13,\n"));
        Assert.Equal("HC-HE present late 10", await VerdictAsync("NV002"));
        // It was handed on that very day: the taps are the next holder's no longer.
        Assert.Equal(0, await _host.ImportAsync("badges", "staff_code,badge,kind,from,to\nNV002,0F03024FD3,em10h,2026-05-13,2026-05-13\nNV003,0F03024FD3,em10h,2026-05-14,\n"));
        Assert.Equal("HC-HE present late 10", await VerdictAsync("NV002"));
        Assert.Equal("HC-HE absent", await VerdictAsync("NV003"));
    }

    /// <summary>Known until noon of the day before; it has a journal that nobody has seen yet.</summary>
    private async Task<KioskRow> AddKioskAsync()
    {
        await using var lease = await _host.Store.LeaseAsync(CancellationToken.None);
        await using var db = lease.NewContext();
        var enrolled = KioskJournal.BootedAtUs - (12 * 86_400 * KioskJournal.Second);
        var kiosk = new KioskRow
        {
            AgencyId = (await db.Agencies.SingleAsync()).AgencyId,
            Code = "CONG-CHINH",
            Name = "Cổng chính",
            State = KioskState.Enrolled,
            CreatedUs = enrolled,
            EnrolledUs = enrolled,
            KnownUntilUs = KioskJournal.BootedAtUs - (19 * 3_600 * KioskJournal.Second),
        };
        db.Kiosks.Add(kiosk);
        await db.SaveChangesAsync();
        await lease.CommitAsync();
        return kiosk;
    }

    /// <summary>The badge at 07:10, 11:30, 13:30 and 17:00 of the day, through the ingest that a stream feeds, then a heartbeat of the day after.</summary>
    private async Task UploadAsync(KioskRow kiosk, string number)
    {
        Assert.True(BadgeSpelling.TryParse("em10h", number, out var badge));
        BadgeKey[] keys;
        await using (var lease = await _host.Store.LeaseAsync(CancellationToken.None))
            keys = [.. new BadgeKeyRing(_host.Data.Folder("keys")).Read(lease.Session, kiosk.AgencyId).SelectMany(secret => secret.CreateHasher().HashLevels(badge))];
        var journal = new KioskJournal(kiosk.KioskId, epoch: 1);
        foreach (var minutes in new[] { 10, 270, 390, 600 }) journal.Tap(keys, minutes * 60L);
        journal.Sample(30L * 3_600);
        await using var ingest = new TapIngest(_host.Store, new IngestOptions(), _host.Time, NullLogger<TapIngest>.Instance);
        var session = await ingest.OpenJournalAsync(kiosk.KioskId, journal.Id.Epoch, CancellationToken.None);
        await ingest.AppendAsync(session, default, journal.Range(1, (int)journal.Last), backlog: true, CancellationToken.None);
        const long nextDay = 30L * 3_600 * KioskJournal.Second;
        ingest.RecordHeartbeat(session, journal.Last, new Stamp(KioskJournal.BootedAtUs + nextDay, nextDay, journal.Boot, new ClockReading(KioskJournal.BootedAtUs, 3_000, 10 * KioskJournal.Second)));
        await ingest.SaveKnownAsync(CancellationToken.None);
    }

    private async Task<string> VerdictAsync(string staff, string date = Day)
    {
        Assert.Equal(0, await _host.DayAsync(date, staff, asJson: true));
        return string.Join("; ", _host.Json().EnumerateArray().Select(one => string.Create(CultureInfo.InvariantCulture,
            $"{one.GetProperty("schedule").GetString()} {one.GetProperty("state").GetString()}{(one.GetProperty("lateMinutes").GetInt32() is > 0 and var late ? $" late {late}" : "")}{(one.GetProperty("waitingFor").GetArrayLength() > 0 ? " waiting" : "")}")));
    }

    private async Task<string[]> StandingsAsync(string staff)
    {
        Assert.Equal(0, await _host.DayAsync(Day, staff, asJson: true));
        return [.. _host.Json()[0].GetProperty("findings").EnumerateArray().Select(finding =>
            $"{finding.GetProperty("kind").GetString()} {(finding.TryGetProperty("standing", out var standing) ? standing.GetString() : "stands")}")];
    }

    private static string Taps(string staff, params string[] times) =>
        "staff_code_or_badge,at,direction,reader\n" + string.Concat(times.Select(time => $"{staff},{Day}T{time}:00,,\n"));

    private static string Hours(string code, string from, string? to, string start) => $$"""{ "schedules": [ {{Version(code, from, to, start)}} ] }""";

    private static string Version(string code, string from, string? to, string start) => $$"""
        { "code": "{{code}}", "from": "{{from}}", "to": {{(to is null ? "null" : $"\"{to}\"")}}, "sessions": [ { "start": "{{start}}", "end": "11:30" }, { "start": "13:30", "end": "17:00" } ] }
        """;
}

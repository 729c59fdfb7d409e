using System.Globalization;
using KyCuong.Server.Features.Decisions;
using KyCuong.Server.Judging;
using KyCuong.Server.Store.Rows;
using Microsoft.EntityFrameworkCore;

namespace KyCuong.Server.Tests.Judging;

/// <summary>HC-HE begins at 07:00 with five minutes of grace. NV001 is late on 29 April and on the 11th, 12th and 13th of May 2026, NV002 on the 11th.</summary>
public sealed class LateThisMonthTests : IAsyncLifetime
{
    private FeatureHost _host = null!;

    public async Task InitializeAsync()
    {
        _host = await FeatureHost.WithStaffAsync();
        Assert.Equal(0, await _host.ImportAsync("taps", """
            staff_code_or_badge,at
            NV001,2026-04-29T07:20
            NV001,2026-05-11T07:20
            NV002,2026-05-11T07:20
            NV003,2026-05-11T07:04
            NV001,2026-05-12T07:20
            NV002,2026-05-12T06:55
            NV001,2026-05-13T07:20

            """));
    }

    public async Task DisposeAsync() => await _host.DisposeAsync();

    [Fact]
    public async Task It_is_what_the_summary_of_the_month_counts_and_follows_what_is_decided()
    {
        At("2026-05-20T18:00");
        await AgreesAsync(3, 1, 0);
        Assert.Equal(0, await DecisionCommand.DecideAsync(_host.Context(), "excused", new("NV001", "2026-05-12"), "12/GT", "NV002", CancellationToken.None));
        Assert.Equal(0, await _host.ImportAsync("leave", "staff_code,from,to,part,kind,document\nNV002,2026-05-11,,morning,annual,1/GP\n"));
        await AgreesAsync(2, 0, 0);
        At("2026-04-30T23:59:59");
        Assert.Equal(1, await CountAsync("NV001"));
        At("2026-06-01T00:00");
        Assert.Equal(0, await CountAsync("NV001"));
    }

    [Fact]
    public async Task Todays_is_counted_though_another_gate_is_waited_for_and_an_earlier_days_is_not()
    {
        await AddGateAsync(knownUntil: "2026-05-12T12:00");
        At("2026-05-13T07:20:05");
        Assert.Equal(2, await SummaryAsync("NV001"));
        Assert.Equal(3, await CountAsync("NV001"));
        At("2026-05-14T07:00");
        Assert.Equal(2, await SummaryAsync("NV001"));
        Assert.Equal(2, await CountAsync("NV001"));
    }

    [Fact]
    public async Task A_night_that_goes_on_is_todays()
    {
        Assert.Equal(0, await _host.ApplyAsync("""
            { "schedules": [ { "code": "DEM", "from": "2026-01-01", "sessions": [ { "start": "22:00", "end": "06:00" } ] } ],
              "assignments": [ { "staff": "NV003", "schedule": "DEM", "from": "2026-05-12" } ] }
            """));
        Assert.Equal(0, await _host.ImportAsync("taps", "staff_code_or_badge,at\nNV003,2026-05-13T22:30\n"));
        await AddGateAsync(knownUntil: "2026-05-12T12:00");
        At("2026-05-14T00:30");
        Assert.Equal(1, await CountAsync("NV003"));
        // Its window closes four hours after its end.
        At("2026-05-14T10:00");
        Assert.Equal(1, await CountAsync("NV003"));
        At("2026-05-14T10:00:01");
        Assert.Equal(0, await CountAsync("NV003"));
    }

    [Fact]
    public async Task Nobody_has_no_count() =>
        Assert.Null(await LateThisMonth.CountAsync(_host.Store, "BQLKCN", 999, _host.Time, CancellationToken.None));

    private async Task AgreesAsync(params int[] expected)
    {
        for (var i = 0; i < expected.Length; i++)
        {
            var code = $"NV00{i + 1}";
            Assert.Equal((code, expected[i], expected[i]), (code, await CountAsync(code), await SummaryAsync(code)));
        }
    }

    private async Task<int?> CountAsync(string code)
    {
        await using var db = _host.Store.NewReader();
        var person = await db.Staff.SingleAsync(row => row.Code == code);
        return await LateThisMonth.CountAsync(_host.Store, "BQLKCN", person.StaffId, _host.Time, CancellationToken.None);
    }

    private async Task<int> SummaryAsync(string code)
    {
        Assert.Equal(0, await _host.SummaryAsync(month: "2026-05", asJson: true));
        return _host.Json().GetProperty("people").EnumerateArray().Single(person => person.GetProperty("staff").GetString() == code).GetProperty("lateTimes").GetInt32();
    }

    private void At(string local) => _host.Time.Now = Instant(local);

    private static DateTimeOffset Instant(string local) => DateTimeOffset.Parse(local + "+07:00", CultureInfo.InvariantCulture);

    private async Task AddGateAsync(string knownUntil)
    {
        await using var lease = await _host.Store.LeaseAsync(CancellationToken.None);
        await using var db = lease.NewContext();
        var enrolled = Instant("2026-05-01T07:00").ToUnixTimeMilliseconds() * 1000;
        db.Kiosks.Add(new KioskRow
        {
            AgencyId = (await db.Agencies.SingleAsync()).AgencyId,
            Code = "CONG-SAU",
            Name = "Cổng sau",
            State = KioskState.Enrolled,
            CreatedUs = enrolled,
            EnrolledUs = enrolled,
            KnownUntilUs = Instant(knownUntil).ToUnixTimeMilliseconds() * 1000,
        });
        await db.SaveChangesAsync();
        await lease.CommitAsync();
    }
}

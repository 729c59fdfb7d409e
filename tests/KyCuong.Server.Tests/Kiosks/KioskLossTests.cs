using System.Text.Json;
using KyCuong.Server.Cli;
using KyCuong.Server.Features.Kiosks;
using KyCuong.Server.Store.Rows;
using Microsoft.EntityFrameworkCore;

namespace KyCuong.Server.Tests.Kiosks;

/// <summary>The gate was enrolled on 1 May 2026 at 07:00 and is known until noon of the 13th; the clock stands at 1 June, 08:00.</summary>
public sealed class KioskLossTests : IAsyncLifetime
{
    private const string Noon = "2026-05-13T12:00:00";

    private FeatureHost _host = null!;
    private long _kiosk;

    public async Task InitializeAsync()
    {
        _host = await FeatureHost.WithStaffAsync();
        await ChangeAsync(async db =>
        {
            var row = new KioskRow
            {
                AgencyId = (await db.Agencies.SingleAsync()).AgencyId,
                Code = "CONG-CHINH",
                Name = "Cổng chính",
                State = KioskState.Enrolled,
                CreatedUs = Us(1, 7),
                EnrolledUs = Us(1, 7),
                KnownUntilUs = Us(13, 12),
                SeenUs = Us(13, 12),
            };
            db.Kiosks.Add(row);
            await db.SaveChangesAsync();
            _kiosk = row.KioskId;
        });
    }

    public async Task DisposeAsync() => await _host.DisposeAsync();

    [Fact]
    public async Task What_waited_only_for_a_lost_kiosk_lacks_data_and_is_no_absence()
    {
        Assert.Equal(("pending", false), await StateAsync("2026-05-13"));
        Assert.Equal(0, await LostAsync());
        Assert.Contains("đủ dữ liệu đến 13/05/2026 12:00:00, theo 12/BB; người báo NV001, người xác nhận NV002", _host.Out, StringComparison.Ordinal);
        Assert.Contains("kiosk retire CONG-CHINH", _host.Out, StringComparison.Ordinal);

        await _host.DayAsync("2026-05-13", "NV003", asJson: true);
        var day = _host.Json()[0];
        Assert.True(day.GetProperty("final").GetBoolean());
        Assert.Equal(0, day.GetProperty("waitingFor").GetArrayLength());
        Assert.All(day.GetProperty("findings").EnumerateArray(), finding => Assert.Equal("deviceDataMissing", finding.GetProperty("kind").GetString()));
        Assert.All(day.GetProperty("sessions").EnumerateArray(), session => Assert.False(session.GetProperty("absent").GetBoolean()));
        // The day before was complete.
        Assert.Equal(("absent", true), await StateAsync("2026-05-12"));
    }

    [Fact]
    public async Task The_explanation_names_the_paper_and_both_people()
    {
        await LostAsync();
        await _host.ExplainAsync("2026-05-13", "NV003");
        Assert.Contains("Cổng chính (CONG-CHINH) đã báo mất, chỉ đủ dữ liệu đến 13/05/2026 12:00, theo 12/BB; người báo Nguyễn Văn An (NV001), người xác nhận Trần Thị Bình (NV002).", _host.Out, StringComparison.Ordinal);
        Assert.Contains("thiếu dữ liệu do thiết bị, không tính là vi phạm", _host.Out, StringComparison.Ordinal);
        await _host.ExplainAsync("2026-05-13", "NV003", asJson: true);
        var lost = _host.Json()[0].GetProperty("explanation").GetProperty("lostKiosks")[0];
        Assert.Equal(("CONG-CHINH", "2026-05-13T12:00:00+07:00", "12/BB", "NV001", "NV002"),
            (lost.GetProperty("kiosk").GetString(), lost.GetProperty("knownUntil").GetString(), lost.GetProperty("document").GetString(), lost.GetProperty("by").GetString(), lost.GetProperty("confirmedBy").GetString()));
        await _host.ExplainAsync("2026-05-12", "NV003");
        Assert.DoesNotContain("báo mất", _host.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_kiosk_that_is_heard_of_again_is_waited_for_and_the_declaration_is_shown_as_overtaken()
    {
        await LostAsync();
        Assert.False((await ListedAsync()).GetProperty("overtaken").GetBoolean());
        // It connected an hour later and has sent everything up to half past one.
        await ChangeAsync(async db => (await db.Kiosks.SingleAsync()).SeenUs = _host.Time.Now.AddHours(1).ToUnixTimeMilliseconds() * 1000);
        Assert.True((await ListedAsync()).GetProperty("overtaken").GetBoolean());
        Assert.Equal(("pending", false), await StateAsync("2026-05-13"));
        await ChangeAsync(async db => (await db.Kiosks.SingleAsync()).KnownUntilUs = _host.Time.Now.ToUnixTimeMilliseconds() * 1000);
        Assert.Equal(("absent", true), await StateAsync("2026-05-13"));

        await KioskListAsync(json: false);
        Assert.Contains("đã báo mất theo 12/BB nhưng kết nối lại", _host.Out, StringComparison.Ordinal);
        // Lost once more, by another paper.
        _host.Time.Now = _host.Time.Now.AddHours(2);
        Assert.Equal(0, await LostAsync(document: "13/BB"));
        Assert.Equal("13/BB", (await ListedAsync()).GetProperty("document").GetString());
        Assert.False((await ListedAsync()).GetProperty("overtaken").GetBoolean());
    }

    [Fact]
    public async Task The_list_shows_the_declaration()
    {
        Assert.Equal(JsonValueKind.Null, (await ListedAsync()).ValueKind);
        await LostAsync();
        await KioskListAsync(json: false);
        Assert.Contains("đang dùng, báo mất (đủ đến 13/05/2026 12:00, 12/BB)", _host.Out, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("2026-05-13T12:00:01", "--known-until", "chỉ chắc chắn có đủ lượt quẹt của kiốt này đến 2026-05-13T12:00:00+07:00")]
    [InlineData("2026-05-01T06:59:59", "--known-until", "mới ghi danh lúc 2026-05-01T07:00:00+07:00")]
    [InlineData("hôm qua", "--known-until", "thời điểm phải có thật")]
    public async Task Nobody_may_claim_to_know_more_than_the_store(string until, string place, string reason)
    {
        var error = await Assert.ThrowsAsync<CommandException>(() => LostAsync(until));
        Assert.Equal(2, error.ExitCode);
        Assert.StartsWith(place, error.Message, StringComparison.Ordinal);
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_earlier_moment_makes_more_data_missing_and_may_be_said()
    {
        Assert.Equal(0, await LostAsync("2026-05-11T12:00"));
        await _host.DayAsync("2026-05-12", "NV003", asJson: true);
        Assert.Equal("deviceDataMissing", _host.Json()[0].GetProperty("findings")[0].GetProperty("kind").GetString());
    }

    [Fact]
    public async Task It_takes_a_paper_two_different_people_and_a_kiosk_that_may_hold_something()
    {
        Assert.StartsWith("--confirmed-by", (await Assert.ThrowsAsync<CommandException>(() => LostAsync(confirmedBy: "NV001"))).Message, StringComparison.Ordinal);
        Assert.StartsWith("--document", (await Assert.ThrowsAsync<CommandException>(() => LostAsync(document: " "))).Message, StringComparison.Ordinal);
        Assert.Contains("NV404", (await Assert.ThrowsAsync<CommandException>(() => LostAsync(confirmedBy: "NV404"))).Message, StringComparison.Ordinal);
        Assert.Contains("CONG-SAU", (await Assert.ThrowsAsync<CommandException>(() => LostAsync(code: "CONG-SAU"))).Message, StringComparison.Ordinal);
        await ChangeAsync(async db => db.Kiosks.Add(new KioskRow { AgencyId = (await db.Agencies.SingleAsync()).AgencyId, Code = "MOI", Name = "Mới", State = KioskState.Declared, CreatedUs = Us(1, 7) }));
        Assert.Contains("chưa ghi danh", (await Assert.ThrowsAsync<CommandException>(() => LostAsync(code: "MOI"))).Message, StringComparison.Ordinal);
        await using var db = _host.Store.NewReader();
        Assert.Empty(await db.KioskLosses.ToListAsync());
    }

    [Fact]
    public async Task The_same_declaration_twice_is_told_and_kept_once()
    {
        await LostAsync();
        Assert.Contains("đã báo mất", (await Assert.ThrowsAsync<CommandException>(() => LostAsync())).Message, StringComparison.Ordinal);
        await using var db = _host.Store.NewReader();
        Assert.Equal(1, await db.KioskLosses.CountAsync());
    }

    [Fact]
    public async Task A_kiosk_whose_stream_is_open_is_not_lost()
    {
        var sessions = new KioskSessions();
        sessions.Begin(new KioskIdentity(1, "BQLKCN", _kiosk, "CONG-CHINH", "00", long.MaxValue), "0.1");
        var error = await Assert.ThrowsAsync<CommandException>(() => KioskLossCommand.RunAsync(
            _host.Context(), "CONG-CHINH", Noon, "12/BB", "NV001", "NV002", new LiveServer(sessions, 7443), CancellationToken.None));
        Assert.Contains("đang kết nối", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Once_it_is_retired_later_days_lack_nothing()
    {
        await LostAsync();
        await ChangeAsync(async db =>
        {
            var row = await db.Kiosks.SingleAsync();
            (row.State, row.EndedUs) = (KioskState.Retired, Us(15, 7));
        });
        await _host.DayAsync("2026-05-14", "NV003", asJson: true);
        Assert.Equal("deviceDataMissing", _host.Json()[0].GetProperty("findings")[0].GetProperty("kind").GetString());
        Assert.Equal(("absent", true), await StateAsync("2026-05-18"));
    }

    private Task<int> LostAsync(string until = Noon, string document = "12/BB", string confirmedBy = "NV002", string code = "CONG-CHINH") =>
        KioskLossCommand.RunAsync(_host.Context(), code, until, document, "NV001", confirmedBy, null, CancellationToken.None);

    private async Task<(string? State, bool Final)> StateAsync(string date)
    {
        await _host.DayAsync(date, "NV003", asJson: true);
        return (_host.Json()[0].GetProperty("state").GetString(), _host.Json()[0].GetProperty("final").GetBoolean());
    }

    private async Task KioskListAsync(bool json)
    {
        var context = _host.Context(json);
        var (agency, kiosks) = await new KioskAdministration(_host.Store, _host.Time).ListAsync(null, null, CancellationToken.None);
        context.Console.Out.Write(KioskOutput.ListOf(context, agency, kiosks));
    }

    private async Task<JsonElement> ListedAsync()
    {
        await KioskListAsync(json: true);
        return _host.Json()[0].GetProperty("lost");
    }

    private async Task ChangeAsync(Func<Server.Store.KyCuongDb, Task> change)
    {
        await using var lease = await _host.Store.LeaseAsync(CancellationToken.None);
        await using var db = lease.NewContext();
        await change(db);
        await db.SaveChangesAsync();
        await lease.CommitAsync();
    }

    private static long Us(int day, int hour) => new DateTimeOffset(2026, 5, day, hour, 0, 0, TimeSpan.FromHours(7)).ToUnixTimeMilliseconds() * 1000;
}

using Microsoft.EntityFrameworkCore;

namespace KyCuong.Server.Tests.Apply;

/// <summary>What was declared wrongly is taken back by the same item with <c>"remove": true</c>.</summary>
public sealed class ApplyRemoveTests : IAsyncLifetime
{
    private const string All = """
        { "assignments": [ { "unit": "VP", "schedule": "HC-HE", "remove": true } ],
          "calendar": { "holidays": [ { "date": "2026-11-24", "remove": true } ], "swaps": [ { "off": "2026-08-31", "remove": true } ] } }
        """;

    private FeatureHost _host = null!;

    public async Task InitializeAsync() => _host = await FeatureHost.WithStaffAsync();

    public async Task DisposeAsync() => await _host.DisposeAsync();

    [Fact]
    public async Task What_is_removed_is_gone_and_printed_and_removing_it_again_changes_nothing()
    {
        Assert.Equal(0, await _host.ApplyAsync(All));
        foreach (var line in (string[])["bỏ phân công lịch: VP HC-HE", "bỏ ngày nghỉ: 2026-11-24", "bỏ hoán đổi ngày: 2026-08-31 ↔ 2026-08-22"])
            Assert.Contains(line, _host.Out, StringComparison.Ordinal);
        await using (var db = _host.Store.NewReader())
            Assert.Equal((0, 0, 0, 2), (await db.Assignments.CountAsync(), await db.Holidays.CountAsync(), await db.DaySwaps.CountAsync(), (int)(await db.Agencies.SingleAsync()).RosterVersion - 1));

        Assert.Equal(0, await _host.ApplyAsync(All, asJson: true));
        Assert.Empty(_host.Json().GetProperty("changes").EnumerateArray());
        Assert.Equal(3, _host.Json().GetProperty("notes").GetArrayLength());
        Assert.Contains("không có gì để bỏ", _host.Json().GetProperty("notes")[0].GetProperty("text").GetString(), StringComparison.Ordinal);
        Assert.Equal(3, _host.Json().GetProperty("rosterVersion").GetInt64());
    }

    [Fact]
    public async Task Declaring_it_again_brings_it_back()
    {
        await _host.ApplyAsync(All);
        Assert.Equal(0, await _host.ApplyAsync(FeatureHost.Agency, asJson: true));
        Assert.Equal(1, _host.Json().GetProperty("parts").GetProperty("swaps").GetProperty("added").GetInt32());
        Assert.Equal(1, _host.Json().GetProperty("parts").GetProperty("assignments").GetProperty("added").GetInt32());
    }

    [Fact]
    public async Task An_assignment_is_the_one_with_the_same_target_schedule_start_mode_and_dates()
    {
        await _host.ApplyAsync("""
            { "schedules": [ { "code": "TRUC", "from": "2026-01-01", "sessions": [ { "start": "18:00", "end": "20:00" } ] } ],
              "assignments": [ { "staff": "NV001", "schedule": "TRUC", "mode": "add", "dates": ["2026-05-13"] }, { "staff": "NV001", "schedule": "TRUC", "mode": "add", "dates": ["2026-05-14"] } ] }
            """);
        Assert.Equal(0, await _host.ApplyAsync("""{ "assignments": [ { "staff": "NV001", "schedule": "TRUC", "mode": "add", "remove": true } ] }""", asJson: true));
        Assert.Equal(1, _host.Json().GetProperty("notes").GetArrayLength());
        Assert.Equal(0, await _host.ApplyAsync("""{ "assignments": [ { "staff": "NV001", "schedule": "TRUC", "mode": "add", "dates": ["2026-05-13"], "remove": true } ] }"""));
        await using var db = _host.Store.NewReader();
        Assert.Equal(["[\"2026-05-14\"]"], await db.Assignments.Where(row => row.StaffId != null).Select(row => row.Dates).ToListAsync());
    }

    [Fact]
    public async Task A_swap_is_replaced_in_one_file_by_removing_one_and_declaring_another()
    {
        Assert.Equal(0, await _host.ApplyAsync("""{ "calendar": { "swaps": [ { "off": "2026-08-31", "worked": "2026-08-22", "remove": true }, { "off": "2026-12-07", "worked": "2026-08-22" } ] } }"""));
        await using var db = _host.Store.NewReader();
        Assert.Equal(new DateOnly(2026, 12, 7), (await db.DaySwaps.SingleAsync()).OffDate);
    }

    [Fact]
    public async Task A_holiday_may_take_the_place_of_a_swap_that_is_removed_with_it()
    {
        Assert.Equal(0, await _host.ApplyAsync("""{ "calendar": { "swaps": [ { "off": "2026-08-31", "remove": true } ], "holidays": [ { "date": "2026-08-31", "name": "Nghỉ" } ] } }"""));
    }

    [Fact]
    public async Task A_swap_may_take_the_place_of_a_holiday_that_is_removed_with_it()
    {
        const string swap = """{ "calendar": { "holidays": [ HOLIDAY ], "swaps": [ { "off": "2026-12-07", "worked": "2026-12-12" } ] } }""";
        await _host.ApplyAsync("""{ "calendar": { "holidays": [ { "date": "2026-12-07", "name": "Nghỉ" } ] } }""");
        Assert.Equal(1, await _host.ApplyAsync(swap.Replace("HOLIDAY", "", StringComparison.Ordinal)));
        Assert.Equal(0, await _host.ApplyAsync(swap.Replace("HOLIDAY", """{ "date": "2026-12-07", "remove": true }""", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("""{ "off": "2026-08-31", "worked": "2026-08-29", "remove": true }""", "làm bù vào ngày 2026-08-22")]
    [InlineData("""{ "off": "2026-08-31", "remove": "yes" }""", "true hoặc false")]
    [InlineData("""{ "off": "2026-08-31", "remove": true }, { "off": "2026-08-31", "worked": "2026-08-29" }""", "đã khai báo ở dòng")]
    [InlineData("""{ "worked": "2026-08-22", "remove": true }""", "đủ cặp")]
    [InlineData("""{ "off": "2026-08-31", "worked": "22/08/2026", "remove": true }""", "ngày phải có thật")]
    public async Task A_removal_that_is_not_clear_is_refused(string swaps, string reason)
    {
        Assert.Equal(1, await _host.ApplyAsync($$"""{ "calendar": { "swaps": [ {{swaps}} ] } }"""));
        Assert.Contains(reason, _host.Error, StringComparison.Ordinal);
        await using var db = _host.Store.NewReader();
        Assert.Equal(1, await db.DaySwaps.CountAsync());
    }
}

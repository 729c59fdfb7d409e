using Microsoft.EntityFrameworkCore;

namespace KyCuong.Server.Tests.Imports;

public sealed class TapImportTests : IAsyncLifetime
{
    private FeatureHost _host = null!;

    public async Task InitializeAsync() => _host = await FeatureHost.WithStaffAsync();

    public async Task DisposeAsync() => await _host.DisposeAsync();

    [Fact]
    public async Task Taps_of_people_and_badges_find_their_person_and_importing_them_again_changes_nothing()
    {
        await _host.ImportAsync("badges", "staff_code,badge,kind,from,to\nNV002,0F03024FD3,em10h,2026-01-01,\n");
        const string file = "staff_code_or_badge,at,direction,reader\nNV001,2026-05-13T07:06:20,in,Cửa 1\nem10h:0F03024FD3,2026-05-13T00:01:00Z,,\nNV001,2026-05-13T17:02:10+07:00,out,Cửa 1\nNV001,2026-05-13T17:02:10,out,Cửa 1\n";
        Assert.Equal(0, await _host.ImportAsync("taps", file, asJson: true));
        Assert.Equal((4, 3), (_host.Json().GetProperty("rows").GetInt32(), _host.Json().GetProperty("added").GetInt32()));
        Assert.Equal(0, await _host.ImportAsync("taps", file, asJson: true));
        Assert.Equal((0, 4), (_host.Json().GetProperty("added").GetInt32(), _host.Json().GetProperty("unchanged").GetInt32()));
        await using var db = _host.Store.NewReader();
        var taps = await db.ResolvedTaps.Join(db.Staff, tap => tap.StaffId, staff => staff.StaffId, (tap, staff) => new { staff.Code, tap.AtUs, tap.Reader }).OrderBy(tap => tap.AtUs).ToListAsync();
        Assert.Equal(["NV002", "NV001", "NV001"], taps.Select(tap => tap.Code));
        Assert.Equal(new DateTimeOffset(2026, 5, 13, 7, 6, 20, TimeSpan.FromHours(7)).ToUnixTimeMilliseconds() * 1000, taps[1].AtUs);
        Assert.Single(await db.Imports.Where(row => row.Kind == "taps").ToListAsync());
    }

    [Fact]
    public async Task Taps_keep_their_owner_of_the_day_when_the_badge_moves_on()
    {
        await _host.ImportAsync("badges", "staff_code,badge,kind,from,to\nNV001,0F03024FD3,em10h,2026-01-01,2026-05-31\nNV002,0F03024FD3,em10h,2026-06-01,\n");
        await _host.ImportAsync("taps", "staff_code_or_badge,at,direction,reader\nem10h:0F03024FD3,2026-05-31T07:00:00,,\nem10h:0F03024FD3,2026-06-01T07:00:00,,\n");
        await using var db = _host.Store.NewReader();
        Assert.Equal(["NV001", "NV002"], await db.ResolvedTaps.OrderBy(tap => tap.AtUs).Join(db.Staff, tap => tap.StaffId, staff => staff.StaffId, (_, staff) => staff.Code).ToListAsync());
    }

    [Theory]
    [InlineData("NV009,2026-05-13T07:00:00,,", "staff_code_or_badge", "không phải mã số của ai")]
    [InlineData("em10h:0F03024FD3,2026-05-13T07:00:00,,", "staff_code_or_badge", "chưa giao cho ai")]
    [InlineData("em10h:F03024FD3,2026-05-13T07:00:00,,", "staff_code_or_badge", "số thẻ ghi dạng kiểu:số")]
    [InlineData("KC1:0000000000000001,2026-05-13T07:00:00,,", "staff_code_or_badge", "không phải mã số của ai")]
    [InlineData("NV001,2026-02-29T07:00:00,,", "at", "thời điểm phải có thật")]
    [InlineData("NV001,13/05/2026 07:00,,", "at", "thời điểm phải có thật")]
    [InlineData("NV001,2026-05-13T24:00,,", "at", "thời điểm phải có thật")]
    [InlineData("NV001,,,", "at", "bắt buộc")]
    [InlineData("NV001,2026-05-13T07:00,vào,", "direction", "in, out hoặc để trống")]
    public async Task A_bad_row_is_refused_and_the_good_ones_with_it(string row, string column, string reason)
    {
        Assert.Equal(1, await _host.ImportAsync("taps", $"staff_code_or_badge,at,direction,reader\nNV001,2026-05-13T07:00,,\n{row}\n"));
        Assert.Contains($"dòng 3, cột {column}", _host.Error, StringComparison.Ordinal);
        Assert.Contains(reason, _host.Error, StringComparison.Ordinal);
        await using var db = _host.Store.NewReader();
        Assert.Empty(await db.ResolvedTaps.ToListAsync());
        Assert.Empty(await db.Imports.Where(import => import.Kind == "taps").ToListAsync());
    }
}

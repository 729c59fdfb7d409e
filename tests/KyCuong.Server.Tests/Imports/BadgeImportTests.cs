using Microsoft.EntityFrameworkCore;

namespace KyCuong.Server.Tests.Imports;

public sealed class BadgeImportTests : IAsyncLifetime
{
    private FeatureHost _host = null!;

    public async Task InitializeAsync() => _host = await FeatureHost.WithStaffAsync();

    public async Task DisposeAsync() => await _host.DisposeAsync();

    [Fact]
    public async Task Badges_are_kept_as_hashes_of_each_level_and_importing_them_again_changes_nothing()
    {
        const string file = "staff_code,badge,kind,from,to\nNV001,0F03024FD3,em10h,2026-01-01,\nNV002,04A1B2C3D4E5F6,uid,2026-01-01,\n";
        Assert.Equal(0, await _host.ImportAsync("badges", file, asJson: true));
        Assert.Equal(2, _host.Json().GetProperty("added").GetInt32());
        Assert.Equal(0, await _host.ImportAsync("badges", file, asJson: true));
        Assert.Equal(2, _host.Json().GetProperty("unchanged").GetInt32());
        await using var db = _host.Store.NewReader();
        Assert.Equal(2, await db.Badges.CountAsync());
        // em10h gives five levels, a seven-byte UID one.
        Assert.Equal(6, await db.BadgeHashes.CountAsync());
        Assert.All(await db.BadgeHashes.ToListAsync(), row => Assert.Equal(16, row.Hash.Length));
    }

    [Theory]
    [InlineData("NV009,0F03024FD3,em10h,,", "không có người mang mã số này")]
    [InlineData("NV001,0F03024FD3,em11h,,", "không có cách ghi số thẻ này")]
    [InlineData("NV001,F03024FD3,em10h,,", "không đúng cách ghi em10h")]
    [InlineData("NV001,0000000000,em10h,,", "không đúng cách ghi em10h")]
    [InlineData("NV001,0F03024FD3,em10h,2026-02-01,2026-01-01", "sớm hơn ngày bắt đầu")]
    public async Task A_bad_row_is_refused(string row, string reason)
    {
        Assert.Equal(1, await _host.ImportAsync("badges", "staff_code,badge,kind,from,to\n" + row + "\n"));
        Assert.Contains("dòng 2", _host.Error, StringComparison.Ordinal);
        Assert.Contains(reason, _host.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_badge_has_one_holder_at_a_time_and_may_go_to_another_afterwards()
    {
        Assert.Equal(1, await _host.ImportAsync("badges", "staff_code,badge,kind,from,to\nNV001,0F03024FD3,em10h,2026-01-01,\nNV002,0F03024FD3,em10h,2026-03-01,\n"));
        Assert.Contains("dòng 3", _host.Error, StringComparison.Ordinal);
        Assert.Contains("đã giao", _host.Error, StringComparison.Ordinal);
        Assert.Equal(0, await _host.ImportAsync("badges", "staff_code,badge,kind,from,to\nNV001,0F03024FD3,em10h,2026-01-01,2026-02-28\nNV002,0F03024FD3,em10h,2026-03-01,\n"));
        await using var db = _host.Store.NewReader();
        Assert.Equal(1, await db.Badges.CountAsync());
        Assert.Equal(2, await db.BadgeHoldings.CountAsync());
    }

    [Fact]
    public async Task The_same_card_spelled_shorter_for_somebody_else_is_refused_in_either_order()
    {
        // 0F03024FD3 ends in 024FD3: 002 and 20435.
        string[] rows = ["NV001,0F03024FD3,em10h,2026-01-01,", "NV002,\"002,20435\",em3+5,2026-01-01,"];
        Assert.Equal(1, await _host.ImportAsync("badges", $"staff_code,badge,kind,from,to\n{rows[0]}\n{rows[1]}\n"));
        Assert.Contains("không phân biệt được", _host.Error, StringComparison.Ordinal);
        Assert.Equal(1, await _host.ImportAsync("badges", $"staff_code,badge,kind,from,to\n{rows[1]}\n{rows[0]}\n"));
        Assert.Equal(0, await _host.ImportAsync("badges", $"staff_code,badge,kind,from,to\n{rows[0]}\n"));
        Assert.Equal(1, await _host.ImportAsync("badges", $"staff_code,badge,kind,from,to\n{rows[1]}\n"));
        Assert.Contains("em10h", _host.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Two_cards_that_agree_only_after_a_reader_has_cut_both_are_allowed()
    {
        Assert.Equal(0, await _host.ImportAsync("badges", "staff_code,badge,kind,from,to\nNV001,0F03024FD3,em10h,2026-01-01,\nNV002,0F04024FD3,em10h,2026-01-01,\n"));
    }
}

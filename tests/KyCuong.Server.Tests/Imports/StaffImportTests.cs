using KyCuong.Server.Cli;
using Microsoft.EntityFrameworkCore;

namespace KyCuong.Server.Tests.Imports;

public sealed class StaffImportTests : IAsyncLifetime
{
    private FeatureHost _host = null!;

    public async Task InitializeAsync()
    {
        _host = FeatureHost.Empty();
        await _host.ApplyAsync(FeatureHost.Agency);
        await _host.ApplyAsync("""{ "units": [ { "code": "P1", "name": "Phòng Một" } ] }""");
    }

    public async Task DisposeAsync() => await _host.DisposeAsync();

    [Fact]
    public async Task Staff_are_imported_and_importing_them_again_changes_nothing()
    {
        Assert.Equal(0, await _host.ImportAsync("staff", FeatureHost.Staff, asJson: true));
        Assert.Equal((3, 3, 0), Counts());
        var version = await VersionAsync();
        Assert.Equal(0, await _host.ImportAsync("staff", FeatureHost.Staff, asJson: true));
        Assert.Equal((3, 0, 0), Counts());
        Assert.Equal(version, await VersionAsync());
        await using var db = _host.Store.NewReader();
        Assert.Equal(["CivilServant", "CivilServant", "ContractWorker"], await db.Postings.OrderBy(row => row.StaffId).Select(row => row.Category).ToListAsync());
    }

    [Fact]
    public async Task A_transfer_ends_the_posting_before_it_and_stays_so_when_the_first_file_comes_again()
    {
        await _host.ImportAsync("staff", FeatureHost.Staff);
        Assert.Equal(0, await _host.ImportAsync("staff", "staff_code;full_name;unit;from\nNV002;Trần Thị Bình;P1;2026-05-01\n", asJson: true));
        Assert.Equal((1, 1, 0), Counts());
        Assert.Equal(0, await _host.ImportAsync("staff", FeatureHost.Staff, asJson: true));
        Assert.Equal((3, 0, 0), Counts());
        await using var db = _host.Store.NewReader();
        var postings = await db.Postings.Where(row => db.Staff.Any(one => one.StaffId == row.StaffId && one.Code == "NV002")).OrderBy(row => row.FromDate).ToListAsync();
        Assert.Equal([new DateOnly(2026, 4, 30), null], postings.Select(row => row.ToDate));
    }

    [Fact]
    public async Task Every_bad_row_is_reported_with_line_column_value_and_reason_and_nothing_is_imported()
    {
        Assert.Equal(1, await _host.ImportAsync("staff", """
            staff_code,full_name,unit,position,category,from,to
            NV001,Nguyễn Văn An,VP,,,2026-01-01,
            NV 2,Trần Thị Bình,VP,,,2026-01-01,
            NV003,,XX,,Sếp,01/02/2026,
            NV004,Lê Văn Tám,VP,,,2026-01-01,2025-12-31
            NV005,"Dở dang
            """, asJson: true));
        var problems = _host.Json().GetProperty("problems").EnumerateArray().Select(one => (one.GetProperty("line").GetInt32(), one.GetProperty("place").GetString(), one.GetProperty("value").GetString())).ToList();
        Assert.Equal([(3, "staff_code", "NV 2"), (4, "full_name", ""), (4, "unit", "XX"), (4, "category", "Sếp"), (4, "from", "01/02/2026"), (5, "to", "2025-12-31"), (6, "", "")], problems);
        await using var db = _host.Store.NewReader();
        Assert.Empty(await db.Staff.ToListAsync());
        Assert.Empty(await db.Imports.ToListAsync());
    }

    [Fact]
    public async Task Only_the_first_hundred_bad_rows_are_shown_and_the_rest_counted()
    {
        var rows = string.Concat(Enumerable.Range(1, 130).Select(n => $"NV{n},Người {n},XX,2026-01-01\n"));
        Assert.Equal(1, await _host.ImportAsync("staff", "staff_code,full_name,unit,from\n" + rows));
        Assert.Contains("và 30 chỗ khác", _host.Error, StringComparison.Ordinal);
        Assert.Contains("130 chỗ", _host.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Rows_of_one_person_that_overlap_or_differ_are_refused()
    {
        Assert.Equal(1, await _host.ImportAsync("staff", """
            staff_code,full_name,unit,from,to
            NV001,Nguyễn Văn An,VP,2026-01-01,2026-05-31
            NV001,Nguyễn Văn Anh,P1,2026-05-31,
            """));
        Assert.Contains("chồng lên dòng 2", _host.Error, StringComparison.Ordinal);
        Assert.Contains("khác với dòng 2", _host.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Names_are_kept_in_composed_form_and_sorted_by_given_name()
    {
        await _host.ImportAsync("staff", "staff_code,full_name,unit,from\nA,Nguyễn Văn Đức,VP,2026-01-01\nB,Trần Dũng,VP,2026-01-01\nC,Lê Thị Ánh,VP,2026-01-01\nD,Lê Thị An,VP,2026-01-01\nE,Hoàng Thị Hoa\u0300,VP,2026-01-01\n");
        await using var db = _host.Store.NewReader();
        var staff = await db.Staff.OrderBy(row => row.NameSort).Select(row => row.FullName).ToListAsync();
        Assert.Equal(["Lê Thị An", "Lê Thị Ánh", "Trần Dũng", "Nguyễn Văn Đức", "Hoàng Thị Hoà"], staff);
    }

    [Theory]
    [InlineData("staff_code,full_name,unit\nA,B,VP\n", "thiếu cột \"from\"")]
    [InlineData("staff_code,full_name,unit,from,emial\nA,B,VP,2026-01-01,x@y\n", "không có cột \"emial\"")]
    [InlineData("staff_code,full_name,unit,from,from\nA,B,VP,2026-01-01,\n", "xuất hiện hai lần")]
    [InlineData("", "không có dòng nào")]
    public async Task A_header_that_cannot_be_used_is_refused_with_a_sentence(string text, string reason)
    {
        var error = await Assert.ThrowsAsync<CommandException>(() => _host.ImportAsync("staff", text));
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_is_no_workbook_or_no_utf8_is_refused_with_a_sentence()
    {
        var error = await Assert.ThrowsAsync<CommandException>(() => _host.ImportAsync("staff", "staff_code,full_name\n"u8.ToArray(), "staff.xlsx"));
        Assert.Contains("không phải sổ tính XLSX", error.Message, StringComparison.Ordinal);
        error = await Assert.ThrowsAsync<CommandException>(() => _host.ImportAsync("staff", [.. "staff_code,full_name,unit,from\nA,"u8, 0xC3, 0x28, 0x0A], "staff.csv"));
        Assert.Contains("gần dòng 2", error.Message, StringComparison.Ordinal);
        error = await Assert.ThrowsAsync<CommandException>(() => _host.ImportAsync("staff", [0x50, 0x4B, 0x03, 0x04, 1, 2, 3, 4, 5, 6, 7, 8], "staff.csv"));
        Assert.Contains("không phải sổ tính XLSX", error.Message, StringComparison.Ordinal);
    }

    private (int, int, int) Counts() => (_host.Json().GetProperty("rows").GetInt32(), _host.Json().GetProperty("added").GetInt32(), _host.Json().GetProperty("changed").GetInt32());

    private async Task<long> VersionAsync()
    {
        await using var db = _host.Store.NewReader();
        return (await db.Agencies.SingleAsync()).RosterVersion;
    }

    [Theory]
    [InlineData("2026-05-10", 1)]
    [InlineData("2026-05-13", 1)]
    [InlineData("2026-05-14", 0)]
    public async Task A_transfer_that_puts_ones_own_duty_over_the_hours_of_the_new_unit_is_refused(string from, int exit)
    {
        await using var host = await FeatureHost.WithStaffAsync();
        Assert.Equal(0, await host.ApplyAsync("""
            { "units": [ { "code": "P2", "name": "Phòng Hai" } ],
              "schedules": [ { "code": "CHIEU", "from": "2026-01-01", "sessions": [ { "start": "13:00", "end": "19:00" } ] },
                             { "code": "TRUC", "from": "2026-01-01", "opensBeforeMinutes": 30, "sessions": [ { "start": "18:00", "end": "22:00" } ] } ],
              "assignments": [ { "unit": "P2", "schedule": "CHIEU" }, { "staff": "NV001", "schedule": "TRUC", "mode": "add", "dates": ["2026-05-13"] } ] }
            """));
        Assert.Equal(exit, await host.ImportAsync("staff", $"staff_code,full_name,unit,from\nNV001,Nguyễn Văn An,P2,{from}\n"));
        if (exit == 0) return;
        Assert.Contains("staff.csv", host.Error, StringComparison.Ordinal);
        Assert.Contains("NV001 phải làm lịch CHIEU và lịch TRUC cùng một lúc, ví dụ ngày 2026-05-13", host.Error, StringComparison.Ordinal);
        await host.DayAsync("2026-05-20", "NV001", asJson: true);
        Assert.Equal("HC-HE", host.Json()[0].GetProperty("schedule").GetString());
    }
}

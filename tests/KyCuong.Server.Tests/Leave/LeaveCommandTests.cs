using System.Data.Common;
using System.Text.Json;
using KyCuong.Server.Cli;
using Microsoft.EntityFrameworkCore;

namespace KyCuong.Server.Tests.Leave;

public sealed class LeaveCommandTests : IAsyncLifetime
{
    private const string Header = "staff_code,from,to,part,kind,document\n";
    private const string File = Header + "NV001,2026-05-11,2026-05-15,day,annual,12/GP\nNV002,2026-05-13,,09:00-10:30,pass,\n";

    private FeatureHost _host = null!;

    public async Task InitializeAsync()
    {
        _host = await FeatureHost.WithStaffAsync();
        Assert.Equal(0, await _host.ImportAsync("leave", File));
    }

    public async Task DisposeAsync() => await _host.DisposeAsync();

    [Fact]
    public async Task What_was_entered_is_listed_with_its_instants()
    {
        Assert.Equal(0, await _host.LeaveListAsync(asJson: true));
        Assert.Equal(["NV001", "NV002"], _host.Json().EnumerateArray().Select(one => one.GetProperty("staff").GetString()));
        var first = _host.Json()[0];
        Assert.Equal("2026-06-01T08:00:00+07:00", first.GetProperty("enteredAt").GetString());
        Assert.Equal(JsonValueKind.Null, first.GetProperty("approvedAt").ValueKind);
        Assert.Equal(JsonValueKind.Null, first.GetProperty("withdrawn").ValueKind);
        await _host.LeaveListAsync();
        foreach (var fact in (string[])["11/05/2026 – 15/05/2026", "nghỉ phép năm", "cả ngày", "12/GP", "01/06/2026 08:00", "09:00–10:30", "ra ngoài có phép", "có hiệu lực"])
            Assert.Contains(fact, _host.Out, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("NV002", null, null, 1)]
    [InlineData(null, "2026-05-14", null, 1)]
    [InlineData(null, null, "2026-05-12", 1)]
    [InlineData(null, "2026-05-13", "2026-05-13", 2)]
    [InlineData("NV003", null, null, 0)]
    public async Task The_list_is_narrowed_by_person_and_dates(string? staff, string? from, string? to, int count)
    {
        await _host.LeaveListAsync(staff, from, to, asJson: true);
        Assert.Equal(count, _host.Json().GetArrayLength());
    }

    [Fact]
    public async Task Withdrawn_leave_is_judged_no_more_and_stays_to_be_seen_with_its_instants_paper_and_reason()
    {
        _host.Time.Now = _host.Time.Now.AddDays(1);
        Assert.Equal(0, await _host.WithdrawAsync("1", "15/TB", "nhập nhầm người"));
        Assert.Contains("Đã rút đợt số 1 của Nguyễn Văn An (NV001): nghỉ phép năm, cả ngày, 11/05/2026 – 15/05/2026.", _host.Out, StringComparison.Ordinal);
        await _host.DayAsync("2026-05-13", "NV001", asJson: true);
        Assert.Equal("absent", _host.Json()[0].GetProperty("state").GetString());
        await _host.LeaveListAsync("NV001", asJson: true);
        var row = _host.Json()[0];
        Assert.Equal("2026-06-01T08:00:00+07:00", row.GetProperty("enteredAt").GetString());
        Assert.Equal("2026-06-02T08:00:00+07:00", row.GetProperty("withdrawn").GetProperty("at").GetString());
        Assert.Equal("nhập nhầm người", row.GetProperty("withdrawn").GetProperty("reason").GetString());
        await _host.ExplainAsync("2026-05-13", "NV001");
        Assert.Contains("Đã rút, không tính nữa: nghỉ phép năm, cả ngày, văn bản 12/GP; rút lúc 02/06/2026 08:00 theo 15/TB: nhập nhầm người.", _host.Out, StringComparison.Ordinal);
        await _host.ExplainAsync("2026-05-13", "NV001", asJson: true);
        Assert.Equal("15/TB", _host.Json()[0].GetProperty("explanation").GetProperty("withdrawnLeave")[0].GetProperty("withdrawn").GetProperty("document").GetString());
    }

    [Fact]
    public async Task The_same_file_again_does_not_bring_withdrawn_leave_back_but_another_paper_does()
    {
        await _host.WithdrawAsync("1", "15/TB", "hoãn");
        Assert.Equal(0, await _host.ImportAsync("leave", File));
        Assert.Contains("dòng 2: giống đợt số 1 đã rút theo văn bản 15/TB", _host.Out, StringComparison.Ordinal);
        await _host.DayAsync("2026-05-13", "NV001", asJson: true);
        Assert.Equal("absent", _host.Json()[0].GetProperty("state").GetString());
        Assert.Equal(0, await _host.ImportAsync("leave", Header + "NV001,2026-05-11,2026-05-15,day,annual,16/GP\n"));
        await _host.DayAsync("2026-05-13", "NV001", asJson: true);
        Assert.Equal("leave", _host.Json()[0].GetProperty("state").GetString());
        // And then the second is known as well.
        Assert.Equal(0, await _host.ImportAsync("leave", Header + "NV001,2026-05-11,2026-05-15,day,annual,16/GP\n", asJson: true));
        Assert.Equal(1, _host.Json().GetProperty("unchanged").GetInt32());
    }

    [Fact]
    public async Task It_can_be_withdrawn_once_and_only_where_it_is()
    {
        await _host.WithdrawAsync("1", "15/TB", "hoãn");
        var again = await Assert.ThrowsAsync<CommandException>(() => _host.WithdrawAsync("1", "16/TB", "hoãn"));
        Assert.Contains("đã rút lúc 01/06/2026 08:00 theo 15/TB", again.Message, StringComparison.Ordinal);
        var unknown = await Assert.ThrowsAsync<CommandException>(() => _host.WithdrawAsync("77", "16/TB", "hoãn"));
        Assert.Contains("Không có đợt số 77", unknown.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("một", "15/TB", "hoãn", "<ID>")]
    [InlineData("-1", "15/TB", "hoãn", "<ID>")]
    [InlineData("1", " ", "hoãn", "--document")]
    [InlineData("1", "15/TB", "", "--reason")]
    public async Task A_withdrawal_without_number_paper_or_reason_is_wrong_usage(string id, string document, string reason, string place)
    {
        var error = await Assert.ThrowsAsync<CommandException>(() => _host.WithdrawAsync(id, document, reason));
        Assert.Equal(2, error.ExitCode);
        Assert.StartsWith(place, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("DELETE FROM leave_entries")]
    [InlineData("UPDATE leave_entries SET entered_us = 1, withdrawn_us = 1, withdrawn_document = 'x', withdrawn_reason = 'x' WHERE leave_id = 1")]
    [InlineData("UPDATE leave_entries SET document = NULL, withdrawn_us = 1, withdrawn_document = 'x', withdrawn_reason = 'x' WHERE leave_id = 1")]
    [InlineData("UPDATE leave_entries SET line = line WHERE leave_id = 1")]
    [InlineData("UPDATE leave_entries SET withdrawn_us = NULL, withdrawn_document = NULL, withdrawn_reason = NULL WHERE leave_id = 2")]
    public async Task The_store_itself_keeps_entries_from_being_changed(string sql)
    {
        await _host.WithdrawAsync("2", "15/TB", "hoãn");
        await using var lease = await _host.Store.LeaseAsync(CancellationToken.None);
        await using var db = lease.NewContext();
        var refused = await Assert.ThrowsAnyAsync<DbException>(() => db.Database.ExecuteSqlRawAsync(sql));
        Assert.Contains("leave is ", refused.Message, StringComparison.Ordinal);
    }
}

using System.Text.Json.Nodes;
using KyCuong.Server.Cli;
using Microsoft.EntityFrameworkCore;

namespace KyCuong.Server.Tests.Apply;

public sealed class ApplyTests : IAsyncLifetime
{
    private FeatureHost _host = null!;

    public Task InitializeAsync()
    {
        _host = FeatureHost.Empty();
        return Task.CompletedTask;
    }

    public async Task DisposeAsync() => await _host.DisposeAsync();

    [Fact]
    public async Task The_file_of_the_contract_is_applied_and_applying_it_again_changes_nothing()
    {
        Assert.Equal(0, await _host.ApplyAsync(FeatureHost.Agency, asJson: true));
        var first = _host.Json();
        Assert.True(first.GetProperty("applied").GetBoolean());
        foreach (var part in first.GetProperty("parts").EnumerateObject().Where(part => part.Name is not ("heads" or "policy"))) Assert.Equal(1, part.Value.GetProperty("added").GetInt32());
        Assert.Equal(1, first.GetProperty("rosterVersion").GetInt64());

        Assert.Equal(0, await _host.ApplyAsync(FeatureHost.Agency, asJson: true));
        var again = _host.Json();
        foreach (var part in again.GetProperty("parts").EnumerateObject().Where(part => part.Name is not ("heads" or "policy"))) Assert.Equal(1, part.Value.GetProperty("unchanged").GetInt32());
        Assert.Equal(1, again.GetProperty("rosterVersion").GetInt64());
        Assert.Empty(again.GetProperty("changes").EnumerateArray());
    }

    [Fact]
    public async Task A_changed_part_is_changed_and_raises_the_roster_version_once()
    {
        await _host.ApplyAsync(FeatureHost.Agency);
        Assert.Equal(0, await _host.ApplyAsync("""{ "units": [ { "code": "VP", "name": "Văn phòng Ban" }, { "code": "P1", "name": "Phòng Một", "parent": "VP" } ] }""", asJson: true));
        var units = _host.Json().GetProperty("parts").GetProperty("units");
        Assert.Equal((1, 1), (units.GetProperty("added").GetInt32(), units.GetProperty("changed").GetInt32()));
        Assert.Equal(2, _host.Json().GetProperty("rosterVersion").GetInt64());
        await using var db = _host.Store.NewReader();
        var parent = await db.Units.SingleAsync(unit => unit.Code == "VP");
        Assert.Equal("NV001", parent.HeadStaffCode);
        Assert.Equal(parent.UnitId, (await db.Units.SingleAsync(unit => unit.Code == "P1")).ParentUnitId);
    }

    [Fact]
    public async Task The_policy_of_the_gate_is_kept_setting_by_setting_and_told_as_changed_or_unchanged()
    {
        await _host.ApplyAsync(FeatureHost.Agency);
        Assert.Equal(0, await _host.ApplyAsync("""{ "policy": { "gate": { "discreet": true, "monthCount": true, "speak": false } } }""", asJson: true));
        Assert.Equal((2, 1), Policy());
        Assert.Equal(2, _host.Json().GetProperty("rosterVersion").GetInt64());
        Assert.Equal(["gate.discreet = true", "gate.monthCount = true"], _host.Json().GetProperty("changes").EnumerateArray().Select(change => change.GetProperty("name").GetString()));
        Assert.Equal("""{"gate":{"discreet":true,"monthCount":true}}""", await StoredAsync());

        // What is not named stays; null names nothing.
        Assert.Equal(0, await _host.ApplyAsync("""{ "policy": { "gate": { "discreet": true, "monthCount": null } } }""", asJson: true));
        Assert.Equal((0, 1), Policy());
        Assert.Equal(2, _host.Json().GetProperty("rosterVersion").GetInt64());

        Assert.Equal(0, await _host.ApplyAsync("""{ "policy": { "gate": { "discreet": false, "monthCount": false, "directionButtons": true, "staffCodeEntry": true, "speak": true } } }"""));
        Assert.Contains("sửa quy định tại cổng: gate.discreet = false", _host.Out, StringComparison.Ordinal);
        Assert.Equal("""{"gate":{"speak":true,"directionButtons":true,"staffCodeEntry":true}}""", await StoredAsync());

        (int Changed, int Unchanged) Policy()
        {
            var part = _host.Json().GetProperty("parts").GetProperty("policy");
            return (part.GetProperty("changed").GetInt32(), part.GetProperty("unchanged").GetInt32());
        }

        async Task<string> StoredAsync()
        {
            await using var db = _host.Store.NewReader();
            return (await db.Agencies.SingleAsync()).Policy;
        }
    }

    [Fact]
    public async Task A_person_is_told_what_changed()
    {
        await _host.ApplyAsync(FeatureHost.Agency);
        Assert.Contains("thêm đơn vị: VP", _host.Out, StringComparison.Ordinal);
        Assert.Contains("Lịch làm việc", _host.Out, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("units.0.color", "\"red\"", "không có khóa \"color\"")]
    [InlineData("units.0.code", "\"V P\"", "mã gồm 1–32")]
    [InlineData("units.0.parent", "\"XX\"", "không có đơn vị này")]
    [InlineData("units.0.parent", "\"VP\"", "thành vòng")]
    [InlineData("agency.timeZone", "\"Asia/Hanoi\"", "múi giờ")]
    [InlineData("agency.restDays", "[\"Saturday\"]", "thứ trong tuần")]
    [InlineData("agency.restDays", "[\"Mon\",\"Tue\",\"Wed\",\"Thu\",\"Fri\",\"Sat\",\"Sun\"]", "cả bảy ngày")]
    [InlineData("schedules.0.from", "\"2026-02-30\"", "ngày phải có thật")]
    [InlineData("schedules.0.to", "\"2026-04-15\"", "sớm hơn ngày bắt đầu")]
    [InlineData("schedules.0.days", "[\"Mon\",\"Mon\"]", "đã có trong danh sách")]
    [InlineData("schedules.0.days", "[]", "chưa có ngày nào")]
    [InlineData("schedules.0.sessions", "[]", "phải có từ 1 đến 8 buổi")]
    [InlineData("schedules.0.sessions.1.start", "\"11:00\"", "chồng lên buổi trước")]
    [InlineData("schedules.0.sessions.0.start", "\"7h00\"", "giờ:phút")]
    [InlineData("schedules.0.sessions.0.start", "null", "thiếu \"start\"")]
    [InlineData("schedules.0.taps", "\"sometimes\"", "everySession, firstLast")]
    [InlineData("schedules.0.lateGraceMinutes", "-1", "số nguyên từ 0 đến 1440")]
    [InlineData("schedules.0.lateGraceMinutes", "2.5", "số nguyên từ 0 đến 1440")]
    [InlineData("schedules.0.repeatSeconds", "null", "số nguyên từ 0 đến 3600")]
    [InlineData("schedules.0.outsCount", "\"yes\"", "true hoặc false")]
    [InlineData("assignments.0.unit", "\"XX\"", "không có đơn vị này")]
    [InlineData("assignments.0.staff", "\"NV001\"", "chỉ ghi một trong hai")]
    [InlineData("assignments.0.schedule", "\"XX\"", "không có lịch làm việc này")]
    [InlineData("assignments.0.mode", "\"plus\"", "replace, add")]
    [InlineData("assignments.0.dates", "[\"2026-13-01\"]", "ngày phải có thật")]
    [InlineData("assignments.0.dates", "[]", "danh sách ngày trống")]
    [InlineData("calendar.swaps.0.worked", "null", "phải có đủ cặp")]
    [InlineData("calendar.swaps.0.worked", "\"2026-08-31\"", "trùng nhau")]
    [InlineData("calendar.swaps.0.worked", "\"2026-11-24\"", "vừa là ngày lễ")]
    [InlineData("calendar.holidays.0.name", "\"\"", "một đoạn chữ")]
    [InlineData("policy.late", "1", "không có khóa \"late\"")]
    [InlineData("policy.gate", "true", "phải là một đối tượng")]
    [InlineData("policy.gate", "{ \"loud\": true }", "không có khóa \"loud\"")]
    [InlineData("policy.gate", "{ \"discreet\": 1 }", "true hoặc false")]
    [InlineData("extra", "1", "không có khóa \"extra\"")]
    public async Task A_wrong_value_is_refused_with_its_place_and_nothing_is_done(string path, string value, string reason)
    {
        Assert.Equal(1, await _host.ApplyAsync(With(path, value)));
        Assert.Contains(reason, _host.Error, StringComparison.Ordinal);
        Assert.Matches(@"dòng \d+, \$\.", _host.Error);
        await using var db = _host.Store.NewReader();
        Assert.Empty(await db.Agencies.ToListAsync());
    }

    [Fact]
    public async Task An_assignment_to_staff_not_yet_known_is_refused()
    {
        Assert.Equal(1, await _host.ApplyAsync(With("assignments.0", """{ "staff": "NV007", "schedule": "HC-HE" }""")));
        Assert.Contains("$.assignments[0].staff = \"NV007\"", _host.Error, StringComparison.Ordinal);
        Assert.Contains("import staff", _host.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task All_problems_are_listed_at_once_with_the_lines_they_stand_on()
    {
        Assert.Equal(1, await _host.ApplyAsync("""
            {
              "agency": { "code": "A", "name": "A", "timeZone": "Nowhere/City" },
              "units": [ { "code": "U1" } ],
              "calendar": { "swaps": [ { "off": "2026-08-31" } ] }
            }
            """, asJson: true));
        var problems = _host.Json().GetProperty("problems").EnumerateArray().Select(problem => (problem.GetProperty("line").GetInt32(), problem.GetProperty("place").GetString())).ToList();
        Assert.Equal([(2, "$.agency.timeZone"), (3, "$.units[0].name"), (4, "$.calendar.swaps[0]")], problems);
    }

    [Fact]
    public async Task Overlapping_versions_of_a_schedule_are_refused_also_against_the_store()
    {
        await _host.ApplyAsync(FeatureHost.Agency);
        Assert.Equal(1, await _host.ApplyAsync("""{ "schedules": [ { "code": "HC-HE", "from": "2026-10-15", "sessions": [ { "start": "08:00", "end": "12:00" } ] } ] }"""));
        Assert.Contains("trùng thời gian", _host.Error, StringComparison.Ordinal);
        Assert.Equal(0, await _host.ApplyAsync("""{ "schedules": [ { "code": "HC-HE", "from": "2026-10-16", "sessions": [ { "start": "08:00", "end": "12:00" } ] } ] }"""));
    }

    [Fact]
    public async Task Two_schedules_of_one_target_whose_sessions_overlap_are_refused()
    {
        await _host.ApplyAsync(FeatureHost.Agency);
        Assert.Equal(1, await _host.ApplyAsync("""
            { "schedules": [ { "code": "SOM", "from": "2026-01-01", "days": ["Fri"], "sessions": [ { "start": "05:00", "end": "07:01" } ] } ],
              "assignments": [ { "unit": "VP", "schedule": "SOM" } ] }
            """));
        Assert.Contains("2026-04-17", _host.Error, StringComparison.Ordinal);
        Assert.Equal(0, await _host.ApplyAsync("""
            { "schedules": [ { "code": "SOM", "from": "2026-01-01", "days": ["Fri"], "sessions": [ { "start": "05:00", "end": "07:00" } ] } ],
              "assignments": [ { "unit": "VP", "schedule": "SOM" } ] }
            """));
    }

    [Fact]
    public async Task Duty_that_overlaps_the_hours_of_the_persons_unit_is_refused()
    {
        await using var host = await FeatureHost.WithStaffAsync();
        const string night = """{ "schedules": [ { "code": "TRUC-DEM", "from": "2026-01-01", "days": ["Mon","Tue","Wed","Thu","Fri","Sat","Sun"], "holidays": "worked", "sessions": [ { "start": "17:00", "end": "END" } ] } ], "assignments": [ { "staff": "NV003", "schedule": "TRUC-DEM", "mode": "add", "dates": ["2026-05-13"] } ] }""";
        Assert.Equal(1, await host.ApplyAsync(night.Replace("END", "07:01", StringComparison.Ordinal)));
        Assert.Contains("NV003", host.Error, StringComparison.Ordinal);
        Assert.Equal(0, await host.ApplyAsync(night.Replace("END", "07:00", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task The_same_key_twice_in_an_object_is_refused()
    {
        Assert.Equal(1, await _host.ApplyAsync("""{ "agency": { "code": "A", "name": "A", "name": "B" } }"""));
        Assert.Contains("ghi hai lần", _host.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "Tệp trống")]
    [InlineData("{ \"units\": [ }", "Dòng 1, ký tự thứ 14")]
    [InlineData("{} {}", "không đúng cú pháp")]
    [InlineData("[]", "phải là một đối tượng")]
    public async Task What_is_no_apply_file_is_refused_with_a_sentence(string text, string reason)
    {
        var told = await Record.ExceptionAsync(() => _host.ApplyAsync(text)) is CommandException error ? error.Message : _host.Error;
        Assert.Contains(reason, told, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_an_agency_part_the_only_agency_is_meant_and_of_several_one_must_be_named()
    {
        await Assert.ThrowsAsync<CommandException>(() => _host.ApplyAsync("{}"));
        await _host.ApplyAsync(FeatureHost.Agency);
        Assert.Equal(0, await _host.ApplyAsync("""{ "units": [ { "code": "P1", "name": "Phòng Một" } ] }"""));
        await _host.ApplyAsync("""{ "agency": { "code": "B", "name": "Cơ quan thứ hai" } }""");
        var error = await Assert.ThrowsAsync<CommandException>(() => _host.ApplyAsync("{}"));
        Assert.Contains("B, BQLKCN", error.Message, StringComparison.Ordinal);
        Assert.Equal(0, await _host.ApplyAsync("""{ "units": [ { "code": "P2", "name": "Phòng Hai" } ] }""", agency: "B"));
        await Assert.ThrowsAsync<CommandException>(() => _host.ApplyAsync(FeatureHost.Agency, agency: "B"));
    }

    /// <summary>The contract's file with one value replaced.</summary>
    private static string With(string path, string value)
    {
        var root = JsonNode.Parse(FeatureHost.Agency, documentOptions: new() { CommentHandling = System.Text.Json.JsonCommentHandling.Skip, AllowTrailingCommas = true })!;
        var steps = path.Split('.');
        var at = root;
        foreach (var step in steps[..^1]) at = int.TryParse(step, out var index) ? at[index]! : at[step]!;
        var last = JsonNode.Parse(value);
        if (int.TryParse(steps[^1], out var place)) at[place] = last;
        else at[steps[^1]] = last;
        return root.ToJsonString(new() { WriteIndented = true });
    }
}

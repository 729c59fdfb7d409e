using System.Text.Json;
using KyCuong.Protos.V1;
using KyCuong.Server.Cli;
using KyCuong.Server.Features.Decisions;
using KyCuong.Server.Tests.Days;
using KyCuong.Server.Tests.Ingest;

namespace KyCuong.Server.Tests.Queues;

/// <summary>Queues that span the limit, 07:05 (second 300), through the ingest to the commands.</summary>
public sealed class QueueCommandTests : IAsyncLifetime
{
    private const string Day = "2026-05-13";
    private GateHost _gate = null!;

    public async Task InitializeAsync() => _gate = await GateHost.StartAsync();

    public async Task DisposeAsync() => await _gate.DisposeAsync();

    [Fact]
    public async Task A_late_arrival_out_of_a_queue_is_marked_and_listed_and_no_verdict_changes()
    {
        await _gate.SendAsync(Rush());
        await _gate.Host.ExplainAsync(Day, "NV004");
        Assert.Contains("đến lúc 07:05:12, đi muộn 5 phút", _gate.Out, StringComparison.Ordinal);
        Assert.Contains(
            "xếp hàng qua giờ: hàng ở đầu đọc vao của Cổng chính (CONG-CHINH) bắt đầu lúc 07:04:50, trước người này có 3 người quẹt; muộn 5 phút, quá giới hạn 07:05:00 là 12 giây",
            _gate.Out, StringComparison.Ordinal);

        await _gate.Host.DayAsync(Day);
        Assert.Equal(2, _gate.Out.Split("xếp hàng qua giờ (từ 07:04:50").Length - 1);
        Assert.Contains("xếp hàng qua giờ (từ 07:04:50, 2 người trước)", _gate.Out, StringComparison.Ordinal);

        await _gate.Host.QueuesAsync(Day);
        Assert.Contains("Cổng chính", _gate.Out, StringComparison.Ordinal);
        Assert.Contains("NV003 Người số 3: 5 phút, sau 2 người; NV004 Người số 4: 5 phút, sau 3 người", _gate.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Programs_read_the_queue_beside_the_verdict_and_in_the_list()
    {
        await _gate.SendAsync(Rush());
        await _gate.Host.DayAsync(Day, staff: "NV003", asJson: true);
        var verdict = _gate.Host.Json()[0];
        Assert.Equal((5, 5), (verdict.GetProperty("lateMinutes").GetInt32(), verdict.GetProperty("findings")[0].GetProperty("minutes").GetInt32()));
        Assert.Equal(
            """{"from":"2026-05-13T07:04:50+07:00","to":"2026-05-13T07:05:12+07:00","people":4,"peopleBefore":2,"limit":"2026-05-13T07:05:00+07:00","lateMinutes":5,"secondsPastLimit":4}""",
            Packed(verdict.GetProperty("lateEvidence")[0].GetProperty("queue")));

        foreach (var month in (bool[])[false, true])
        {
            await _gate.Host.QueuesAsync(month ? null : Day, month ? "2026-05" : null, asJson: true);
            var list = _gate.Host.Json();
            Assert.Equal(month ? "2026-05-01 2026-05-31" : "2026-05-13 2026-05-13", $"{list.GetProperty("from")} {list.GetProperty("to")}");
            var queue = Assert.Single(list.GetProperty("queues").EnumerateArray());
            Assert.Equal("CONG-CHINH vao 4", $"{queue.GetProperty("kiosk")} {queue.GetProperty("reader")} {queue.GetProperty("people")}");
            Assert.Equal(
                """{"staff":"NV004","date":"2026-05-13","session":0,"at":"2026-05-13T07:05:12+07:00","limit":"2026-05-13T07:05:00+07:00","lateMinutes":5,"secondsPastLimit":12,"peopleBefore":3,"standing":"stands"}""",
                Packed(queue.GetProperty("late")[1]));
        }
    }

    [Fact]
    public async Task A_queue_that_began_late_or_at_another_reader_or_broke_off_is_none()
    {
        var journal = _gate.Journal();
        journal.Comes(1, 295, reader: "ra");
        journal.Comes(2, 304);
        journal.Comes(3, 310);
        await _gate.SendAsync(journal);
        var back = _gate.Journal(kiosk: _gate.BackGate);
        back.Comes(5, 290);
        back.Comes(6, 301);
        await _gate.SendAsync(back);
        await _gate.Host.QueuesAsync(Day, asJson: true);
        Assert.Equal(0, _gate.Host.Json().GetProperty("queues").GetArrayLength());
        await _gate.Host.QueuesAsync(Day);
        Assert.Contains("Không có ai đến muộn trong một hàng", _gate.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_a_gate_sends_hours_later_is_in_the_queue_at_the_next_question()
    {
        var journal = Rush();
        await _gate.SendAsync(journal, 3, 3);
        Assert.Empty(await QueuedAsync());
        await _gate.SendAsync(journal, 1, 2, backlog: true);
        Assert.Equal(["NV003 2"], await QueuedAsync());
        await _gate.SendAsync(journal, 4, 4, backlog: true);
        Assert.Equal(["NV003 2", "NV004 3"], await QueuedAsync());
    }

    [Fact]
    public async Task Instants_are_the_corrected_ones()
    {
        var journal = _gate.Journal();
        journal.Synced = false;
        journal.Comes(1, 296);
        journal.Comes(2, 303);
        await _gate.SendAsync(journal);
        Assert.Empty(await QueuedAsync());
        // The clock meets the server half an hour later: only now do the taps have instants.
        journal.Sample(2100);
        await _gate.SendAsync(journal);
        Assert.Equal(["NV002 1"], await QueuedAsync());
    }

    [Fact]
    public async Task People_of_other_hours_stand_in_the_queue_and_each_session_has_its_own()
    {
        // NV009 begins at 14:00 by an assignment of its own; the others at 13:30, at the latest 13:35.
        var agency = FeatureHost.Agency.Replace("\"assignments\": [", """
            "assignments": [ { "staff": "NV009", "schedule": "CA-2" },
            """, StringComparison.Ordinal).Replace("\"schedules\": [", """
            "schedules": [ { "code": "CA-2", "name": "Ca hai", "from": "2026-04-16", "days": ["Wed"], "sessions": [ { "start": "13:00", "end": "20:00" } ], "taps": "firstLast", "lateGraceMinutes": 36 },
            """, StringComparison.Ordinal);
        Assert.Equal(0, await _gate.Host.ApplyAsync(agency));
        var journal = _gate.Journal();
        const long Limit = (6 * 3600) + (35 * 60);
        journal.Comes(1, 60);
        journal.Comes(1, 4 * 3600, direction: Direction.Out);
        journal.Comes(8, Limit - 4);
        journal.Comes(1, Limit + 3);
        journal.Comes(9, Limit + 8);
        await _gate.SendAsync(journal);
        Assert.Equal(["NV001 1"], await QueuedAsync());
        await _gate.Host.QueuesAsync(Day, asJson: true);
        var queue = _gate.Host.Json().GetProperty("queues")[0];
        Assert.Equal("3 1", $"{queue.GetProperty("people")} {queue.GetProperty("late")[0].GetProperty("session")}");
    }

    [Fact]
    public async Task A_unit_sees_its_own_late_people_in_the_whole_queue_and_queues_of_others_not_at_all()
    {
        const string Units = """"units":   [ { "code": "TC", "name": "Tổ chức", "parent": null }, { "code": "TC1", "name": "Tổ 1", "parent": "TC" }, { "code": "VP", "name": "Văn phòng", "parent": null, "head": "NV001" }, ],"""";
        Assert.Equal(0, await _gate.Host.ApplyAsync(FeatureHost.Agency
            .Replace("""""units":   [ { "code": "VP", "name": "Văn phòng", "parent": null, "head": "NV001" }, ],""""", Units, StringComparison.Ordinal)
            .Replace("""{ "unit": "VP", "schedule": "HC-HE" }""", """{ "schedule": "HC-HE" }""", StringComparison.Ordinal)));
        Assert.Equal(0, await _gate.Host.ImportAsync("staff", "staff_code,full_name,unit,position,category,from,to\nNV004,Người số 4,TC1,,CivilServant,2026-01-01,\n"));
        await _gate.SendAsync(Rush());
        Assert.Equal(["NV003 2", "NV004 3"], await QueuedAsync());
        foreach (var unit in (string[])["TC", "TC1"])
        {
            await _gate.Host.QueuesAsync(Day, asJson: true, unit: unit);
            var queue = Assert.Single(_gate.Host.Json().GetProperty("queues").EnumerateArray());
            Assert.Equal(4, queue.GetProperty("people").GetInt32());
            Assert.Equal("NV004", Assert.Single(queue.GetProperty("late").EnumerateArray()).GetProperty("staff").GetString());
        }

        await _gate.Host.QueuesAsync(Day, unit: "VP");
        Assert.Contains("NV003", _gate.Out, StringComparison.Ordinal);
        Assert.DoesNotContain("NV004", _gate.Out, StringComparison.Ordinal);
        Assert.Contains("KHONG-CO", (await Assert.ThrowsAsync<CommandException>(() => _gate.Host.QueuesAsync(Day, unit: "KHONG-CO"))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_was_decided_of_a_late_arrival_stands_beside_it()
    {
        await _gate.SendAsync(Rush());
        await DecisionCommand.DecideAsync(_gate.Host.Context(), "excused", new("NV003", Day), "12/GT", "NV001", CancellationToken.None);
        Assert.Equal(["NV003 excused 12/GT", "NV004 stands "], await StandingsAsync());
        await _gate.Host.QueuesAsync(Day);
        Assert.Contains("NV003 Người số 3: 5 phút, sau 2 người (không tính: đã chấp nhận giải trình, 12/GT); NV004 Người số 4: 5 phút, sau 3 người", _gate.Out, StringComparison.Ordinal);

        await IncidentCommand.DeclareAsync(_gate.Host.Context(), "2026-05-13T06:30", "2026-05-13T07:15", null, "VP", "1/BB", "NV001", CancellationToken.None);
        Assert.Equal(["NV003 excused 12/GT", "NV004 inIncident "], await StandingsAsync());
        await _gate.Host.QueuesAsync(Day);
        Assert.Contains("NV004 Người số 4: 5 phút, sau 3 người (chưa tính: trong thời gian sự cố, chờ xác nhận)", _gate.Out, StringComparison.Ordinal);

        // The later decision counts, and what is withdrawn does not.
        await DecisionCommand.DecideAsync(_gate.Host.Context(), "confirmed", new("NV003", Day), "13/GT", "NV001", CancellationToken.None);
        Assert.Equal(["NV003 stands ", "NV004 inIncident "], await StandingsAsync());
        await Withdrawal.RunAsync(_gate.Host.Context(), "decision", DecisionCommand.FindAsync, 2, "14/GT", CancellationToken.None);
        Assert.Equal(["NV003 excused 12/GT", "NV004 inIncident "], await StandingsAsync());

        async Task<string[]> StandingsAsync()
        {
            await _gate.Host.QueuesAsync(Day, asJson: true);
            return [.. _gate.Host.Json().GetProperty("queues")[0].GetProperty("late").EnumerateArray().Select(late =>
                $"{late.GetProperty("staff")} {late.GetProperty("standing")} {(late.TryGetProperty("document", out var paper) ? paper.GetString() : "")}")];
        }
    }

    [Fact]
    public async Task Badges_that_nobody_is_known_to_hold_stand_in_the_queue_each_once()
    {
        var journal = _gate.Journal();
        journal.Comes(91, 288);
        journal.Comes(1, 295);
        journal.Comes(92, 302);
        journal.Comes(91, 306); // again: neither counts nor prolongs
        journal.Comes(2, 311);
        journal.Comes(93, 330); // another run
        await _gate.SendAsync(journal);
        Assert.Equal(["NV002 3"], await QueuedAsync());
        var queue = _gate.Host.Json().GetProperty("queues")[0];
        Assert.Equal("4 2 2026-05-13T07:04:48+07:00", $"{queue.GetProperty("people")} {queue.GetProperty("unknownBadges")} {queue.GetProperty("from")}");
        await _gate.Host.QueuesAsync(Day);
        Assert.Contains("4 (2 thẻ không rõ của ai)", _gate.Out, StringComparison.Ordinal);
        await _gate.Host.DayAsync(Day, staff: "NV002", asJson: true);
        Assert.Equal(2, _gate.Host.Json()[0].GetProperty("lateEvidence")[0].GetProperty("queue").GetProperty("unknownBadges").GetInt32());
    }

    [Theory]
    [InlineData(null, null)]
    [InlineData("2026-05-13", "2026-05")]
    [InlineData("13/05/2026", null)]
    [InlineData(null, "05/2026")]
    public async Task Neither_or_both_or_a_wrong_period_is_wrong_usage(string? date, string? month) =>
        Assert.Equal(2, (await Assert.ThrowsAsync<CommandException>(() => _gate.Host.QueuesAsync(date, month))).ExitCode);

    /// <summary>Four people in line, two of them past the limit.</summary>
    private KioskJournal Rush()
    {
        var journal = _gate.Journal();
        journal.Comes(1, 290);
        journal.Comes(2, 297);
        journal.Comes(3, 304);
        journal.Comes(4, 312);
        return journal;
    }

    private async Task<string[]> QueuedAsync()
    {
        await _gate.Host.QueuesAsync(Day, asJson: true);
        return [.. _gate.Host.Json().GetProperty("queues").EnumerateArray().SelectMany(queue => queue.GetProperty("late").EnumerateArray()).Select(late => $"{late.GetProperty("staff")} {late.GetProperty("peopleBefore")}")];
    }

    private static string Packed(JsonElement element) => element.GetRawText().Replace("\n", "", StringComparison.Ordinal).Replace(" ", "", StringComparison.Ordinal);
}

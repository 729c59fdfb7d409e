using System.Text.Json;
using KyCuong.Protos.Journal;
using KyCuong.Protos.V1;
using KyCuong.Server.Ingest;
using KyCuong.Server.Judging;
using KyCuong.Server.Store;
using KyCuong.Server.Tests.Ingest;
using KyCuong.Server.Tests.Store;

namespace KyCuong.Server.Tests.Days;

/// <summary>Failed and refused reads stand beside a late tap that follows within two minutes. Person 1 taps at 07:06:40.</summary>
public sealed class LateEvidenceTests : IAsyncLifetime
{
    private const string Day = "2026-05-13";
    private const long Late = 400;
    private GateHost _gate = null!;

    public async Task InitializeAsync() => _gate = await GateHost.StartAsync();

    public async Task DisposeAsync() => await _gate.DisposeAsync();

    [Fact]
    public async Task Refused_reads_and_faults_of_the_two_minutes_before_are_told_in_words()
    {
        var journal = _gate.Journal();
        journal.Refuses(Late - 60, RefusalReason.BadChecksum, count: 2);
        journal.Add(Late - 50, new ReaderFaultEntry("vao", FaultCode.Unplugged, "gone"));
        journal.Add(Late - 20, new ReaderRecoveryEntry("vao", 30 * KioskJournal.Second));
        journal.Refuses(Late - 10, RefusalReason.TwoCards, reader: "ra");
        journal.Comes(1, Late);
        await _gate.SendAsync(journal);

        await _gate.Host.ExplainAsync(Day, "NV001");
        foreach (var said in (string[])["đi muộn 6 phút", "trong 2 phút trước lượt quẹt lúc 07:06:40, tại chính đầu đọc vao (không rõ của ai;",
            "07:05:40: lượt đọc không được nhận, sai mã kiểm tra, 2 lần;", "07:05:50: đầu đọc gặp lỗi, mất kết nối;", "07:06:20: đầu đọc hoạt động lại sau 30 giây;",
            "tại đầu đọc khác của Cổng chính (CONG-CHINH) (không rõ của ai;", "07:06:30, đầu đọc ra: lượt đọc không được nhận, hai thẻ cùng lúc, 1 lần;"])
            Assert.Contains(said, _gate.Out, StringComparison.Ordinal);

        await _gate.Host.DayAsync(Day, staff: "NV001");
        Assert.Contains("trong 2 phút trước khi đến: 2 lượt đọc không được nhận (không rõ của ai), đầu đọc gặp lỗi", _gate.Out, StringComparison.Ordinal);
        Assert.Contains("cùng lúc đó ở đầu đọc khác của cổng: 1 lượt đọc không được nhận", _gate.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Programs_read_the_same_at_the_end_of_the_verdict_and_no_verdict_changes()
    {
        var journal = _gate.Journal();
        journal.Refuses(Late - 5, RefusalReason.TwoCards, count: 3);
        journal.Add(Late - 4, new ReaderFaultEntry("ra", FaultCode.NoAnswer, ""));
        journal.Comes(1, Late);
        journal.Comes(2, Late);
        await _gate.SendAsync(journal);
        foreach (var explain in (bool[])[false, true])
        {
            if (explain) await _gate.Host.ExplainAsync(Day, "NV001", asJson: true);
            else await _gate.Host.DayAsync(Day, staff: "NV001", asJson: true);
            var verdict = _gate.Host.Json()[0];
            Assert.Equal("lateEvidence", verdict.EnumerateObject().Last().Name);
            Assert.Equal(6, verdict.GetProperty("lateMinutes").GetInt32());
            var late = Assert.Single(verdict.GetProperty("lateEvidence").EnumerateArray());
            Assert.Equal("""0 2026-05-13T07:06:40+07:00 CONG-CHINH vao""", Values(late, "session", "at", "kiosk", "reader"));
            var troubles = late.GetProperty("readerTrouble").EnumerateArray().ToArray();
            Assert.Equal("2026-05-13T07:06:35+07:00 vao True refusedRead twoCards 3", Values(troubles[0], "at", "reader", "sameReader", "kind", "reason", "count"));
            Assert.Equal("2026-05-13T07:06:36+07:00 ra False readerFault noAnswer", Values(troubles[1], "at", "reader", "sameReader", "kind", "fault"));
        }
    }

    [Fact]
    public async Task Only_the_two_minutes_that_end_with_the_tap_are_told_and_only_its_own_kiosk()
    {
        var back = _gate.Journal(kiosk: _gate.BackGate);
        back.Refuses(Late - 30);
        await _gate.SendAsync(back);
        var journal = _gate.Journal();
        journal.Refuses(Late - 121, RefusalReason.Flood);
        journal.Refuses(Late - 120, RefusalReason.NationalId);
        journal.Comes(2, Late - 119);
        journal.Refuses(Late, RefusalReason.TooLong);
        journal.Comes(1, Late);
        // Another reader's thread wrote it after the tap.
        journal.Refuses(Late - 1, RefusalReason.BadFrame, reader: "ra");
        journal.Refuses(Late + 1, RefusalReason.Flood);
        await _gate.SendAsync(journal);
        Assert.Equal(["nationalId", "badFrame", "tooLong"], await ReasonsAsync());
    }

    [Fact]
    public async Task Nothing_is_told_beside_who_was_in_time_or_when_nothing_was_wrong()
    {
        var journal = _gate.Journal();
        journal.Comes(2, 100);
        journal.Refuses(250);
        journal.Comes(1, 300);
        journal.Comes(3, 1000);
        await _gate.SendAsync(journal);
        await _gate.Host.DayAsync(Day, asJson: true);
        Assert.All(_gate.Host.Json().EnumerateArray(), verdict => Assert.False(verdict.TryGetProperty("lateEvidence", out _)));
        Assert.Equal(16, _gate.Host.Json()[2].GetProperty("lateMinutes").GetInt32());
    }

    [Fact]
    public async Task What_a_gate_sends_hours_later_is_told_at_the_next_question()
    {
        var journal = _gate.Journal();
        journal.Comes(2, 10);
        journal.Refuses(Late - 5, RefusalReason.WrongSymbology);
        journal.Comes(1, Late);
        await _gate.SendAsync(journal, 1, 1);
        // A hole: the tap is there before what led to it.
        await _gate.SendAsync(journal, 3, 3, backlog: true);
        Assert.Empty(await ReasonsAsync());
        await _gate.SendAsync(journal, 2, 2, backlog: true);
        Assert.Equal(["wrongSymbology"], await ReasonsAsync());
    }

    [Fact]
    public async Task A_power_cut_between_the_refusal_and_the_tap_hides_nothing()
    {
        var journal = _gate.Journal();
        journal.Refuses(Late - 70, RefusalReason.BadFrame);
        journal.Boot = 8;
        journal.Synced = false;
        journal.Refuses(Late - 20, RefusalReason.DefaultIdentity);
        journal.Comes(1, Late);
        journal.Synced = true;
        journal.Sample(Late + 30);
        await _gate.SendAsync(journal);
        Assert.Equal(["badFrame", "defaultIdentity"], await ReasonsAsync());
    }

    [Fact]
    public async Task A_correction_of_the_clock_in_between_moves_nothing_apart()
    {
        var journal = _gate.Journal();
        journal.WrongByUs = -200 * KioskJournal.Second;
        journal.Refuses(Late - 5, RefusalReason.TooLong);
        journal.WrongByUs = 0;
        journal.Comes(1, Late);
        await _gate.SendAsync(journal);
        Assert.Equal(["tooLong"], await ReasonsAsync());
        Assert.Equal("2026-05-13T07:06:35+07:00", _gate.Host.Json()[0].GetProperty("lateEvidence")[0].GetProperty("readerTrouble")[0].GetProperty("at").GetString());
    }

    [Fact]
    public async Task So_much_lateness_that_it_is_absence_has_its_evidence_too()
    {
        await _gate.Host.ApplyAsync(FeatureHost.Agency.Replace("\"repeatSeconds\": 120", "\"repeatSeconds\": 120, \"absentAfterLateMinutes\": 6", StringComparison.Ordinal));
        var journal = _gate.Journal();
        journal.Refuses(Late - 5);
        journal.Comes(1, Late);
        await _gate.SendAsync(journal);
        await _gate.Host.ExplainAsync(Day, "NV001");
        Assert.Contains("muộn quá 6 phút thì tính vắng buổi", _gate.Out, StringComparison.Ordinal);
        Assert.Contains("07:06:35: lượt đọc không được nhận, sai mã kiểm tra, 1 lần", _gate.Out, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_reason_and_every_fault_has_a_word_of_its_own()
    {
        Distinct(Enum.GetValues<RefusalReason>().Select(reason => TroublePhrases.Of(reason)));
        Distinct(Enum.GetValues<FaultCode>().Select(fault => TroublePhrases.Of(fault)));

        static void Distinct(IEnumerable<string> words)
        {
            var all = words.ToArray();
            Assert.All(all, Assert.NotEmpty);
            Assert.Equal(all.Length, all.Distinct().Count());
        }
    }

    [OnStoreFact(StoreKind.Sqlite, "the plan of PostgreSQL is asked in its own words")]
    public void The_journal_is_read_by_its_key_from_the_tap_outwards()
    {
        using var reader = _gate.Host.Store.OpenReader();
        foreach (var sql in (string[])[TroubleBefore.BackSql, TroubleBefore.OnSql])
        {
            var plan = Catalogue.Rows(reader, "EXPLAIN QUERY PLAN " + sql.Replace("?", "", StringComparison.Ordinal)).Select(row => row[3]);
            Assert.StartsWith("SEARCH kiosk_events USING PRIMARY KEY (journal_id=? AND sequence", Assert.Single(plan), StringComparison.Ordinal);
        }
    }

    private async Task<string[]> ReasonsAsync()
    {
        await _gate.Host.ExplainAsync(Day, "NV001", asJson: true);
        return _gate.Host.Json()[0].TryGetProperty("lateEvidence", out var evidence)
            ? [.. evidence[0].GetProperty("readerTrouble").EnumerateArray().Select(trouble => trouble.GetProperty("reason").GetString()!)]
            : [];
    }

    private static string Values(JsonElement item, params string[] names) => string.Join(' ', names.Select(name => item.GetProperty(name).ToString()));
}

using System.Text.Json;
using KyCuong.Server.Tests.Ingest;

namespace KyCuong.Server.Tests.Days;

/// <summary>What a kiosk's disk lost: nobody is called absent or late for a time of which entries are missing, and everybody is told why. 07:00 is second 0.</summary>
public sealed class DataHoleTests : IAsyncLifetime
{
    private const string Day = "2026-05-13";
    private GateHost _gate = null!;

    public async Task InitializeAsync() => _gate = await GateHost.StartAsync();

    public async Task DisposeAsync() => await _gate.DisposeAsync();

    [Fact]
    public async Task Entries_declared_lost_make_no_absence_of_the_time_they_were_written_in()
    {
        var journal = await WithoutEntries2To3Async();
        // They may still come.
        Assert.Equal(("pending", false), await StateAsync("NV002"));
        await _gate.LostAsync(journal, 2, 3);
        var absent = await FindingsAsync("NV002");
        Assert.True(absent.GetProperty("final").GetBoolean());
        // A tap of those minutes would have been of the morning.
        Assert.Equal(["deviceDataMissing", "absence"], absent.GetProperty("findings").EnumerateArray().Select(finding => finding.GetProperty("kind").GetString()));
        Assert.Equal([false, true], absent.GetProperty("sessions").EnumerateArray().Select(session => session.GetProperty("absent").GetBoolean()));
        Assert.NotEqual("absent", absent.GetProperty("state").GetString());
        Assert.Equal(("absent", true), await StateAsync("NV002", "2026-05-12"));
    }

    [Fact]
    public async Task Who_came_before_the_hole_is_late_and_who_came_after_it_may_have_come_in_it()
    {
        var journal = _gate.Journal();
        journal.Comes(1, 1_200);
        journal.Comes(2, 1_260);
        journal.Comes(3, 1_500);
        await _gate.SendAsync(journal, 1, 1);
        await _gate.SendAsync(journal, 3, 3);
        await _gate.LostAsync(journal, 2, 2);
        Assert.Equal("lateArrival", Kind(await FindingsAsync("NV001")));
        Assert.Equal("deviceDataMissing", Kind(await FindingsAsync("NV003")));
    }

    [Fact]
    public async Task A_new_journal_leaves_open_what_came_after_the_old_ones_last_entry()
    {
        var before = _gate.Journal();
        before.Comes(1, 60);
        await _gate.SendAsync(before);
        Assert.Equal(("absent", true), await StateAsync("NV002"));
        var after = _gate.Journal(epoch: 2);
        after.Comes(3, 1_500);
        await _gate.SendAsync(after);
        Assert.Equal("deviceDataMissing", Kind(await FindingsAsync("NV002")));
        Assert.Equal("deviceDataMissing", Kind(await FindingsAsync("NV003")));
        Assert.Equal(("absent", true), await StateAsync("NV002", "2026-05-12"));
        // What was saved of the old one makes the hole smaller.
        before.Comes(4, 1_400);
        before.Comes(5, 1_450);
        await _gate.SendAsync(before);
        Assert.Equal("lateArrival", Kind(await FindingsAsync("NV004")));
        Assert.Equal("deviceDataMissing", Kind(await FindingsAsync("NV003")));
    }

    [Fact]
    public async Task The_explanation_says_from_when_to_when_and_of_which_kiosk()
    {
        var journal = await WithoutEntries2To3Async();
        await _gate.Host.ExplainAsync(Day, "NV002");
        Assert.Contains("Cổng chính (CONG-CHINH): còn thiếu lượt quẹt từ 07:00:00 đến 07:03:20, đang chờ kiốt gửi lên.", _gate.Out, StringComparison.Ordinal);
        await _gate.LostAsync(journal, 2, 3);
        await _gate.Host.ExplainAsync(Day, "NV002");
        Assert.Contains("Cổng chính (CONG-CHINH): bộ nhớ bị hỏng, không chắc có đủ lượt quẹt từ 07:00:00 đến 07:03:20 và không lấy lại được.", _gate.Out, StringComparison.Ordinal);
        await _gate.Host.ExplainAsync(Day, "NV002", asJson: true);
        var hole = Assert.Single(_gate.Host.Json()[0].GetProperty("explanation").GetProperty("dataHoles").EnumerateArray());
        Assert.Equal(("CONG-CHINH", true), (hole.GetProperty("kiosk").GetString(), hole.GetProperty("lost").GetBoolean()));
        Assert.StartsWith("2026-05-13T07:00:00", hole.GetProperty("from").GetString(), StringComparison.Ordinal);
        Assert.StartsWith("2026-05-13T07:03:20", hole.GetProperty("to").GetString(), StringComparison.Ordinal);
        await _gate.Host.ExplainAsync("2026-05-12", "NV002", asJson: true);
        Assert.Empty(_gate.Host.Json()[0].GetProperty("explanation").GetProperty("dataHoles").EnumerateArray());
    }

    [Fact]
    public async Task A_hole_without_an_end_is_told_as_far_as_the_shift_goes()
    {
        var journal = _gate.Journal();
        journal.Comes(1, 0);
        await _gate.SendAsync(journal);
        await _gate.LostAsync(journal, 2, 9);
        await _gate.Host.ExplainAsync(Day, "NV002");
        Assert.Contains("không chắc có đủ lượt quẹt từ 06:59:59 đến 21:00:00 ", _gate.Out, StringComparison.Ordinal);
    }

    /// <summary>Person 1 at 07:00:00, two taps that do not come, person 4 at 07:03:20.</summary>
    private async Task<KioskJournal> WithoutEntries2To3Async()
    {
        var journal = _gate.Journal();
        journal.Comes(1, 0);
        journal.Comes(2, 60);
        journal.Comes(3, 120);
        journal.Comes(4, 200);
        await _gate.SendAsync(journal, 1, 1);
        await _gate.SendAsync(journal, 4, 4);
        return journal;
    }

    private async Task<(string? State, bool Final)> StateAsync(string staff, string date = Day)
    {
        var day = await FindingsAsync(staff, date);
        return (day.GetProperty("state").GetString(), day.GetProperty("final").GetBoolean());
    }

    private async Task<JsonElement> FindingsAsync(string staff, string date = Day)
    {
        await _gate.Host.DayAsync(date, staff, asJson: true);
        return _gate.Host.Json()[0];
    }

    /// <summary>Of the first finding of the morning.</summary>
    private static string? Kind(JsonElement day) => day.GetProperty("findings")[0].GetProperty("kind").GetString();
}

using KyCuong.Protos;
using KyCuong.Protos.V1;
using KyCuong.Rules;
using KyCuong.Server.Features.Kiosks;
using KyCuong.Server.Judging;
using KyCuong.Server.Store;
using KyCuong.Server.Store.Rows;
using Microsoft.EntityFrameworkCore;

namespace KyCuong.Server.Tests.Kiosks;

/// <summary>
/// How often somebody came late, on a kiosk's stream over real TLS out of a real store. It is 10:00 on 20 May 2027; work
/// begins at 07:00; whoever taps is an hour back by the kiosk's stamp, at 09:00. Another gate is waited for.
/// </summary>
public sealed class MonthCountLinkTests : IAsyncLifetime
{
    private static readonly UInt128 Badge = 12345;
    private RunningServer _server = null!;
    private TestKiosk _kiosk = null!;
    private TestKiosk _other = null!;

    public async Task InitializeAsync()
    {
        _server = await RunningServer.StartAsync();
        _server.Clock.Shift = new DateTimeOffset(2027, 5, 20, 10, 0, 0, TimeSpan.FromHours(7)) - _server.Clock.GetUtcNow();
        _kiosk = await _server.EnrolAsync();
        _other = await _server.EnrolAsync("CONG-SAU");
        await _server.AddPersonAsync("NV001", "Nguyễn Văn An", Bytes128.ToArray(Badge));
        await _server.AddPersonAsync("NV002", "Trần Thị Bình", Bytes128.ToArray(Badge + 1));
        var hours = new WorkSchedule
        {
            Code = "HC",
            Name = "HC",
            From = new DateOnly(2027, 1, 1),
            Days = Weekdays.WorkWeek | Weekdays.Weekend,
            Holidays = HolidayRule.Worked,
            Sessions = [new SessionTimes(new TimeOnly(7, 0), new TimeOnly(11, 30))],
        };
        await _server.WriteAsync(db =>
        {
            db.Schedules.Add(new ScheduleRow { AgencyId = _server.AgencyId, Code = "HC", Name = "HC", FromDate = hours.From, Definition = ScheduleFormat.ToJson(hours) });
            db.Assignments.Add(new AssignmentRow { AgencyId = _server.AgencyId, ScheduleCode = "HC", Mode = "replace" });
        });
    }

    public async Task DisposeAsync()
    {
        _kiosk.Dispose();
        _other.Dispose();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task The_tap_sent_just_before_is_counted()
    {
        await _server.SetGateAsync(GateSetting.MonthCount, true);
        for (var i = 3; i <= 8; i++) await _server.AddPersonAsync($"NV00{i}", $"P{i}", Bytes128.ToArray(Badge + (UInt128)i - 1));
        using var stream = await _kiosk.ConnectAsync();
        await stream.WelcomeAsync();
        Assert.Equal(0, await AskAsync(stream, 1, await IdAsync("NV001")));
        Digest previous = default;
        for (var i = 1; i <= 8; i++)
        {
            var person = await IdAsync($"NV00{i}");
            // The question goes up right behind the tap.
            var batch = _kiosk.Batch((ulong)i, 1, previous, Badge + (UInt128)i - 1);
            previous = TestKiosk.LastHash(batch);
            await stream.Up.WriteAsync(new KioskMessage { Journal = batch });
            Assert.Equal(1, await AskAsync(stream, (ulong)i, person));
        }
    }

    [Fact]
    public async Task The_answer_waits_for_a_tap_that_cannot_be_committed_yet()
    {
        await _server.SetGateAsync(GateSetting.MonthCount, true);
        var an = await IdAsync("NV001");
        using var stream = await _kiosk.ConnectAsync();
        await stream.WelcomeAsync();
        Assert.Equal(0, await AskAsync(stream, 1, an));
        Task<int?> asked;
        await using (await _server.Store.LeaseAsync(CancellationToken.None))
        {
            await stream.Up.WriteAsync(new KioskMessage { Journal = _kiosk.Batch(1, 1, badge: Badge) });
            asked = AskAsync(stream, 2, an);
            await Task.Delay(TimeSpan.FromMilliseconds(500), _server.Clock);
            Assert.False(asked.IsCompleted);
        }

        Assert.Equal(1, await asked);
    }

    [Fact]
    public async Task Nothing_is_said_where_the_agency_does_not_show_it_and_it_is_as_soon_as_it_does()
    {
        var an = await IdAsync("NV001");
        using var stream = await _kiosk.ConnectAsync();
        await stream.WelcomeAsync();
        Assert.Null(await AskAsync(stream, 1, an));
        await _server.SetGateAsync(GateSetting.MonthCount, true);
        Assert.Equal(0, await AskAsync(stream, 2, an));
        await _server.SetGateAsync(GateSetting.MonthCount, false);
        Assert.Null(await AskAsync(stream, 3, an));
    }

    [Fact]
    public async Task Nothing_is_said_of_people_whom_the_kiosk_does_not_serve()
    {
        await _server.SetGateAsync(GateSetting.MonthCount, true);
        await _server.WriteAsync(db => db.Kiosks.Single(kiosk => kiosk.Code == "CONG-CHINH").UnitId = db.Units.Single(unit => unit.Code == "U-NV001").UnitId);
        using var stream = await _kiosk.ConnectAsync();
        await stream.WelcomeAsync();
        Assert.Equal(0, await AskAsync(stream, 1, await IdAsync("NV001")));
        Assert.Null(await AskAsync(stream, 2, await IdAsync("NV002")));
        Assert.Null(await AskAsync(stream, 3, 999));
        Assert.Null(await AskAsync(stream, 4, ulong.MaxValue));
    }

    [Fact]
    public async Task Each_question_is_answered_also_when_they_come_faster_than_they_are_answered()
    {
        await _server.SetGateAsync(GateSetting.MonthCount, true);
        var an = await IdAsync("NV001");
        using var stream = await _kiosk.ConnectAsync();
        await stream.WelcomeAsync();
        var turnedAway = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        const int Many = 10 * KioskBounds.MonthCountsWaiting;
        var reading = ReadAsync();
        await using (await _server.Store.LeaseAsync(CancellationToken.None))
        {
            // They wait for the tap before them, which cannot be committed yet.
            await stream.Up.WriteAsync(new KioskMessage { Journal = _kiosk.Batch(1, 1, badge: Badge) });
            for (var i = 1; i <= Many; i++) await stream.Up.WriteAsync(Question((ulong)i, an));
            await turnedAway.Task.WaitAsync(TestKiosk.Patience, _server.Clock);
        }

        var answers = await reading;
        Assert.Equal(Enumerable.Range(1, Many).Select(id => (ulong)id), answers.Select(answer => answer.RequestId).Order());
        Assert.InRange(answers.Count(answer => answer.HasLateTimes), KioskBounds.MonthCountsWaiting, Many - 1);
        Assert.All(answers.Where(answer => answer.HasLateTimes), answer => Assert.Equal(1U, answer.LateTimes));

        async Task<List<MonthCount>> ReadAsync()
        {
            var read = new List<MonthCount>();
            while (read.Count < Many)
            {
                read.Add((await stream.NextAsync(ServerMessage.MessageOneofCase.MonthCount)).MonthCount);
                if (!read[^1].HasLateTimes) turnedAway.TrySetResult();
            }

            return read;
        }
    }

    private async Task<ulong> IdAsync(string code) => (ulong)await _server.ReadAsync(async db => (await db.Staff.SingleAsync(row => row.Code == code)).StaffId);

    private static KioskMessage Question(ulong id, ulong person) => new() { MonthCountRequest = new MonthCountRequest { RequestId = id, PersonId = person } };

    private static async Task<int?> AskAsync(TestStream stream, ulong id, ulong person)
    {
        await stream.Up.WriteAsync(Question(id, person));
        var answer = (await stream.NextAsync(ServerMessage.MessageOneofCase.MonthCount)).MonthCount;
        Assert.Equal((id, person), (answer.RequestId, answer.PersonId));
        return answer.HasLateTimes ? (int)answer.LateTimes : null;
    }
}

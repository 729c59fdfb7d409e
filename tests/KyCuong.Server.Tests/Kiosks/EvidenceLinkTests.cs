using KyCuong.Protos;
using KyCuong.Protos.Badges;
using KyCuong.Protos.Journal;
using KyCuong.Protos.V1;
using KyCuong.Rules;
using KyCuong.Server.Cli;
using KyCuong.Server.Features.Days;
using KyCuong.Server.Features.Demo;
using KyCuong.Server.Features.Queues;
using KyCuong.Server.Judging;
using KyCuong.Server.Store.Rows;
using Microsoft.Extensions.Logging.Abstractions;

namespace KyCuong.Server.Tests.Kiosks;

/// <summary>
/// A kiosk's journal batch over real TLS, and what the commands say of it afterwards. It is 10:00 on 20 May 2027; work begins at
/// 07:00.
/// </summary>
public sealed class EvidenceLinkTests
{
    private static readonly DateTimeOffset Seven = new(2027, 5, 20, 7, 0, 0, TimeSpan.FromHours(7));

    [Fact]
    public async Task What_kept_an_officer_at_the_gate_is_told_beside_the_late_tap()
    {
        await using var server = await RunningServer.StartAsync();
        server.Clock.Shift = Seven.AddHours(3) - server.Clock.GetUtcNow();
        using var kiosk = await server.EnrolAsync();
        await server.AddPersonAsync("NV001", "Nguyễn Văn An", Bytes128.ToArray((UInt128)1));
        await server.AddPersonAsync("NV002", "Trần Thị Bình", Bytes128.ToArray((UInt128)2));
        await server.AddPersonAsync("NV003", "Lê Văn Đức", Bytes128.ToArray((UInt128)3));
        await AddHoursAsync(server);
        using (var stream = await kiosk.ConnectAsync())
        {
            await stream.WelcomeAsync();
            await stream.Up.WriteAsync(new KioskMessage
            {
                Journal = kiosk.Batch(1, default, Seven.ToUnixTimeMilliseconds() * 1000,
                    (10, new ReaderFaultEntry("r1", FaultCode.Unplugged, "gone")),
                    (50, new ReaderRecoveryEntry("r1", 40_000_000)),
                    (59, Tap(2)),
                    (66, Tap(3)),
                    (80, new RefusedReadEntry("r1", RefusalReason.BadChecksum, Technology.Em4100, 14, 4)),
                    (90, Tap(1))),
            });
            await stream.AckAsync(6);
        }

        var told = await SayAsync(server, context => DayCommands.RunExplainAsync(context, "2027-05-20", "NV001", null, CancellationToken.None));
        Assert.Contains("đến lúc 07:01:30, đi muộn 1 phút", told, StringComparison.Ordinal);
        Assert.Contains("07:00:50: đầu đọc hoạt động lại sau 40 giây", told, StringComparison.Ordinal);
        Assert.Contains("07:01:20: lượt đọc không được nhận, sai mã kiểm tra, 4 lần", told, StringComparison.Ordinal);
        Assert.DoesNotContain("xếp hàng", told, StringComparison.Ordinal);

        told = await SayAsync(server, context => DayCommands.RunExplainAsync(context, "2027-05-20", "NV003", null, CancellationToken.None));
        Assert.Contains("bắt đầu lúc 07:00:59, trước người này có 1 người quẹt; muộn 1 phút, quá giới hạn 07:01:00 là 6 giây", told, StringComparison.Ordinal);
        told = await SayAsync(server, context => QueueCommand.RunAsync(context, null, "2027-05", null, CancellationToken.None));
        Assert.Contains("NV003 Lê Văn Đức: 1 phút, sau 1 người", told, StringComparison.Ordinal);
    }

    private static async Task<string> SayAsync(RunningServer server, Func<CommandContext, Task<int>> command)
    {
        var console = new CapturedConsole(null!);
        Assert.Equal(0, await command(new CommandContext(server.Store, null!, server.Clock, console, Json: false, RunningServer.Agency, NullLoggerFactory.Instance)));
        return console.Output;
    }

    private static TapEntry Tap(UInt128 badge) =>
        new("r1", new EquatableList<BadgeKey>(new BadgeKey(CredentialLevel.Em, 1, badge)), Technology.Em4100, 14, Direction.In, Protos.V1.DirectionSource.Reader);

    private static Task AddHoursAsync(RunningServer server)
    {
        var hours = new WorkSchedule
        {
            Code = "HC",
            Name = "HC",
            From = new DateOnly(2027, 1, 1),
            LateGraceMinutes = 1,
            Sessions = [new SessionTimes(new TimeOnly(7, 0), new TimeOnly(11, 30))],
        };
        return server.WriteAsync(db =>
        {
            db.Schedules.Add(new ScheduleRow { AgencyId = server.AgencyId, Code = "HC", Name = "HC", FromDate = hours.From, Definition = ScheduleFormat.ToJson(hours) });
            db.Assignments.Add(new AssignmentRow { AgencyId = server.AgencyId, ScheduleCode = "HC", Mode = "replace" });
        });
    }
}

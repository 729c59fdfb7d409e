using Google.Protobuf;
using KyCuong.Protos.V1;
using KyCuong.Server.Cli;
using KyCuong.Server.Features.Erasing;
using KyCuong.Server.Tests.Kiosks;
using KyCuong.Server.Tests.Serve;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging.Abstractions;

namespace KyCuong.Server.Tests.Erasing;

/// <summary>What kiosks hold of an erased person goes with their next roster: of one that is connected, and of one that was away.</summary>
public sealed class KioskForgetsTests : IAsyncLifetime
{
    private RunningServer _server = null!;

    public async Task InitializeAsync() => _server = await RunningServer.StartAsync();

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Fact]
    public async Task Person_and_badge_go_with_the_next_roster_also_at_a_kiosk_that_was_away()
    {
        var hash = new byte[16];
        hash[3] = 77;
        await _server.AddPersonAsync("NV001", "Nguyễn Văn An", new byte[16]);
        await _server.AddPersonAsync(Departed.Code, Departed.Name, hash);
        using var gate = await _server.EnrolAsync();
        using var away = await _server.EnrolAsync("CONG-PHU");
        using var stream = await gate.ConnectAsync();
        var before = await stream.RosterAsync();
        var person = before.SelectMany(chunk => chunk.People).Single(one => one.StaffCode == Departed.Code);
        var badge = before.SelectMany(chunk => chunk.Badges).Single(one => one.PersonId == person.PersonId);

        // Yesterday was the last day; nobody has told the kiosks yet.
        await _server.WriteAsync(db =>
        {
            var posting = db.Postings.Single(row => row.StaffId == (long)person.PersonId);
            posting.ToDate = DateOnly.FromDateTime(_server.Clock.GetUtcNow().UtcDateTime).AddDays(-2);
        });
        using var console = new SpokenConsole();
        var context = new CommandContext(_server.Store, _server.Store.Data, _server.Clock, console, Json: false, Agency: null, NullLoggerFactory.Instance);
        Assert.Equal(0, await EraseCommand.RunAsync(context, Departed.Code, request: true, new ErasureWish(true, "9/QĐ", "NV001"), CancellationToken.None));

        var told = await stream.RosterAsync();
        Assert.Contains(person.PersonId, told.SelectMany(chunk => chunk.RemovedPeople));
        Assert.Contains(badge.BadgeId, told.SelectMany(chunk => chunk.RemovedBadges));
        // One that knew it as the other did, and one that was away for longer than anything is remembered of.
        foreach (var has in new[] { before[^1].Version, 1UL })
        {
            using var back = await away.ConnectAsync(hello => hello.RosterVersion = has);
            var roster = await back.RosterAsync();
            Assert.DoesNotContain(person.PersonId, roster.SelectMany(chunk => chunk.People).Select(one => one.PersonId));
            Assert.DoesNotContain(ByteString.CopyFrom(hash), roster.SelectMany(chunk => chunk.Badges).SelectMany(one => one.Hashes).Select(one => one.Hash));
            Assert.True(roster[0].BaseVersion == 0 || roster.SelectMany(chunk => chunk.RemovedPeople).Contains(person.PersonId));
        }
    }
}

using KyCuong.Protos.V1;
using KyCuong.Server.Store.Rows;
using Microsoft.EntityFrameworkCore;

namespace KyCuong.Server.Tests.Kiosks;

/// <summary>What a connected gate hears of a temporary badge.</summary>
public sealed class LentBadgeRosterTests
{
    [Fact]
    public async Task A_loan_reaches_a_connected_gate_as_a_change_and_its_return_takes_it_back()
    {
        await using var server = await RunningServer.StartAsync();
        await server.AddPersonAsync("NV001", "Nguyễn Văn An", new byte[16]);
        using var kiosk = await server.EnrolAsync();
        var badge = new BadgeRow { AgencyId = server.AgencyId, Kind = "em10h", State = BadgeState.Active, PoolLabel = "TAM-01" };
        await server.WriteAsync(db => db.Badges.Add(badge));
        await server.WriteAsync(db => db.BadgeHashes.Add(new BadgeHashRow { AgencyId = server.AgencyId, BadgeId = badge.BadgeId, KeyId = 1, Level = CredentialLevel.Em, Hash = [.. Enumerable.Repeat((byte)3, 16)] }));
        using var stream = await kiosk.ConnectAsync();
        var whole = await stream.RosterAsync();
        // In the pool it is nobody's and no gate has to know it.
        Assert.Single(whole.SelectMany(chunk => chunk.Badges));

        var person = await server.ReadAsync(db => db.Staff.Select(one => one.StaffId).SingleAsync());
        var us = server.Clock.GetUtcNow().ToUnixTimeMilliseconds() * 1000;
        var loan = new BadgeLoanRow { AgencyId = server.AgencyId, BadgeId = badge.BadgeId, StaffId = person, FromUs = us, ToUs = us + 86_400_000_000, LentBy = "NV002" };
        await server.WriteAsync(db =>
        {
            db.BadgeLoans.Add(loan);
            db.Agencies.Single().RosterVersion++;
        });
        var change = Assert.Single(await stream.RosterAsync());
        Assert.NotEqual(0UL, change.BaseVersion);
        var lent = Assert.Single(change.Badges);
        Assert.Equal(((ulong)badge.BadgeId, (ulong)person, BadgeState.Active, us, us + 86_400_000_000), (lent.BadgeId, lent.PersonId, lent.State, lent.ValidFromUs, lent.ValidToUs));
        Assert.Single(lent.Hashes);
        Assert.Empty(change.People);

        await server.WriteAsync(db =>
        {
            db.BadgeLoans.Single().ReturnedUs = us + 1_000_000;
            db.Agencies.Single().RosterVersion++;
        });
        Assert.Equal([(ulong)badge.BadgeId], Assert.Single(await stream.RosterAsync()).RemovedBadges);
    }
}

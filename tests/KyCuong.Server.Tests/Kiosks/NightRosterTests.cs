using KyCuong.Protos.V1;
using KyCuong.Server.Features.Kiosks;
using KyCuong.Server.Store.Rows;

namespace KyCuong.Server.Tests.Kiosks;

/// <summary>What gates know of a shift that goes past midnight.</summary>
public sealed class NightRosterTests
{
    private const string Night = """
        { "schedules": [ { "code": "DEM", "from": "2026-01-01", "days": ["Mon"], "taps": "everySession", "holidays": "worked",
                           "sessions": [ { "start": "21:00", "end": "23:30" }, { "start": "00:30", "end": "04:00" } ] } ],
          "assignments": [ { "unit": "VP", "schedule": "DEM", "mode": "add" } ] }
        """;

    [Fact]
    public async Task After_midnight_the_roster_still_has_the_session_of_the_shift_begun_the_day_before_and_nothing_else_of_that_day()
    {
        await using var host = await FeatureHost.WithStaffAsync();
        Assert.Equal(0, await host.ApplyAsync(Night));
        var kiosk = new KioskRow { AgencyId = 1, Code = "CONG", Name = "Cổng", State = KioskState.Enrolled, CreatedUs = 1 };
        await using (var lease = await host.Store.LeaseAsync(CancellationToken.None))
        {
            await using var db = lease.NewContext();
            kiosk.AgencyId = db.Agencies.Single().AgencyId;
            db.Kiosks.Add(kiosk);
            await db.SaveChangesAsync();
            await lease.CommitAsync();
        }

        // 1 June 2026 is a Monday.
        var base1 = Us(2, 0, 30);
        Assert.Contains(await SegmentsAsync(host, kiosk.KioskId, Us(1, 20, 0)), segment => segment.BaseUs == base1);
        var after = await SegmentsAsync(host, kiosk.KioskId, Us(2, 0, 10));
        Assert.Contains(after, segment => segment.BaseUs == base1);
        Assert.All(after, segment => Assert.True(segment.ToUs > Us(2, 0, 0)));
        Assert.DoesNotContain(after, segment => segment.BaseUs == Us(1, 7, 0) || segment.BaseUs == Us(1, 21, 0));
        // The day after that nobody needs it any more.
        Assert.DoesNotContain(await SegmentsAsync(host, kiosk.KioskId, Us(3, 0, 10)), segment => segment.BaseUs == base1);
    }

    private static async Task<IReadOnlyList<RosterSegment>> SegmentsAsync(FeatureHost host, long kiosk, long atUs)
    {
        host.Time.Now = DateTimeOffset.UnixEpoch.AddMicroseconds(atUs);
        var roster = await new RosterSource(host.Store, host.Time).GetAsync(kiosk, CancellationToken.None);
        return roster.For(0).SelectMany(message => message.Roster.People).First(person => person.StaffCode == "NV002").Segments;
    }

    private static long Us(int day, int hour, int minute) =>
        (new DateTimeOffset(2026, 6, day, hour, minute, 0, TimeSpan.FromHours(7)) - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;
}

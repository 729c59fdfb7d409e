using KyCuong.Protos.Journal;
using KyCuong.Server.Tests.Ingest;
using KyCuong.Verify;

namespace KyCuong.Server.Tests.Log;

/// <summary>
/// How far a kiosk is known makes absences final and is in no log: it follows from the journal, or it is found. The last of three entries was written at
/// second 120 by a clock that is true within two milliseconds.
/// </summary>
public sealed class KnownUntilTests
{
    private const long NewestUs = KioskJournal.BootedAtUs + (120 * KioskJournal.Second) + 2_000;
    private const long QuarterUs = 900 * KioskJournal.Second;

    [Fact]
    public async Task A_kiosk_that_writes_nothing_is_known_for_a_quarter_of_an_hour_and_no_longer()
    {
        await using var host = await WithEntriesAsync();
        Assert.Equal(KioskJournal.BootedAtUs + (600 * KioskJournal.Second) - 3_000, await KnownAfterHeartbeatAsync(host, second: 600));
        Assert.Equal(NewestUs + QuarterUs, await KnownAfterHeartbeatAsync(host, second: 1_200));
        host.AssertVerified();
    }

    [Theory]
    [InlineData(0, false)]
    [InlineData(1, true)]
    public async Task Known_further_than_the_journal_shows_is_found(long beyondUs, bool found)
    {
        await using var host = await WithEntriesAsync();
        await host.Test.WriteAsync(db => db.Kiosks.Single().KnownUntilUs = NewestUs + QuarterUs + beyondUs);
        Assert.Equal(found ? [new Finding(FindingKind.KnownTooFar, $"kiosks: {host.KioskId}", 0)] : [], host.Verify());
    }

    [Fact]
    public async Task Of_a_kiosk_that_never_sent_anything_nothing_may_be_known()
    {
        await using var host = await IngestHost.StartAsync();
        await host.Test.WriteAsync(db => db.Kiosks.Single().KnownUntilUs = NewestUs);
        Assert.Equal(FindingKind.KnownTooFar, Assert.Single(host.Verify()).Kind);
    }

    private static async Task<IngestHost> WithEntriesAsync()
    {
        var host = await IngestHost.StartAsync();
        var journal = host.NewJournal();
        journal.Tap(1, 60);
        journal.Fault(61);
        journal.Sample(120);
        await host.SendAllAsync(journal);
        return host;
    }

    private static async Task<long> KnownAfterHeartbeatAsync(IngestHost host, long second)
    {
        var session = await host.OpenAsync(host.NewJournal());
        host.Ingest.RecordHeartbeat(session, 3, new Stamp(0, second * KioskJournal.Second, 7, new ClockReading(KioskJournal.BootedAtUs, 3_000, 10 * KioskJournal.Second)));
        await host.Ingest.SaveKnownAsync(CancellationToken.None);
        return long.Parse(host.Column("SELECT known_until_us FROM kiosks")[0], System.Globalization.CultureInfo.InvariantCulture);
    }
}

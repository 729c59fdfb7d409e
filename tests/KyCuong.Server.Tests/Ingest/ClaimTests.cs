using KyCuong.Protos.Journal;
using KyCuong.Protos.V1;
using KyCuong.Server.Store.Rows;
using KyCuong.Server.Tests.Store;

namespace KyCuong.Server.Tests.Ingest;

/// <summary>Taps by staff code in place of a badge.</summary>
public sealed class ClaimTests
{
    private static ClaimedTapEntry Claim(string code, ClaimCheck check = ClaimCheck.Verified, Direction direction = Direction.Unspecified) =>
        new(code, check, direction, direction == Direction.Unspecified ? DirectionSource.Unspecified : DirectionSource.Person);

    [Fact]
    public async Task A_claim_whose_PIN_was_taken_is_a_tap_of_the_person_and_badgeless()
    {
        await using var host = await IngestHost.StartAsync();
        var (staff, _) = await host.AddHolderAsync("NV001", KioskJournal.Key(1));
        var journal = host.NewJournal();
        journal.Add(60, Claim("NV001", direction: Direction.In));
        journal.Tap(1, 120);
        Assert.Equal(2UL, (await host.SendAllAsync(journal)).HighWater);
        Assert.Equal([$"{staff} 1 2 ", $"{staff} 0 0 cong"], host.Column("SELECT staff_id || ' ' || direction || ' ' || direction_source || ' ' || reader FROM resolved_taps ORDER BY sequence"));
        Assert.Equal([$"{staff} 1 1 {new DateOnly(2026, 5, 13).DayNumber}"], host.Column("SELECT staff_id || ' ' || journal_id || ' ' || sequence || ' ' || bucket FROM badgeless_taps"));
        Assert.Equal(["NV001 1", ""], host.Column("SELECT staff_code || ' ' || claim FROM taps ORDER BY sequence"));
        await AssertRebuildAsync(host);

    }

    [Fact]
    public async Task A_claim_that_nobody_checked_is_kept_and_is_nobodys()
    {
        await using var host = await IngestHost.StartAsync();
        await host.AddHolderAsync("NV001", KioskJournal.Key(1));
        var journal = host.NewJournal();
        journal.Add(60, Claim("NV001", ClaimCheck.Unverified));
        await host.SendAllAsync(journal);
        Assert.Equal(["unverified"], host.Column("SELECT reason FROM unresolved_taps"));
        Assert.Empty(host.Column("SELECT staff_id FROM resolved_taps"));
        await AssertRebuildAsync(host);
    }

    [Fact]
    public async Task Sent_again_it_is_the_same_claim_and_read_back_it_has_its_hash()
    {
        await using var host = await IngestHost.StartAsync();
        await host.AddHolderAsync("NV001", KioskJournal.Key(1));
        var journal = host.NewJournal();
        journal.Add(60, Claim("NV001"));
        journal.Add(70, Claim("NV001", ClaimCheck.Unverified, Direction.Out));
        journal.Tap(1, 80);
        await host.SendAsync(journal, 2, 2);
        await host.SendAsync(journal, 3, 3);
        // Fills the hole: the stored claim after it is hashed again from its columns and must fit.
        await host.SendAsync(journal, 1, 1);
        await host.SendAllAsync(journal);
        Assert.Equal(["3"], host.Column("SELECT count(*) FROM taps"));
        Assert.Empty(host.Column("SELECT * FROM journal_conflicts"));
        Assert.Equal(["0"], host.Column("SELECT quarantined FROM kiosks").Select(value => value is "1" or "True" ? "1" : "0"));
        await AssertRebuildAsync(host);
    }

    [Fact]
    public async Task A_claim_before_the_clock_met_the_server_gets_its_minute_afterwards()
    {
        await using var host = await IngestHost.StartAsync();
        var (staff, _) = await host.AddHolderAsync("NV001", KioskJournal.Key(1));
        var journal = host.NewJournal();
        journal.Synced = false;
        journal.Add(60, Claim("NV001"));
        journal.Add(70, Claim("NV001", ClaimCheck.Unverified));
        await host.SendAllAsync(journal);
        Assert.Equal(["timePending", "timePending"], host.Column("SELECT reason FROM unresolved_taps"));
        journal.Sample(90);
        await host.SendAsync(journal, 3, 3);
        Assert.Equal([$"{staff} {KioskJournal.BootedAtUs + (60 * KioskJournal.Second)}"], host.Column("SELECT staff_id || ' ' || at_us FROM resolved_taps"));
        Assert.Equal([$"unverified {KioskJournal.BootedAtUs + (70 * KioskJournal.Second)}"], host.Column("SELECT reason || ' ' || at_us FROM unresolved_taps"));
        Assert.Equal(["1"], host.Column("SELECT sequence FROM badgeless_taps"));
        await AssertRebuildAsync(host);
    }

    [Fact]
    public async Task A_code_that_nobody_has_is_kept_and_found_when_somebody_gets_it()
    {
        await using var host = await IngestHost.StartAsync();
        var journal = host.NewJournal();
        journal.Add(60, Claim("NV001"));
        await host.SendAllAsync(journal);
        Assert.Equal(["unknown"], host.Column("SELECT reason FROM unresolved_taps"));
        var (staff, _) = await host.AddHolderAsync("NV001", KioskJournal.Key(1));
        Assert.Equal(1, await host.DeriveAsync(d => d.ReResolve(host.AgencyId, null)));
        Assert.Equal([$"{staff}"], host.Column("SELECT staff_id FROM badgeless_taps"));
        await AssertRebuildAsync(host);
    }

    [Fact]
    public async Task What_is_decided_of_a_claim_counts_until_it_is_withdrawn()
    {
        await using var host = await IngestHost.StartAsync();
        var (staff, _) = await host.AddHolderAsync("NV001", KioskJournal.Key(1));
        var journal = host.NewJournal();
        journal.Add(60, Claim("NV001", ClaimCheck.Unverified));
        journal.Add(70, Claim("NV001"));
        await host.SendAllAsync(journal);
        await DecideAsync(ClaimDecisionRow.Confirmed);
        Assert.Equal(1, await host.DeriveAsync(d => d.ReResolve(host.AgencyId, new DateOnly(2026, 5, 13))));
        Assert.Equal([$"{staff} 1", $"{staff} 2"], host.Column("SELECT staff_id || ' ' || sequence FROM badgeless_taps ORDER BY sequence"));
        await AssertRebuildAsync(host);
        await host.Test.WriteAsync(db =>
        {
            var row = db.ClaimDecisions.Single();
            (row.WithdrawnUs, row.WithdrawnDocument) = (5, "2/QĐ");
        });
        Assert.Equal(1, await host.DeriveAsync(d => d.ReResolve(host.AgencyId, new DateOnly(2026, 5, 13))));
        Assert.Equal(["unverified"], host.Column("SELECT reason FROM unresolved_taps"));
        Assert.Equal(["2"], host.Column("SELECT sequence FROM badgeless_taps"));
        await AssertRebuildAsync(host);
        await DecideAsync(ClaimDecisionRow.Rejected);
        await host.DeriveAsync(d => d.ReResolve(host.AgencyId, new DateOnly(2026, 5, 13)));
        Assert.Equal(["rejected"], host.Column("SELECT reason FROM unresolved_taps"));
        await AssertRebuildAsync(host);

        Task DecideAsync(string ruling) => host.Test.WriteAsync(db => db.ClaimDecisions.Add(new ClaimDecisionRow
        {
            AgencyId = host.AgencyId, JournalId = 1, Sequence = 1, Ruling = ruling, Document = "1/QĐ", DecidedBy = "NV009", EnteredUs = 1,
        }));
    }

    [Fact]
    public async Task A_decision_of_a_claim_is_not_altered()
    {
        await using var host = await IngestHost.StartAsync();
        var journal = host.NewJournal();
        journal.Add(60, Claim("NV001", ClaimCheck.Unverified));
        await host.SendAllAsync(journal);
        await host.Test.WriteAsync(db => db.ClaimDecisions.Add(new ClaimDecisionRow
        {
            AgencyId = host.AgencyId, JournalId = 1, Sequence = 1, Ruling = ClaimDecisionRow.Confirmed, Document = "1/QĐ", DecidedBy = "NV009", EnteredUs = 1,
        }));
        await Assert.ThrowsAnyAsync<Exception>(() => host.Test.WriteAsync(db => db.ClaimDecisions.Single().Ruling = ClaimDecisionRow.Rejected));
        await Assert.ThrowsAnyAsync<Exception>(() => host.Test.WriteAsync(db => db.ClaimDecisions.Remove(db.ClaimDecisions.Single())));
        Assert.Equal(["confirmed"], host.Column("SELECT ruling FROM claim_decisions"));
    }

    private static async Task AssertRebuildAsync(IngestHost host)
    {
        var before = host.Column("SELECT staff_id || ' ' || bucket || ' ' || journal_id || ' ' || sequence FROM badgeless_taps ORDER BY 1");
        await host.AssertRebuildChangesNothingAsync();
        Assert.Equal(before, host.Column("SELECT staff_id || ' ' || bucket || ' ' || journal_id || ' ' || sequence FROM badgeless_taps ORDER BY 1"));
    }
}

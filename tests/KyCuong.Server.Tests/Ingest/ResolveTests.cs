using KyCuong.Protos;
using KyCuong.Protos.Badges;
using KyCuong.Protos.V1;
using KyCuong.Server.Ingest;
using KyCuong.Server.Store;
using KyCuong.Server.Store.Rows;
using KyCuong.Server.Tests.Store;

namespace KyCuong.Server.Tests.Ingest;

public sealed class ResolveTests
{
    private const long Second = KioskJournal.Second;

    [Fact]
    public async Task A_tap_goes_to_the_holder_at_its_corrected_instant()
    {
        await using var host = await IngestHost.StartAsync();
        var (staff, _) = await host.AddHolderAsync("NV001", KioskJournal.Key(1));
        var journal = host.NewJournal();
        journal.Tap(1, 60, Direction.In);
        await host.SendAllAsync(journal);
        using var connection = host.Test.Store.OpenReader();
        using var taps = new ResolvedTapReader(connection, host.AgencyId, new DateOnly(2026, 5, 13), new DateOnly(2026, 5, 13));
        Assert.True(taps.Read());
        Assert.Equal(
            new ResolvedTap(new DateOnly(2026, 5, 13).DayNumber, staff, KioskJournal.BootedAtUs + (60 * Second), 1, 1, Direction.In, DirectionSource.Reader, 3_000, host.KioskId, "cong"),
            taps.Current);
        Assert.False(taps.Read());
    }

    [Fact]
    public async Task The_date_is_that_of_the_agencys_zone()
    {
        await using var host = await IngestHost.StartAsync();
        await host.AddHolderAsync("NV001", KioskJournal.Key(1));
        var journal = host.NewJournal();
        // Boot time 0 is 07:00 in Vietnam.
        journal.Tap(1, (17 * 3600) - 1);
        journal.Tap(1, 17 * 3600);
        await host.SendAllAsync(journal);
        Assert.Equal(
            [$"{new DateOnly(2026, 5, 13).DayNumber}", $"{new DateOnly(2026, 5, 14).DayNumber}"],
            host.Column("SELECT bucket FROM resolved_taps ORDER BY at_us"));
    }

    [Fact]
    public async Task An_unknown_badge_is_kept_and_claimed_later()
    {
        await using var host = await IngestHost.StartAsync();
        var journal = host.NewJournal();
        journal.Tap(1, 60);
        await host.SendAllAsync(journal);
        Assert.Equal(["unknown"], host.Column("SELECT reason FROM unresolved_taps"));
        var (staff, _) = await host.AddHolderAsync("NV001", KioskJournal.Key(1));
        Assert.Equal(1, await host.DeriveAsync(d => d.ReResolve(host.AgencyId, null)));
        Assert.Equal([$"{staff}"], host.Column("SELECT staff_id FROM resolved_taps"));
        Assert.Empty(host.Column("SELECT * FROM unresolved_taps"));
        await host.AssertRebuildChangesNothingAsync();
    }

    [Fact]
    public async Task Badges_brought_in_while_the_ingest_runs_count_for_the_next_tap()
    {
        await using var host = await IngestHost.StartAsync();
        var journal = host.NewJournal();
        journal.Tap(1, 60);
        await host.SendAsync(journal, 1, 1);
        await host.AddHolderAsync("NV001", KioskJournal.Key(1));
        journal.Tap(1, 600);
        await host.SendAsync(journal, 2, 2);
        Assert.Equal(["2"], host.Column("SELECT sequence FROM resolved_taps"));
    }

    [Fact]
    public async Task A_lost_badge_is_blocked_from_then_on_and_not_before()
    {
        await using var host = await IngestHost.StartAsync();
        var (_, badge) = await host.AddHolderAsync("NV001", KioskJournal.Key(1));
        await host.Test.WriteAsync(db =>
        {
            var row = db.Badges.Single();
            row.State = BadgeState.Lost;
            row.StateSinceUs = KioskJournal.BootedAtUs + (100 * Second);
        });
        var journal = host.NewJournal();
        journal.Tap(1, 99);
        journal.Tap(1, 100);
        await host.SendAllAsync(journal);
        Assert.Equal(["1"], host.Column("SELECT sequence FROM resolved_taps"));
        Assert.Equal([$"2 blocked {badge}"], host.Column("SELECT sequence || ' ' || reason || ' ' || badge_id FROM unresolved_taps"));
        await host.AssertRebuildChangesNothingAsync();
    }

    [Fact]
    public async Task A_partial_identity_that_two_people_share_is_refused_and_a_whole_one_is_not()
    {
        await using var host = await IngestHost.StartAsync();
        var shared = KioskJournal.Key(99, CredentialLevel.Em24);
        var (first, _) = await host.AddHolderAsync("NV001", KioskJournal.Key(1), shared);
        await host.AddHolderAsync("NV002", KioskJournal.Key(2), shared);
        var journal = host.NewJournal();
        journal.Tap([shared], 60);
        journal.Tap([KioskJournal.Key(1), shared], 200);
        await host.SendAllAsync(journal);
        Assert.Equal(["1 ambiguous"], host.Column("SELECT sequence || ' ' || reason FROM unresolved_taps"));
        Assert.Equal([$"2 {first}"], host.Column("SELECT sequence || ' ' || staff_id FROM resolved_taps"));
    }

    [Fact]
    public async Task A_badge_that_changed_hands_goes_to_its_holder_of_that_date()
    {
        await using var host = await IngestHost.StartAsync();
        var (first, badge) = await host.AddHolderAsync("NV001", KioskJournal.Key(1));
        var (second, _) = await host.AddHolderAsync("NV002");
        var journal = host.NewJournal();
        journal.Tap(1, 60);
        journal.Tap(1, 60 + 86_400);
        await host.SendAllAsync(journal);
        await host.Test.WriteAsync(db =>
        {
            db.BadgeHoldings.Single(h => h.BadgeId == badge).ToDate = new DateOnly(2026, 5, 13);
            db.BadgeHoldings.Add(new BadgeHoldingRow { AgencyId = host.AgencyId, BadgeId = badge, StaffId = second, FromDate = new DateOnly(2026, 5, 14) });
        });
        Assert.Equal(1, await host.DeriveAsync(d => d.ReResolve(host.AgencyId, new DateOnly(2026, 5, 14))));
        Assert.Equal([$"1 {first}", $"2 {second}"], host.Column("SELECT sequence || ' ' || staff_id FROM resolved_taps ORDER BY 1"));
        Assert.Equal(0, await host.DeriveAsync(d => d.ReResolve(host.AgencyId, new DateOnly(2026, 5, 1))));
        await host.AssertRebuildChangesNothingAsync();
    }

    [Fact]
    public async Task A_tap_before_the_clock_met_the_server_waits_for_an_estimate_of_its_boot()
    {
        await using var host = await IngestHost.StartAsync();
        await host.AddHolderAsync("NV001", KioskJournal.Key(1));
        var journal = host.NewJournal();
        journal.Synced = false;
        journal.Tap(1, 60);
        journal.Boot = 8;
        journal.Tap(1, 100);
        journal.Sample(1_100);
        journal.Tap(1, 1_300);
        await host.SendAsync(journal, 1, 2);
        Assert.Equal(["timePending", "timePending"], host.Column("SELECT reason FROM unresolved_taps"));
        await host.ReopenAsync();
        await host.SendAsync(journal, 3, 4);
        Assert.Equal(["1"], host.Column("SELECT sequence FROM unresolved_taps"));
        // 500 ppm of what went by while a slow clock counted 1000 s and 200 s, on top of the sample's 2 ms.
        Assert.Equal(
            [$"2 {KioskJournal.BootedAtUs + (100 * Second)} 502251", $"4 {KioskJournal.BootedAtUs + (1_300 * Second)} 102051"],
            host.Column("SELECT sequence || ' ' || at_us || ' ' || uncertainty_us FROM resolved_taps ORDER BY sequence"));
        await host.AssertRebuildChangesNothingAsync();
    }

    [Fact]
    public async Task A_month_of_taps_that_waited_is_given_its_instants_a_part_at_a_time()
    {
        const int Parts = 12;
        const int Taps = (Parts * JournalWriter.RetimedAtOnce) + 7;
        await using var host = await IngestHost.StartAsync();
        await host.AddHolderAsync("NV001", KioskJournal.Key(1));
        var journal = host.NewJournal();
        journal.Synced = false;
        for (var i = 1; i <= Taps; i++) journal.Tap(1, 60 + i);
        journal.Sample(60_000);
        journal.Tap(1, 60_001);
        var session = await host.OpenAsync(journal);
        const int AtOnce = ContractLimits.BatchEntries;
        for (var first = 1; first <= Taps; first += AtOnce)
            await host.Ingest.AppendAsync(session, journal.Before(first), journal.Range(first, Math.Min(Taps, first + AtOnce - 1)), backlog: true, CancellationToken.None);
        Assert.Equal([$"{Taps}"], Waiting());

        // One commit brings the sample and gives the first ones their instants, others follow and keep nobody waiting; then the server is killed and goes on at its start.
        // How many were done by then depends on the machine; not in how many parts.
        var killed = host.Test.Store.Writer;
        var before = killed.Commits;
        await host.SendAsync(journal, Taps + 1, Taps + 1);
        await host.ReopenAsync();
        for (var asked = 0; Waiting() is not ["0"]; asked++)
        {
            Assert.True(asked < Taps, "nobody goes on with them");
            await host.Ingest.SaveKnownAsync(CancellationToken.None);
        }

        Assert.InRange(killed.Commits - before + host.Test.Store.Writer.Commits, Parts, int.MaxValue);

        await host.SendAsync(journal, Taps + 2, Taps + 2);
        Assert.Equal([$"{Taps + 1}"], host.Column("SELECT count(*) FROM resolved_taps"));
        await host.AssertRebuildChangesNothingAsync();

        List<string> Waiting() => host.Column("SELECT count(*) FROM unresolved_taps WHERE reason = 'timePending'");
    }

    [Fact]
    public async Task Taps_that_cannot_be_given_their_instants_undo_no_commit_for_ever()
    {
        await using var host = await IngestHost.StartAsync();
        var journal = host.NewJournal();
        journal.Synced = false;
        journal.Tap(1, 60);
        await host.SendAsync(journal, 1, 1);
        await host.Ingest.DisposeAsync();
        // Behind the waiting tap lies what is no entry.
        await using (var lease = await host.Test.Store.LeaseAsync(CancellationToken.None))
        {
            using (var wrong = lease.Session.Prepare("INSERT INTO kiosk_events (journal_id, sequence, agency_id, hash, kind, encoding, received_us) SELECT journal_id, 2, agency_id, hash, 7, ?1, received_us FROM taps"))
                wrong.Bind(1, new byte[] { 1, 2, 3 }).Run();
            await lease.CommitAsync();
        }

        var log = new Errors();
        await using var ingest = new TapIngest(host.Test.Store, new IngestOptions(), host.Test.Time, log);
        for (var i = 0; i < 20; i++) await ingest.SaveKnownAsync(CancellationToken.None);
        Assert.InRange(log.Count, 1, 8);
        Assert.Equal(["timePending"], host.Column("SELECT reason FROM unresolved_taps"));
    }

    private sealed class Errors : Microsoft.Extensions.Logging.ILogger<TapIngest>
    {
        public int Count { get; private set; }

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(Microsoft.Extensions.Logging.LogLevel logLevel) => true;

        public void Log<TState>(Microsoft.Extensions.Logging.LogLevel logLevel, Microsoft.Extensions.Logging.EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (logLevel == Microsoft.Extensions.Logging.LogLevel.Error) Count++;
        }
    }

    [Fact]
    public async Task The_order_in_which_entries_come_changes_no_instant()
    {
        var results = new List<string[]>();
        foreach (var order in new[] { new[] { 1, 2, 3, 4, 5, 6 }, [6, 5, 4, 3, 2, 1], [1, 6, 3, 2, 5, 4], [4, 1, 6, 3, 5, 2], [5, 2, 6, 1, 4, 3] })
        {
            await using var host = await IngestHost.StartAsync();
            await host.AddHolderAsync("NV001", KioskJournal.Key(1));
            var journal = host.NewJournal();
            journal.Synced = false;
            journal.Tap(1, 100);
            journal.Tap(1, 300);
            journal.Sample(500);
            journal.Tap(1, 700);
            journal.Sample(900);
            journal.Tap(1, 1_100);
            foreach (var sequence in order) await host.SendAsync(journal, sequence, sequence);
            results.Add(host.Derived());
            await host.AssertRebuildChangesNothingAsync();
        }

        Assert.Equal(4, results[0].Length);
        Assert.All(results, r => Assert.Equal(results[0], r));
    }

    [Fact]
    public async Task An_estimate_beyond_any_date_leaves_the_tap_pending()
    {
        await using var host = await IngestHost.StartAsync();
        var journal = host.NewJournal();
        journal.Synced = false;
        journal.Tap(1, 60);
        journal.Add(70, new KyCuong.Protos.Journal.ClockSampleEntry(long.MaxValue, 1, 1));
        Assert.Equal(2UL, (await host.SendAllAsync(journal)).HighWater);
        Assert.Equal(["timePending"], host.Column("SELECT reason FROM unresolved_taps"));
        await host.AssertRebuildChangesNothingAsync();
    }

    [Fact]
    public async Task Imported_taps_are_resolved_and_importing_them_again_changes_nothing()
    {
        await using var host = await IngestHost.StartAsync();
        var (staff, _) = await host.AddHolderAsync("NV001", KioskJournal.Key(1));
        var import = new ImportRow { AgencyId = host.AgencyId, Kind = "taps", FileName = "taps.csv", Sha256 = new byte[32] };
        await host.Test.WriteAsync(db => db.Imports.Add(import));
        ImportedTap[] rows =
        [
            new(2, staff, null, KioskJournal.BootedAtUs, Direction.In, ""),
            new(3, 0, new EquatableList<BadgeKey>(KioskJournal.Key(1)), KioskJournal.BootedAtUs + (4 * 3600 * Second), Direction.Unspecified, "cong"),
            new(4, 0, new EquatableList<BadgeKey>(KioskJournal.Key(2)), KioskJournal.BootedAtUs, Direction.Out, "cong"),
        ];
        Assert.Equal(3, await host.DeriveAsync(d => d.ImportTaps(host.AgencyId, import.ImportId, rows)));
        Assert.Equal(0, await host.DeriveAsync(d => d.ImportTaps(host.AgencyId, import.ImportId, rows)));
        Assert.Equal([$"{staff}", $"{staff}"], host.Column("SELECT staff_id FROM resolved_taps"));
        Assert.Equal(["0 unknown"], host.Column("SELECT journal_id || ' ' || reason FROM unresolved_taps"));
        await host.AssertRebuildChangesNothingAsync();
        await host.AddHolderAsync("NV002", KioskJournal.Key(2));
        Assert.Equal(1, await host.DeriveAsync(d => d.ReResolve(host.AgencyId, null)));
        Assert.Equal(["3"], host.Column("SELECT count(*) FROM resolved_taps"));
    }

    [OnStoreFact(StoreKind.Sqlite, "PostgreSQL plans in its own words")]
    public async Task The_summary_reads_one_range_of_the_primary_key()
    {
        await using var host = await IngestHost.StartAsync();
        using var reader = host.Test.Store.OpenReader();
        foreach (var asked in new[] { ResolvedTapReader.Sql, KyCuong.Server.Features.Summaries.TapTable.Sql })
        {
            var sql = asked.Replace("?1", "1", StringComparison.Ordinal).Replace("?2", "2", StringComparison.Ordinal).Replace("?3", "3", StringComparison.Ordinal);
            var plan = Catalogue.Rows(reader, "EXPLAIN QUERY PLAN " + sql).Select(r => r[3]);
            Assert.Equal(["SEARCH resolved_taps USING PRIMARY KEY (agency_id=? AND bucket>? AND bucket<?)"], plan);
        }

        // One person's: a place of the key for each date.
        Assert.Equal(
            ["SEARCH resolved_taps USING PRIMARY KEY (agency_id=? AND bucket=? AND staff_id=?)"],
            Catalogue.Rows(reader, "EXPLAIN QUERY PLAN " + ResolvedTapReader.PersonSql.Replace("?", "", StringComparison.Ordinal)).Select(r => r[3]));
    }
}

using System.Globalization;
using KyCuong.Protos.Journal;
using KyCuong.Protos;
using KyCuong.Server.Ingest;
using KyCuong.Server.Store;
using KyCuong.Server.Tests.Kiosks;
using KyCuong.Server.Tests.Store;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;

namespace KyCuong.Server.Tests.Ingest;

public sealed class AppendTests
{
    [Fact]
    public async Task Entries_are_acknowledged_and_there_after_reopening()
    {
        await using var host = await IngestHost.StartAsync();
        var journal = host.NewJournal();
        journal.Tap(1, 60);
        journal.Fault(61);
        journal.Tap(2, 62);
        Assert.Equal(3UL, (await host.SendAllAsync(journal)).HighWater);
        await host.ReopenAsync();
        var session = await host.OpenAsync(journal);
        Assert.Equal(3UL, session.HighWater);
        Assert.Equal(journal[3].Hash, session.HighWaterHash);
        Assert.Equal(["1", "3"], host.Column("SELECT sequence FROM taps ORDER BY 1"));
        Assert.Equal(["2"], host.Column("SELECT sequence FROM kiosk_events"));
    }

    [Fact]
    public async Task Entries_sent_again_are_acknowledged_again_and_stored_once()
    {
        await using var host = await IngestHost.StartAsync();
        var journal = host.NewJournal();
        for (var i = 0; i < 5; i++) journal.Tap((UInt128)i + 1, 60 + i);
        await host.SendAsync(journal, 1, 4);
        Assert.Equal(4UL, (await host.SendAsync(journal, 2, 3)).HighWater);
        Assert.Equal(5UL, (await host.SendAsync(journal, 1, 5)).HighWater);
        Assert.Equal(["5"], host.Column("SELECT count(*) FROM taps"));
        Assert.Empty(host.Column("SELECT * FROM journal_conflicts"));
    }

    [Fact]
    public async Task A_wrong_hash_refuses_the_batch_and_stores_nothing()
    {
        await using var host = await IngestHost.StartAsync();
        var journal = host.NewJournal();
        journal.Tap(1, 60);
        journal.Tap(2, 61);
        var session = await host.OpenAsync(journal);
        var forged = journal[2] with { Entry = journal[2].Entry with { Stamp = journal[2].Entry.Stamp with { WallClockUs = 1 } } };
        var result = await host.Ingest.AppendAsync(session, default, [journal[1], forged], backlog: false, CancellationToken.None);
        Assert.Equal(AppendRefusal.WrongHash, result.Refusal);
        Assert.Contains("2", result.Detail, StringComparison.Ordinal);
        Assert.Empty(host.Column("SELECT * FROM taps"));
    }

    [Fact]
    public async Task Sequences_that_do_not_follow_refuse_the_batch()
    {
        await using var host = await IngestHost.StartAsync();
        var journal = host.NewJournal();
        for (var i = 0; i < 3; i++) journal.Tap(1, 60 + i);
        var session = await host.OpenAsync(journal);
        var result = await host.Ingest.AppendAsync(session, default, [journal[1], journal[3]], backlog: false, CancellationToken.None);
        Assert.Equal(AppendRefusal.NotInOrder, result.Refusal);
        result = await host.Ingest.AppendAsync(session, default, [], backlog: false, CancellationToken.None);
        Assert.Equal(AppendRefusal.WrongSize, result.Refusal);
    }

    [Fact]
    public async Task Another_entry_under_a_stored_sequence_is_kept_apart_and_quarantines_the_kiosk()
    {
        await using var host = await IngestHost.StartAsync();
        var (staff, _) = await host.AddHolderAsync("NV001", KioskJournal.Key(1));
        var journal = host.NewJournal();
        journal.Tap(1, 60);
        journal.Tap(1, 120);
        await host.SendAllAsync(journal);
        var fork = host.NewJournal();
        fork.Tap(1, 60);
        fork.Tap(9, 121);
        fork.Tap(1, 180);
        Assert.Equal(3UL, (await host.SendAllAsync(fork)).HighWater);

        Assert.Equal(["2"], host.Column("SELECT sequence FROM journal_conflicts"));
        using (var reader = host.Test.Store.OpenReader())
        {
            var encoding = Convert.FromHexString(Catalogue.Column(reader, "SELECT encoding FROM journal_conflicts")[0]);
            Assert.Equal(fork[2].Hash, CanonicalEntry.HashBytes(encoding));
        }

        Assert.Equal(["1"], host.Column("SELECT quarantined FROM kiosks"));
        Assert.Equal(["1", "2"], host.Column($"SELECT sequence FROM resolved_taps WHERE staff_id = {staff} ORDER BY 1"));
        Assert.Equal(["3 quarantined"], host.Column("SELECT sequence || ' ' || reason FROM unresolved_taps"));
        Assert.True((await host.OpenAsync(fork)).Quarantined);
        await host.AssertRebuildChangesNothingAsync();

        await host.Test.WriteAsync(db => db.Kiosks.Single().Quarantined = false);
        Assert.Equal(1, await host.DeriveAsync(d => d.ReResolve(host.AgencyId, null)));
        Assert.Equal(["1", "2", "3"], host.Column("SELECT sequence FROM resolved_taps ORDER BY 1"));
    }

    [Theory]
    [InlineData(-15)]
    [InlineData(0)]
    [InlineData(15)]
    public async Task The_verifier_knows_what_came_before_a_quarantine_though_the_servers_clock_was_set_in_between(int minutes)
    {
        var clock = new ShiftedClock();
        await using var host = await IngestHost.StartAsync(new TestStore(time: clock));
        await host.AddHolderAsync("NV001", KioskJournal.Key(1));
        var journal = host.NewJournal();
        journal.Tap(1, 60);
        await host.SendAllAsync(journal);
        clock.Shift = TimeSpan.FromMinutes(minutes);
        var fork = host.NewJournal();
        fork.Tap(2, 61);
        await host.SendAllAsync(fork);
        clock.Shift = TimeSpan.Zero;
        journal.Tap(1, 180);
        await host.SendAsync(journal, 2, 2);
        Assert.Equal(["1"], host.Column("SELECT sequence FROM resolved_taps"));
        Assert.Equal(["2 quarantined"], host.Column("SELECT sequence || ' ' || reason FROM unresolved_taps"));
        host.AssertVerified();
    }

    [Fact]
    public async Task A_quarantined_tap_gets_its_instant_when_its_boot_meets_the_server()
    {
        await using var host = await IngestHost.StartAsync();
        var journal = host.NewJournal();
        journal.Tap(1, 60);
        await host.SendAllAsync(journal);
        var fork = host.NewJournal();
        fork.Tap(2, 61);
        fork.Boot = 8;
        fork.Synced = false;
        fork.Tap(1, 180);
        await host.SendAllAsync(fork);
        Assert.Equal(["2 quarantined "], host.Column("SELECT sequence || ' ' || reason || ' ' || coalesce(CAST(at_us AS TEXT), '') FROM unresolved_taps WHERE sequence = 2"));
        await host.ReopenAsync();
        fork.Sample(200);
        await host.SendAllAsync(fork);
        Assert.Equal([$"quarantined {KioskJournal.BootedAtUs + (180 * KioskJournal.Second)}"], host.Column("SELECT reason || ' ' || at_us FROM unresolved_taps WHERE sequence = 2"));
        await host.AssertRebuildChangesNothingAsync();
    }

    [OnStoreFact(StoreKind.Sqlite, "only a file can be damaged from here")]
    public async Task A_damaged_store_is_told_to_the_operator_once_with_what_to_do()
    {
        await using var host = await IngestHost.StartAsync();
        var journal = host.NewJournal();
        journal.Tap(1, 60);
        await host.SendAllAsync(journal);
        var page = int.Parse(host.Column("SELECT rootpage FROM sqlite_schema WHERE name = 'journals'")[0], CultureInfo.InvariantCulture);
        var size = int.Parse(host.Column("PRAGMA page_size")[0], CultureInfo.InvariantCulture);
        await host.Ingest.DisposeAsync();
        await host.Test.Store.DisposeAsync();
        await using (var file = new FileStream(host.Test.Data.StoreFile, FileMode.Open))
        {
            file.Position = (page - 1) * size;
            file.Write(new byte[size]);
        }

        await host.ReopenAsync();
        for (var i = 0; i < 2; i++) await Assert.ThrowsAsync<SqliteException>(() => host.SendAllAsync(journal));
        var told = Assert.Single(host.Log.Lines, line => line.Level == LogLevel.Critical);
        Assert.Contains("the store is damaged", told.Text, StringComparison.Ordinal);
        Assert.Contains("restore the newest backup", told.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_chain_that_leads_from_another_history_is_a_fork()
    {
        await using var host = await IngestHost.StartAsync();
        var journal = host.NewJournal();
        journal.Tap(1, 60);
        journal.Tap(1, 120);
        await host.SendAsync(journal, 1, 2);
        var other = host.NewJournal();
        other.Tap(1, 60);
        other.Tap(2, 120);
        other.Tap(3, 180);
        Assert.Equal(3UL, (await host.SendAsync(other, 3, 3)).HighWater);
        Assert.Equal(["2"], host.Column("SELECT sequence FROM journal_conflicts WHERE length(encoding) = 0"));
        Assert.Equal(["1"], host.Column("SELECT quarantined FROM kiosks"));
    }

    [Fact]
    public async Task Entries_after_a_hole_are_kept_and_acknowledged_once_it_is_filled()
    {
        await using var host = await IngestHost.StartAsync();
        var journal = host.NewJournal();
        for (var i = 0; i < 9; i++) journal.Tap(1, 60 + (200 * i));
        Assert.Equal(2UL, (await host.SendAsync(journal, 1, 2)).HighWater);
        Assert.Equal(2UL, (await host.SendAsync(journal, 6, 6)).HighWater);
        Assert.Equal(2UL, (await host.SendAsync(journal, 8, 9)).HighWater);
        Assert.Equal(["3-5", "7-7"], host.Column("SELECT first_sequence || '-' || last_sequence FROM journal_gaps ORDER BY first_sequence"));
        Assert.Equal(2UL, (await host.SendAsync(journal, 4, 4)).HighWater);
        Assert.Equal(["3-3", "5-5", "7-7"], host.Column("SELECT first_sequence || '-' || last_sequence FROM journal_gaps ORDER BY first_sequence"));
        await host.ReopenAsync();
        Assert.Equal(6UL, (await host.SendAsync(journal, 3, 5)).HighWater);
        Assert.Equal(9UL, (await host.SendAsync(journal, 7, 7)).HighWater);
        Assert.Empty(host.Column("SELECT * FROM journal_gaps"));
        Assert.Equal(["0"], host.Column("SELECT quarantined FROM kiosks"));
        Assert.Equal(journal[9].Hash, (await host.OpenAsync(journal)).HighWaterHash);
    }

    [Fact]
    public async Task A_hole_filled_from_another_history_is_a_fork()
    {
        await using var host = await IngestHost.StartAsync();
        var journal = host.NewJournal();
        for (var i = 0; i < 3; i++) journal.Tap(1, 60 + (200 * i));
        await host.SendAsync(journal, 1, 1);
        await host.SendAsync(journal, 3, 3);
        var other = host.NewJournal();
        other.Tap(1, 60);
        other.Tap(2, 260);
        Assert.Equal(3UL, (await host.SendAsync(other, 2, 2)).HighWater);
        Assert.Equal(["1"], host.Column("SELECT quarantined FROM kiosks"));
        Assert.Equal(["2"], host.Column("SELECT sequence FROM journal_conflicts"));
    }

    [Fact]
    public async Task Entries_declared_lost_are_no_longer_waited_for()
    {
        await using var host = await IngestHost.StartAsync();
        var journal = host.NewJournal();
        for (var i = 0; i < 9; i++) journal.Tap(1, 60 + (200 * i));
        await host.SendAsync(journal, 1, 2);
        await host.SendAsync(journal, 7, 8);
        var session = await host.OpenAsync(journal);
        Assert.Equal(4UL, (await host.Ingest.DeclareLostAsync(session, 3, 4, CancellationToken.None)).HighWater);
        Assert.Equal(["3-4 lost", "5-6 waited for"], host.Column(
            "SELECT first_sequence || '-' || last_sequence || CASE WHEN declared_us IS NULL THEN ' waited for' ELSE ' lost' END FROM journal_gaps ORDER BY first_sequence"));
        Assert.Equal(["4"], host.Column("SELECT high_water FROM journals"));
        Assert.Equal([new string('0', 64)], host.Column("SELECT high_water_hash FROM journals"));
        Assert.Equal(8UL, (await host.Ingest.DeclareLostAsync(session, 1, 6, CancellationToken.None)).HighWater);
        await host.ReopenAsync();
        Assert.Equal(9UL, (await host.SendAsync(journal, 9, 9)).HighWater);
        Assert.Equal(["0"], host.Column("SELECT quarantined FROM kiosks"));

        // A disk that is found again still brings what was thought lost.
        Assert.Equal(9UL, (await host.SendAsync(journal, 3, 6)).HighWater);
        Assert.Equal(["9"], host.Column("SELECT count(*) FROM taps"));
        Assert.Empty(host.Column("SELECT * FROM journal_gaps"));
    }

    [Fact]
    public async Task Entries_lost_at_the_end_move_the_mark_beyond_what_ever_came()
    {
        await using var host = await IngestHost.StartAsync();
        var journal = host.NewJournal();
        for (var i = 0; i < 6; i++) journal.Tap(1, 60 + (200 * i));
        await host.SendAsync(journal, 1, 2);
        var session = await host.OpenAsync(journal);
        Assert.Equal(5UL, (await host.Ingest.DeclareLostAsync(session, 3, 5, CancellationToken.None)).HighWater);
        await host.ReopenAsync();
        Assert.Equal(5UL, (await host.OpenAsync(journal)).HighWater);
        Assert.Equal(6UL, (await host.SendAsync(journal, 6, 6)).HighWater);
        Assert.Equal(AppendRefusal.NotInOrder, (await host.Ingest.DeclareLostAsync(session, 5, 3, CancellationToken.None)).Refusal);
    }

    [Fact]
    public async Task Many_streams_share_commits_and_all_is_durable()
    {
        await using var host = await IngestHost.StartAsync();
        const int streams = 20, taps = 25;
        var commits = host.Test.Store.Writer.Commits;
        await Task.WhenAll(Enumerable.Range(1, streams).Select(async stream =>
        {
            var journal = host.NewJournal((uint)stream);
            var session = await host.OpenAsync(journal);
            for (var i = 1; i <= taps; i++)
            {
                journal.Tap((UInt128)stream, 60 * i);
                var result = await host.Ingest.AppendAsync(session, journal.Before(i), journal.Range(i, i), backlog: false, CancellationToken.None);
                Assert.Equal((ulong)i, result.HighWater);
            }
        }));
        Assert.InRange(host.Test.Store.Writer.Commits - commits, 1, streams * taps / 2);
        await host.ReopenAsync();
        Assert.Equal([$"{streams * taps}"], host.Column("SELECT count(*) FROM taps"));
        Assert.Equal([$"{streams}"], host.Column($"SELECT count(*) FROM journals WHERE high_water = {taps}"));
    }

    [OnStoreFact(StoreKind.Sqlite, "a database of PostgreSQL has no bound of its own; a lost server is PostgresIngestTests")]
    public async Task A_full_disk_acknowledges_nothing_and_taking_up_again_loses_nothing()
    {
        await using var host = await IngestHost.StartAsync();
        var journal = host.NewJournal();
        for (var i = 0; i < 400; i++) journal.Tap(1, 60 + (200 * i));
        await host.SendAsync(journal, 1, 10);
        await LimitPagesAsync(host, 1);
        await Assert.ThrowsAnyAsync<Exception>(() => host.SendAsync(journal, 11, 400));
        Assert.Equal(10UL, (await host.OpenAsync(journal)).HighWater);
        Assert.Equal(["10"], host.Column("SELECT count(*) FROM taps"));
        await LimitPagesAsync(host, 1_000_000);
        Assert.Equal(400UL, (await host.SendAsync(journal, 11, 400)).HighWater);
        Assert.Equal(["400"], host.Column("SELECT count(*) FROM taps"));
        Assert.Equal(["400"], host.Column("SELECT (SELECT count(*) FROM unresolved_taps) + (SELECT count(*) FROM resolved_taps)"));
    }

    [Fact]
    public async Task A_heartbeat_tells_how_far_the_kiosk_is_known_once_all_before_it_is_stored()
    {
        await using var host = await IngestHost.StartAsync();
        var journal = host.NewJournal();
        journal.Tap(1, 60);
        journal.Tap(1, 300);
        await host.SendAsync(journal, 1, 1);
        var session = await host.OpenAsync(journal);
        var stamp = journal[2].Entry.Stamp with { BootTimeUs = 400 * KioskJournal.Second };
        host.Ingest.RecordHeartbeat(session, 2, stamp);
        await host.Ingest.SaveKnownAsync(CancellationToken.None);
        Assert.Equal([""], host.Column("SELECT known_until_us FROM kiosks"));
        await host.Ingest.AppendAsync(session, journal.Before(2), journal.Range(2, 2), backlog: false, CancellationToken.None);
        await host.Ingest.SaveKnownAsync(CancellationToken.None);
        Assert.Equal([$"{KioskJournal.BootedAtUs + (400 * KioskJournal.Second) - 3_000}"], host.Column("SELECT known_until_us FROM kiosks"));
        host.Ingest.RecordHeartbeat(session, 2, stamp with { BootTimeUs = 350 * KioskJournal.Second });
        await host.Ingest.SaveKnownAsync(CancellationToken.None);
        Assert.Equal([$"{KioskJournal.BootedAtUs + (400 * KioskJournal.Second) - 3_000}"], host.Column("SELECT known_until_us FROM kiosks"));
    }

    private static async Task LimitPagesAsync(IngestHost host, int pages)
    {
        await using var lease = await host.Test.Store.LeaseAsync(CancellationToken.None);
        using var limit = lease.Connection.CreateCommand();
        limit.Transaction = lease.Transaction;
        limit.CommandText = $"PRAGMA max_page_count = {pages}";
        limit.ExecuteNonQuery();
        await lease.CommitAsync();
    }
}

using KyCuong.Protos;
using KyCuong.Server.Ingest;
using KyCuong.Server.Store;
using KyCuong.Server.Store.Rows;
using KyCuong.Server.Tests.Log;
using KyCuong.Server.Tests.Store;
using Microsoft.Extensions.Logging.Abstractions;

namespace KyCuong.Server.Tests.Ingest;

/// <summary>A store from before the drift allowed for was put right.</summary>
public sealed class RetimeMigrationTests
{
    private static readonly IReadOnlyList<Migration> Shipped = Migration.Load(TestStores.Kind == StoreKind.Sqlite ? "Sqlite" : "Postgres");

    private static readonly string Retime = Shipped.Single(migration => migration.Name == "0013_retime.sql").Sql;

    [Fact]
    public async Task Taps_timed_by_another_entry_are_timed_anew_before_the_store_is_given_to_anybody_and_nothing_else_is()
    {
        await using var host = await IngestHost.StartAsync();
        await host.AddHolderAsync("NV001", KioskJournal.Key(1));
        await host.AddHolderAsync("NV002", KioskJournal.Key(2));
        var journal = host.NewJournal();
        journal.Tap(1, 50);
        (journal.Synced, journal.Boot) = (false, 8);
        journal.Tap(1, 100);
        journal.Tap(99, 200);
        journal.Sample(1_100);
        journal.Boot = 9;
        journal.Tap(1, 300);
        await host.SendAllAsync(journal);
        // Of the last boot nothing was measured; a paper says when its tap was made.
        await host.Test.WriteAsync(db => db.TimeDecisions.Add(new TimeDecisionRow
        {
            AgencyId = host.AgencyId, JournalId = db.Journals.Single().JournalId, Sequence = 5, BootId = Bytes128.ToArray(9), BootTimeUs = db.Taps.Single(tap => tap.Sequence == 5).BootTimeUs,
            WholeBoot = true, Ruling = TimeDecisionRow.Settled, AtUs = KioskJournal.BootedAtUs + (400 * KioskJournal.Second), UncertaintyUs = KioskJournal.Second, Document = "1/BB", DecidedBy = "NV002", EnteredUs = 1,
        }));
        await host.DeriveAsync(derivation => derivation.RebuildResolved(host.AgencyId));
        var derived = host.Derived();
        Assert.Contains(derived, row => row.Contains("502251", StringComparison.Ordinal));
        Assert.Contains(derived, row => row.StartsWith("resolved", StringComparison.Ordinal) && row.Contains($" {KioskJournal.BootedAtUs + (400 * KioskJournal.Second)} ", StringComparison.Ordinal));
        await host.Ingest.DisposeAsync();
        await host.Test.Store.DisposeAsync();
        await using (var connection = await LoggedStore.OpenUnguardedAsync(host))
            Assert.Equal(1, await LoggedStore.ExecuteAsync(connection, null, "UPDATE resolved_taps SET uncertainty_us = 502000 WHERE uncertainty_us = 502251"));

        // As the next migration, whatever came after it.
        await ServerStore.Open(host.Test.Data, host.Test.Options, host.Test.Time, NullLoggerFactory.Instance, [.. Shipped, new Migration(Shipped.Count + 1, "again", Retime)]).DisposeAsync();
        await using (var connection = await LoggedStore.OpenUnguardedAsync(host))
            await LoggedStore.ExecuteAsync(connection, null, host.Test.Options.Kind == StoreKind.Sqlite ? $"PRAGMA user_version = {Shipped.Count}" : $"DELETE FROM schema_versions WHERE number > {Shipped.Count}");
        Assert.Empty(Directory.GetFiles(host.Test.Data.Root, "retiming*"));

        // No ingest runs.
        await host.Test.ReopenAsync();
        Assert.Equal(derived, host.Derived());
        host.AssertVerified();
        await host.AssertRebuildChangesNothingAsync();
    }

    [Fact]
    public async Task What_a_killed_migration_left_is_finished_by_whoever_opens_the_store_next()
    {
        await using var host = await IngestHost.StartAsync();
        await host.AddHolderAsync("NV001", KioskJournal.Key(1));
        var journal = host.NewJournal();
        journal.Sample(50);
        journal.Synced = false;
        for (var tap = 0; tap < 2_500; tap++) journal.Tap(1, 100 + tap);
        for (var first = 1; first <= 2_501; first += 500) await host.SendAsync(journal, first, Math.Min(first + 499, 2_501));
        var derived = host.Derived();
        await host.Ingest.DisposeAsync();
        await host.Test.Store.DisposeAsync();
        await using (var connection = await LoggedStore.OpenUnguardedAsync(host))
            await LoggedStore.ExecuteAsync(connection, null, Retime);

        RetimingAfterMigration.SetDue(host.Test.Data);
        await host.Test.ReopenAsync();
        Assert.Equal(derived, host.Derived());
        host.AssertVerified();
    }

    [Fact]
    public async Task A_journal_with_a_damaged_entry_keeps_nobody_from_opening_the_store_and_the_others_taps_are_timed()
    {
        await using var host = await IngestHost.StartAsync();
        await host.AddHolderAsync("NV001", KioskJournal.Key(1));
        foreach (var epoch in (uint[])[1, 2])
        {
            var journal = host.NewJournal(epoch);
            journal.Sample(50);
            journal.Synced = false;
            journal.Tap(1, 100 + epoch);
            await host.SendAllAsync(journal);
        }

        var derived = host.Derived();
        await host.Ingest.DisposeAsync();
        await host.Test.Store.DisposeAsync();
        await using (var connection = await LoggedStore.OpenUnguardedAsync(host))
        {
            await LoggedStore.ExecuteAsync(connection, null, Retime);
            var spoilt = host.Test.Options.Kind == StoreKind.Sqlite ? "X'00'" : "'\\x00'::bytea";
            Assert.Equal(1, await LoggedStore.ExecuteAsync(connection, null, $"UPDATE kiosk_events SET encoding = {spoilt} WHERE journal_id = (SELECT min(journal_id) FROM journals)"));
        }

        RetimingAfterMigration.SetDue(host.Test.Data);
        await host.Test.ReopenAsync();
        Assert.Equal(derived[1], host.Derived()[0]);
        Assert.Equal(["timePending"], host.Column("SELECT reason FROM unresolved_taps"));
    }
}

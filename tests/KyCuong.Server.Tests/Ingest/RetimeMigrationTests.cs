using KyCuong.Server.Tests.Log;
using KyCuong.Server.Tests.Store;

namespace KyCuong.Server.Tests.Ingest;

/// <summary>A store from before the drift allowed for was put right.</summary>
public sealed class RetimeMigrationTests
{
    [Fact]
    public async Task Taps_timed_by_another_entry_are_timed_anew_and_nothing_else_is()
    {
        await using var host = await IngestHost.StartAsync();
        await host.AddHolderAsync("NV001", KioskJournal.Key(1));
        var journal = host.NewJournal();
        journal.Tap(1, 50);
        (journal.Synced, journal.Boot) = (false, 8);
        journal.Tap(1, 100);
        journal.Tap(99, 200);
        journal.Sample(1_100);
        journal.Boot = 9;
        journal.Tap(1, 300);
        await host.SendAllAsync(journal);
        var derived = host.Derived();
        Assert.Contains(derived, row => row.Contains("502251", StringComparison.Ordinal));
        await host.Ingest.DisposeAsync();
        await host.Test.Store.DisposeAsync();
        await using (var connection = await LoggedStore.OpenUnguardedAsync(host))
        {
            Assert.Equal(1, await LoggedStore.ExecuteAsync(connection, null, "UPDATE resolved_taps SET uncertainty_us = 502000 WHERE uncertainty_us = 502251"));
            await LoggedStore.ExecuteAsync(connection, null, host.Test.Options.Kind == KyCuong.Server.Store.StoreKind.Sqlite ? "PRAGMA user_version = 12" : "DELETE FROM schema_versions WHERE number > 12");
        }

        await host.ReopenAsync();
        // The ingest gives them their instants by itself, beside what else it does.
        for (var waited = 0; waited < 600 && !derived.SequenceEqual(host.Derived()); waited++) await Task.Delay(TimeSpan.FromMilliseconds(100), host.Test.Time);
        Assert.Equal(derived, host.Derived());
        await host.AssertRebuildChangesNothingAsync();
    }
}

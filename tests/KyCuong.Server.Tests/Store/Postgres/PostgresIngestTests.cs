using KyCuong.Server.Ingest;
using KyCuong.Server.Store;
using KyCuong.Server.Store.Rows;
using KyCuong.Server.Tests.Ingest;
using Npgsql;

namespace KyCuong.Server.Tests.Store.Postgres;

/// <summary>Taps while PostgreSQL is lost: what is acknowledged is stored, and nothing is stored twice.</summary>
public sealed class PostgresIngestTests
{
    private const string Only = "SQLite's store cannot be away";

    [OnStoreFact(StoreKind.Postgres, Only)]
    public async Task A_session_that_was_ended_is_opened_anew_and_the_batch_is_acknowledged()
    {
        await using var host = await IngestHost.StartAsync();
        var journal = Journal(host, 300);
        Assert.Equal(100UL, (await host.SendAsync(journal, 1, 100)).HighWater);
        EndSessions(host);
        Assert.Equal(200UL, (await host.SendAsync(journal, 101, 200)).HighWater);
        EndSessions(host);
        // A command finds it living again as well.
        await host.Test.WriteAsync(db => db.Units.Add(new UnitRow { AgencyId = host.AgencyId, Code = "U", Name = "U" }));
        EndSessions(host);
        Assert.Equal(300UL, (await host.SendAsync(journal, 201, 300)).HighWater);
        await AssertStoredOnceAsync(host, 300);
    }

    [OnStoreFact(StoreKind.Postgres, Only)]
    public async Task Sessions_ended_at_any_moment_lose_and_double_nothing()
    {
        await using var host = await IngestHost.StartAsync();
        var journal = Journal(host, 4_000);
        var session = await host.OpenAsync(journal);
        using var done = new CancellationTokenSource();
        var killing = Task.Run(async () =>
        {
            var random = new Random(5);
            var kills = 0;
            while (!done.IsCancellationRequested)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(random.Next(20)), Cli.TestTime.System);
                EndSessions(host);
                kills++;
            }

            return kills;
        });
        for (var first = 1; first <= 4_000;)
        {
            var last = Math.Min(first + 39, 4_000);
            try
            {
                var result = await host.Ingest.AppendAsync(session, journal.Before(first), journal.Range(first, last), backlog: false, CancellationToken.None);
                Assert.Equal((ulong)last, result.HighWater);
                first = last + 1;
            }
            catch (Exception problem) when (problem is NpgsqlException or InvalidOperationException)
            {
                // Not acknowledged: sent again, as a kiosk does.
            }
        }

        await done.CancelAsync();
        Assert.True(await killing > 3);
        await AssertStoredOnceAsync(host, 4_000);
    }

    [OnStoreFact(StoreKind.Postgres, Only)]
    public async Task A_commit_whose_answer_was_lost_is_found_and_acknowledged_once()
    {
        CutLine? line = null;
        await using var host = await IngestHost.StartAsync(new TestStore(way: options => options with { ConnectionString = (line = new CutLine(options.ConnectionString)).ConnectionString }));
        var journal = Journal(host, 60);
        await host.SendAsync(journal, 1, 20);
        line!.CutAtNextCommit(carriedOut: true);
        Assert.Equal(40UL, (await host.SendAsync(journal, 21, 40)).HighWater);
        Assert.Equal(1, line.Cuts);
        line.CutAtNextCommit(carriedOut: false);
        Assert.Equal(60UL, (await host.SendAsync(journal, 41, 60)).HighWater);
        Assert.Equal(2, line.Cuts);
        await AssertStoredOnceAsync(host, 60);
        Assert.Equal(["0"], host.Column("SELECT count(*) FROM journal_conflicts"));
        await line.DisposeAsync();
    }

    [OnStoreFact(StoreKind.Postgres, Only)]
    public async Task A_commit_takes_a_few_round_trips_however_many_taps_it_brings()
    {
        CutLine? line = null;
        await using var host = await IngestHost.StartAsync(new TestStore(way: options => options with { ConnectionString = (line = new CutLine(options.ConnectionString)).ConnectionString }));
        await host.AddHolderAsync("NV001", KioskJournal.Key(1));
        var journal = Journal(host, 1_000);
        var session = await host.OpenAsync(journal);
        // The month's partition is made and the statements are prepared.
        var sent = 0;
        foreach (var warm in new[] { 10, 20, 30, 40 }) await SendAsync(warm);
        var counts = new List<int>();
        foreach (var many in new[] { 50, 100, 600, 1_000 })
        {
            var before = line!.RoundTrips;
            await SendAsync(many);
            counts.Add(line.RoundTrips - before);
        }

        Assert.All(counts, count => Assert.InRange(count, 2, 4));
        await line!.DisposeAsync();

        async Task SendAsync(int last)
        {
            await host.Ingest.AppendAsync(session, journal.Before(sent + 1), journal.Range(sent + 1, last), backlog: false, CancellationToken.None);
            sent = last;
        }
    }

    [OnStoreFact(StoreKind.Postgres, Only)]
    public async Task While_PostgreSQL_is_away_nothing_is_acknowledged_and_afterwards_everything_is_there()
    {
        using var cluster = new PostgresCluster();
        var settings = new NpgsqlConnectionStringBuilder(cluster.Server) { Database = "postgres" };
        await using var host = await IngestHost.StartAsync(new TestStore(way: options => options with { ConnectionString = settings.ConnectionString }));
        var journal = Journal(host, 30);
        var session = await host.OpenAsync(journal);
        Assert.Equal(10UL, (await SendAsync(1, 10)).HighWater);
        cluster.Crash();
        await Assert.ThrowsAnyAsync<Exception>(() => SendAsync(11, 20));
        await Assert.ThrowsAnyAsync<Exception>(() => SendAsync(11, 20));
        Assert.Equal(10UL, session.HighWater);
        Assert.False(host.Test.Store.Writer.Broken.IsCompleted);
        cluster.Start();
        Assert.Equal(20UL, (await SendAsync(11, 20)).HighWater);
        Assert.Equal(30UL, (await SendAsync(21, 30)).HighWater);
        await AssertStoredOnceAsync(host, 30);

        Task<AppendResult> SendAsync(int first, int last) =>
            host.Ingest.AppendAsync(session, journal.Before(first), journal.Range(first, last), backlog: false, CancellationToken.None);
    }

    private static KioskJournal Journal(IngestHost host, int taps)
    {
        var journal = host.NewJournal();
        for (var i = 1; i <= taps; i++) journal.Tap((UInt128)(i % 7) + 1, i);
        return journal;
    }

    private static void EndSessions(IngestHost host) => TestStores.Execute($"""
        SELECT pg_terminate_backend(pid) FROM pg_stat_activity
        WHERE datname = '{new NpgsqlConnectionStringBuilder(host.Test.Options.ConnectionString).Database}' AND pid <> pg_backend_pid()
        """);

    private static async Task AssertStoredOnceAsync(IngestHost host, int taps)
    {
        Assert.Equal([$"{taps} 1 {taps}"], await ColumnAsync(host, "SELECT count(*) || ' ' || min(sequence) || ' ' || max(sequence) FROM taps"));
        Assert.Equal([$"{taps}"], await ColumnAsync(host, "SELECT count(*) FROM unresolved_taps"));
        Assert.Equal([$"{taps}"], await ColumnAsync(host, "SELECT high_water FROM journals"));
    }

    /// <summary>A pooled session may have been ended; a fresh one is asked then.</summary>
    private static async Task<List<string>> ColumnAsync(IngestHost host, string sql)
    {
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                return host.Column(sql);
            }
            catch (NpgsqlException) when (attempt < 50)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(20), Cli.TestTime.System);
            }
        }
    }
}

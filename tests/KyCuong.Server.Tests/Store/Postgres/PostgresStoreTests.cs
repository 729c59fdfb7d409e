using System.Data.Common;
using System.Globalization;
using KyCuong.Protos;
using KyCuong.Server.Cli;
using KyCuong.Server.Ingest;
using KyCuong.Server.Store;
using KyCuong.Server.Store.Postgres;
using KyCuong.Server.Store.Rows;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace KyCuong.Server.Tests.Store.Postgres;

/// <summary>What only the PostgreSQL store has: a server that may be away or set wrongly, a lock, partitions, a queue of writes.</summary>
public sealed class PostgresStoreTests
{
    private const string Only = "PostgreSQL is a server of its own";

    [OnStoreFact(StoreKind.Postgres, Only)]
    public async Task What_makes_a_commit_durable_is_set_whatever_the_database_says()
    {
        await using var test = new TestStore();
        Alter(test, "synchronous_commit = off");
        await test.ReopenAsync();
        await using var lease = await test.Store.LeaseAsync(CancellationToken.None);
        Assert.Equal(["on"], Catalogue.Column(lease.Session, "SHOW synchronous_commit"));
    }

    [OnStoreFact(StoreKind.Postgres, Only)]
    public async Task A_database_that_cannot_be_written_is_refused_in_one_sentence()
    {
        await using var test = new TestStore();
        Alter(test, "default_transaction_read_only = on");
        await test.Store.DisposeAsync();
        Refused(test.Data, test.Options, "transaction_read_only");
        Alter(test, "default_transaction_read_only = off");
        await test.ReopenAsync();
    }

    [OnStoreFact(StoreKind.Postgres, Only)]
    public async Task A_server_that_does_not_wait_for_its_disk_is_refused()
    {
        await using var test = new TestStore();
        using var cluster = new PostgresCluster("fsync = off");
        Refused(test, cluster.Server + ";Database=postgres", "fsync");
    }

    [OnStoreFact(StoreKind.Postgres, Only)]
    public async Task A_second_server_on_the_database_is_refused_and_told_who_has_it()
    {
        await using var test = new TestStore();
        var folder = Directory.CreateTempSubdirectory("kycuong-second-");
        var refusal = Refused(DataDirectory.Open(folder.FullName), test.Options with { BusyTimeout = TimeSpan.FromMilliseconds(100) }, $"/{Environment.ProcessId} ");
        Assert.True(refusal.MayPass);
        folder.Delete(recursive: true);
        // The one that has it goes on.
        await test.AddAgencyAsync();
    }

    [OnStoreFact(StoreKind.Postgres, Only)]
    public async Task Whoever_lost_the_lock_to_another_server_writes_no_more()
    {
        await using var test = new TestStore(new StoreOptions { BusyTimeout = TimeSpan.FromMilliseconds(100) });
        await using var other = new NpgsqlConnection(test.Options.ConnectionString);
        other.Open();
        Catalogue.Column(other, "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND database = (SELECT oid FROM pg_database WHERE datname = current_database())");
        Assert.Equal([""], Catalogue.Column(other, $"SELECT pg_advisory_lock({0x4B7943756F6E67})"));
        await Assert.ThrowsAnyAsync<Exception>(() => test.AddAgencyAsync("A"));
        await Assert.ThrowsAnyAsync<Exception>(() => test.AddAgencyAsync("B"));
        Assert.True(test.Store.Writer.Broken.IsCompleted);
        await Assert.ThrowsAsync<InvalidOperationException>(() => test.Store.LeaseAsync(CancellationToken.None));
        Assert.Equal(["0"], Catalogue.Column(other, "SELECT count(*) FROM agencies"));
    }

    [OnStoreFact(StoreKind.Postgres, Only)]
    public async Task What_keeps_it_from_opening_is_one_sentence_each()
    {
        await using var test = new TestStore();
        using var cluster = new PostgresCluster();
        using (var admin = new NpgsqlConnection(cluster.Server + ";Database=postgres"))
        {
            admin.Open();
            Catalogue.Column(admin, "CREATE ROLE secret LOGIN PASSWORD 'right'");
            Catalogue.Column(admin, "CREATE ROLE guest LOGIN");
            Catalogue.Column(admin, "CREATE DATABASE latin TEMPLATE template0 ENCODING 'LATIN1' LOCALE 'C'");
            Catalogue.Column(admin, "CREATE DATABASE other");
        }

        using (var other = new NpgsqlConnection(cluster.Server + ";Database=other"))
        {
            other.Open();
            Catalogue.Column(other, "CREATE TABLE songs (title text)");
        }

        await File.WriteAllTextAsync(cluster.AccessFile, "local all secret scram-sha-256\nlocal all all trust\n");
        cluster.Reload();
        var server = new NpgsqlConnectionStringBuilder(cluster.Server);
        var wrong = Refused(test, $"Host={server.Host};Username=secret;Password=wrong-word;Database=postgres", "secret");
        Assert.DoesNotContain("wrong-word", wrong.Message, StringComparison.Ordinal);
        Refused(test, cluster.Server + ";Database=nowhere", "createdb");
        Refused(test, $"Host={server.Host};Username=guest;Database=postgres", "guest");
        Refused(test, cluster.Server + ";Database=latin", "server_encoding");
        Refused(test, cluster.Server + ";Database=other", "chương trình khác");
        cluster.Crash();
        Refused(test, cluster.Server + ";Database=postgres", server.Host!);
        Refused(test, "Host=127.0.0.1;Port=1;Database=postgres;Username=x", "127.0.0.1:1/postgres");
    }

    [OnStoreFact(StoreKind.Postgres, Only)]
    public async Task A_store_is_copied_before_a_newer_server_changes_it()
    {
        await using var test = new TestStore();
        await test.AddAgencyAsync();
        await test.Store.DisposeAsync();
        var next = new Migration(PostgresMigrator.Shipped.Count + 1, "9999_next.sql", "CREATE TABLE next (x text)");
        await using (ServerStore.Open(test.Data, test.Options, test.Time, NullLoggerFactory.Instance, [.. PostgresMigrator.Shipped, next]))
        {
            var copy = Assert.Single(Directory.GetFiles(test.Data.BackupFolder));
            if (!OperatingSystem.IsWindows()) Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(copy));
            var restored = TestStores.NewDatabase();
            try
            {
                var settings = new NpgsqlConnectionStringBuilder(restored);
                using var process = System.Diagnostics.Process.Start("pg_restore", ["--host", settings.Host!, "--username", settings.Username!, "--dbname", settings.Database!, "--exit-on-error", copy]);
                await process.WaitForExitAsync();
                Assert.Equal(0, process.ExitCode);
                using var old = new NpgsqlConnection(restored);
                old.Open();
                Assert.Equal(["BQLKCN"], Catalogue.Column(old, "SELECT code FROM agencies"));
                Assert.Equal([$"{PostgresMigrator.Shipped.Count}"], Catalogue.Column(old, "SELECT max(number) FROM schema_versions"));
            }
            finally
            {
                TestStores.Drop(restored);
            }
        }

        // The older server does not touch it any more.
        Refused(test.Data, test.Options, $"phiên bản {next.Number}");
    }

    [OnStoreFact(StoreKind.Postgres, Only)]
    public async Task A_transaction_in_which_something_failed_is_not_committed_without_a_word()
    {
        await using var test = new TestStore();
        await using var lease = await test.Store.LeaseAsync(CancellationToken.None);
        using var wrong = lease.Session.Prepare("INSERT INTO agencies (code) VALUES (?1)");
        Assert.Throws<PostgresException>(() => wrong.Bind(1, "A").Run());
        Assert.Throws<PostgresException>(lease.Commit);
    }

    [OnStoreFact(StoreKind.Postgres, Only)]
    public async Task What_is_gathered_is_done_in_the_order_of_asking_and_before_the_next_question()
    {
        await using var test = new TestStore();
        var agency = await test.AddAgencyAsync();
        await using var lease = await test.Store.LeaseAsync(CancellationToken.None);
        using var insert = lease.Session.PrepareInsert("holidays", "agency_id, date, name, notice", null);
        using var remove = lease.Session.Prepare("DELETE FROM units WHERE agency_id = ?1 AND code = ?2");
        using var units = lease.Session.PrepareInsert("units", "agency_id, code, name");
        using var count = lease.Session.Prepare("SELECT code, name FROM units WHERE agency_id = ?1 ORDER BY code");
        units.Bind(1, agency).Bind(2, "A").Bind(3, "trước").Add();
        units.Bind(1, agency).Bind(2, "B").Bind(3, "trước").Add();
        remove.Bind(1, agency).Bind(2, "A").Write();
        // Were the rows told together, this would meet the one that is removed.
        units.Bind(1, agency).Bind(2, "A").Bind(3, "sau").Add();
        count.Bind(1, agency);
        var seen = new List<string>();
        while (count.Step()) seen.Add($"{count.Text(0)} {count.Text(1)}");
        Assert.Equal(["A sau", "B trước"], seen);
        Assert.Throws<InvalidOperationException>(() => insert.Bind(1, agency).Add());
    }

    [OnStoreFact(StoreKind.Postgres, Only)]
    public async Task Rows_that_are_left_survive_another_question_in_between()
    {
        await using var test = new TestStore();
        foreach (var code in new[] { "A", "B", "C" }) await test.AddAgencyAsync(code);
        using var reader = test.Store.OpenReader();
        using var agencies = reader.Prepare(
            "SELECT code, created_us, NULL::bigint, date '2026-05-13', 7::smallint, 8::integer, TRUE, '\\x0102'::bytea FROM agencies ORDER BY code");
        using var other = reader.Prepare("SELECT count(*) FROM agencies");
        Assert.True(agencies.Step());
        Assert.Equal((new DateOnly(2026, 5, 13), 7, 8, true), (agencies.Date(3), agencies.Number(4), agencies.Number(5), agencies.Truth(6)));
        agencies.Reset();
        var seen = new List<string>();
        while (agencies.Step())
        {
            Assert.True(other.Step());
            Assert.Equal(3, other.Number(0));
            other.Reset();
            Assert.Null(agencies.NumberOrNull(2));
            Assert.Equal(0, agencies.Number(1));
            Assert.Equal(new DateOnly(2026, 5, 13), agencies.Date(3));
            Assert.Equal((7, 8, true), (agencies.Number(4), agencies.Number(5), agencies.Truth(6)));
            Assert.Equal("0102", Convert.ToHexString(agencies.Bytes(7)));
            seen.Add(agencies.Text(0));
        }

        Assert.Equal(["A", "B", "C"], seen);
    }

    [OnStoreFact(StoreKind.Postgres, Only)]
    public async Task A_month_gets_its_partition_with_its_first_tap_and_loses_it_with_the_transaction()
    {
        await using var test = new TestStore();
        var december = new DateOnly(2026, 12, 31);
        foreach (var commit in new[] { false, true, true })
        {
            await using var lease = await test.Store.LeaseAsync(CancellationToken.None);
            using var insert = lease.Session.PrepareInsert(
                "resolved_taps", "agency_id, bucket, staff_id, at_us, journal_id, sequence, direction, direction_source, uncertainty_us, kiosk_id, reader");
            var sequence = commit ? test.Store.Writer.Commits + 10 : 1;
            foreach (var day in new[] { december, december.AddDays(1), december.AddDays(2), new DateOnly(1999, 12, 31), new DateOnly(2100, 1, 1), new DateOnly(9999, 12, 30) })
                insert.Bind(1, 1).Bind(2, day.DayNumber).Bind(3, 1).Bind(4, 0).Bind(5, 1).Bind(6, sequence).Bind(7, 0).Bind(8, 0).Bind(9, 0).Bind(10, 1).Bind(11, "r").Add();
            using var count = lease.Session.Prepare("SELECT count(*) FROM resolved_taps WHERE sequence = ?1").Bind(1, sequence);
            count.Step();
            Assert.Equal(6, count.Number(0));
            count.Reset();
            if (commit) await lease.CommitAsync();
        }

        using var reader = test.Store.OpenReader();
        Assert.Equal(
            ["resolved_taps_after 4", "resolved_taps_before 2", "resolved_taps_y2026m12 2", "resolved_taps_y2027m01 4"],
            Catalogue.Column(reader, "SELECT tableoid::regclass::text || ' ' || count(*) FROM resolved_taps GROUP BY tableoid ORDER BY 1"));
    }

    [OnStoreFact(StoreKind.Postgres, Only)]
    public async Task A_month_is_added_while_another_is_read()
    {
        await using var test = new TestStore();
        await using var db = test.Store.NewReader();
        await using var moment = db.BeginMoment();
        Assert.Equal(0, await db.ResolvedTaps.CountAsync());
        await using var lease = await test.Store.LeaseAsync(CancellationToken.None);
        using var patience = lease.Session.Prepare("SELECT set_config('lock_timeout', '2s', true)");
        patience.Run();
        using var insert = lease.Session.PrepareInsert(
            "resolved_taps", "agency_id, bucket, staff_id, at_us, journal_id, sequence, direction, direction_source, uncertainty_us, kiosk_id, reader");
        insert.Bind(1, 1).Bind(2, new DateOnly(2031, 3, 1).DayNumber).Bind(3, 1).Bind(4, 0).Bind(5, 1).Bind(6, 1).Bind(7, 0).Bind(8, 0).Bind(9, 0).Bind(10, 1).Bind(11, "r").Add();
        await lease.CommitAsync();
        Assert.Equal(0, await db.ResolvedTaps.CountAsync());
    }

    [OnStoreFact(StoreKind.Postgres, Only)]
    public async Task The_summary_reads_one_range_of_the_key_and_nothing_else()
    {
        await using var test = new TestStore();
        await using (var lease = await test.Store.LeaseAsync(CancellationToken.None))
        {
            using var insert = lease.Session.PrepareInsert(
                "resolved_taps", "agency_id, bucket, staff_id, at_us, journal_id, sequence, direction, direction_source, uncertainty_us, kiosk_id, reader");
            var first = new DateOnly(2026, 4, 1).DayNumber;
            for (var day = 0; day < 91; day++)
                for (var tap = 0; tap < 100; tap++)
                    insert.Bind(1, 1).Bind(2, first + day).Bind(3, tap / 4).Bind(4, (day * 1000) + tap).Bind(5, 1).Bind(6, (day * 1000) + tap).Bind(7, 0).Bind(8, 0).Bind(9, 0).Bind(10, 1).Bind(11, "r").Add();
            await lease.CommitAsync();
        }

        await using var connection = new NpgsqlConnection(test.Options.ConnectionString);
        connection.Open();
        Catalogue.Column(connection, "VACUUM ANALYZE resolved_taps");
        foreach (var sql in new[] { ResolvedTapReader.Sql, KyCuong.Server.Features.Summaries.TapTable.Sql })
        {
            var asked = sql.Replace("?1", "1", StringComparison.Ordinal)
                .Replace("?2", new DateOnly(2026, 5, 1).DayNumber.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal)
                .Replace("?3", new DateOnly(2026, 5, 31).DayNumber.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal);
            var plan = string.Join('\n', Catalogue.Column(connection, "EXPLAIN (COSTS OFF) " + asked));
            Assert.StartsWith("Index Only Scan using resolved_taps_y2026m05_pkey on resolved_taps_y2026m05", plan, StringComparison.Ordinal);
            Assert.DoesNotContain("Sort", plan, StringComparison.Ordinal);
            Assert.DoesNotContain("m04", plan, StringComparison.Ordinal);
        }

        // One person's: a place of the key for each date.
        var one = string.Join('\n', Catalogue.Column(connection, "EXPLAIN (COSTS OFF) " + ResolvedTapReader.PersonSql.Replace("?1", "1", StringComparison.Ordinal)
            .Replace("?2", new DateOnly(2026, 5, 1).DayNumber.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal).Replace("?3", "3", StringComparison.Ordinal)));
        Assert.StartsWith("Index Only Scan using resolved_taps_y2026m05_pkey on resolved_taps_y2026m05", one, StringComparison.Ordinal);
        Assert.Matches(@"Index Cond: .*bucket = \d+.*staff_id = 3", one);
    }

    [OnStoreFact(StoreKind.Postgres, Only)]
    public async Task A_connection_that_breaks_as_a_command_begins_is_a_store_that_went_away_and_no_mistake_of_the_program()
    {
        await using var test = new TestStore();
        // As Npgsql 10 says it: an event of its own that it disposed of.
        using var of = new ManualResetEventSlim();
        of.Dispose();
        var broke = Assert.Throws<ObjectDisposedException>(of.Reset);
        Assert.True(test.Store.Writer.WasLost(broke));
        Assert.NotNull(test.Store.Lost(broke));
        Assert.False(test.Store.Writer.WasLost(new ObjectDisposedException(nameof(TestStore))));
    }

    [OnStoreFact(StoreKind.Postgres, Only)]
    public async Task A_session_whose_statements_are_of_no_use_is_not_lent_again_though_its_connection_answers()
    {
        await using var test = new TestStore();
        PostgresSession before;
        await using (var lease = await test.Store.LeaseAsync(CancellationToken.None))
        {
            before = (PostgresSession)lease.Session;
            before.End();
        }

        Assert.True(test.Store.Writer.WasLost(new InvalidOperationException()));
        await using (var lease = await test.Store.LeaseAsync(CancellationToken.None))
        {
            Assert.NotSame(before, lease.Session);
            using var statement = lease.Session.Prepare("SELECT count(*) FROM agencies");
            Assert.True(statement.Step());
        }
    }

    [OnStoreFact(StoreKind.Postgres, Only)]
    public async Task Facts_are_neither_changed_nor_emptied()
    {
        await using var test = new TestStore();
        var agency = await test.AddAgencyAsync();
        var kiosk = new KioskRow { AgencyId = agency, Code = "K", Name = "K", State = KioskState.Enrolled };
        await test.WriteAsync(db => db.Kiosks.Add(kiosk));
        var journal = new JournalRow { AgencyId = agency, KioskId = kiosk.KioskId, Epoch = new byte[16], HighWaterHash = new byte[32] };
        await test.WriteAsync(db => db.Journals.Add(journal));
        await test.WriteAsync(db =>
        {
            db.Taps.Add(new TapRow { JournalId = journal.JournalId, Sequence = 1, AgencyId = agency, Hash = new byte[32], BootId = new byte[16], Reader = "r", Badge = [] });
            db.KioskEvents.Add(new KioskEventRow { JournalId = journal.JournalId, Sequence = 2, AgencyId = agency, Hash = new byte[32], Encoding = [1] });
        });
        await using var connection = new NpgsqlConnection(test.Options.ConnectionString);
        connection.Open();
        foreach (var sql in new[]
        {
            "UPDATE taps SET direction = 1", "DELETE FROM taps", "TRUNCATE taps", "UPDATE kiosk_events SET kind = 1", "DELETE FROM kiosk_events", "TRUNCATE kiosk_events",
            "TRUNCATE leave_entries", "UPDATE agencies SET code = 'X'",
        })
        {
            Assert.Equal("23000", Assert.Throws<PostgresException>(() => Catalogue.Column(connection, sql)).SqlState);
        }

        Assert.Equal(["1"], Catalogue.Column(connection, "SELECT count(*) FROM taps"));
    }

    [OnStoreFact(StoreKind.Postgres, Only)]
    public async Task Whoever_touches_badges_in_any_way_makes_what_is_known_of_them_out_of_date()
    {
        await using var test = new TestStore();
        var agency = await test.AddAgencyAsync();
        await using var lease = await test.Store.LeaseAsync(CancellationToken.None);
        var before = test.Store.Writer.BadgesVersion;
        foreach (var sql in new[]
        {
            "INSERT INTO badges (agency_id, kind, state, state_since_us) VALUES (1, 'uid', 1, 0)", "UPDATE badges SET state = 2",
            "DELETE FROM badges", "UPDATE badge_hashes SET level = 1", "DELETE FROM badge_holdings", "UPDATE agencies SET name = 'B'",
        })
        {
            Catalogue.Column(lease.Session, sql.Replace("(1,", $"({agency},", StringComparison.Ordinal));
            Assert.True(test.Store.Writer.BadgesVersion > before, sql);
            before = test.Store.Writer.BadgesVersion;
        }

        Catalogue.Column(lease.Session, "UPDATE kiosks SET name = 'B'");
        Assert.Equal(before, test.Store.Writer.BadgesVersion);
    }

    private static void Alter(TestStore test, string setting) =>
        TestStores.Execute($"ALTER DATABASE {new NpgsqlConnectionStringBuilder(test.Options.ConnectionString).Database} SET {setting}");

    private static CommandException Refused(TestStore test, string connectionString, string word)
    {
        var folder = Directory.CreateTempSubdirectory("kycuong-refused-");
        try
        {
            return Refused(DataDirectory.Open(folder.FullName), test.Options with { ConnectionString = connectionString }, word);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static CommandException Refused(DataDirectory data, StoreOptions options, string word)
    {
        var refusal = Assert.Throws<CommandException>(() => ServerStore.Open(data, options, Cli.TestTime.System, NullLoggerFactory.Instance));
        Assert.Contains(word, refusal.Message, StringComparison.Ordinal);
        Assert.Single(refusal.Message.Split('\n'));
        return refusal;
    }
}

using KyCuong.Server.Cli;
using KyCuong.Server.Store;
using KyCuong.Server.Store.Postgres;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace KyCuong.Server.Tests.Store.Postgres;

/// <summary>The schema of the PostgreSQL store.</summary>
public sealed class PostgresMigratorTests
{
    private const string Only = "the schema of PostgreSQL";

    [OnStoreFact(StoreKind.Postgres, Only)]
    public async Task Migrations_make_what_the_model_describes()
    {
        await using var test = new TestStore();
        await using var connection = new NpgsqlConnection(test.Options.ConnectionString);
        connection.Open();
        await using (var db = test.Store.NewReader())
            Execute(connection, "CREATE SCHEMA modelled; SET search_path = modelled; " + db.Database.GenerateCreateScript());
        var (modelled, migrated) = (PostgresCatalogue.Read(connection, "modelled"), PostgresCatalogue.Read(connection, "public"));
        Assert.Equal([], modelled.Except(migrated));
        Assert.Equal([], migrated.Except(modelled));
        Assert.NotEmpty(migrated);
    }

    [OnStoreFact(StoreKind.Postgres, Only)]
    public async Task A_copy_is_read_to_its_end_and_one_that_is_cut_short_is_none()
    {
        await using var test = new TestStore();
        await test.AddAgencyAsync();
        var (settings, copy) = (PostgresSettings.Parse(test.Options.ConnectionString), test.Data.PathOf("copy"));
        PostgresDump.Write(settings, copy);
        PostgresDump.Check(settings, copy);
        await using (var file = new FileStream(copy, FileMode.Open)) file.SetLength(file.Length - 20);
        Assert.Throws<CommandException>(() => PostgresDump.Check(settings, copy));
    }

    [OnStoreFact(StoreKind.Postgres, Only)]
    public async Task Triggers_partitions_and_what_the_key_carries_are_these()
    {
        await using var test = new TestStore();
        using var reader = test.Store.OpenReader();
        Assert.Equal(
            [
                "agencies agencies_code_immutable", "agencies agencies_touched", "badge_hashes badge_hashes_touched",
                "badge_holdings badge_holdings_touched", "badge_loans badge_loans_no_delete", "badge_loans badge_loans_no_truncate",
                "badge_loans badge_loans_only_returned", "badge_loans badge_loans_touched", "badges badges_touched", "claim_decisions claim_decisions_no_delete",
                "claim_decisions claim_decisions_no_truncate", "claim_decisions claim_decisions_only_withdrawn",
                "erased_entries erased_entries_no_delete", "erased_entries erased_entries_no_truncate", "erased_entries erased_entries_only_received", "erasures erasures_no_change", "erasures erasures_no_truncate", "finding_decisions finding_decisions_no_delete",
                "finding_decisions finding_decisions_no_truncate", "finding_decisions finding_decisions_only_withdrawn",
                "hand_kept hand_kept_no_delete", "hand_kept hand_kept_no_truncate", "hand_kept hand_kept_only_withdrawn",
                "hand_kept_marks hand_kept_marks_no_delete", "hand_kept_marks hand_kept_marks_no_truncate",
                "hand_kept_marks hand_kept_marks_only_confirmed", "imported_taps imported_taps_no_update", "incidents incidents_no_delete",
                "incidents incidents_no_truncate", "incidents incidents_only_withdrawn", "journal_heads journal_heads_no_delete",
                "journal_heads journal_heads_no_truncate", "journal_heads journal_heads_no_update", "kiosk_events kiosk_events_no_change",
                "kiosk_events kiosk_events_no_truncate", "kiosk_losses kiosk_losses_no_delete", "kiosk_losses kiosk_losses_no_truncate",
                "kiosk_losses kiosk_losses_no_update", "kiosk_releases kiosk_releases_no_delete", "kiosk_releases kiosk_releases_no_truncate", "kiosk_releases kiosk_releases_no_update", "leave_entries leave_entries_no_delete", "leave_entries leave_entries_no_truncate",
                "leave_entries leave_entries_only_withdrawn",
                "log_entries log_entries_no_delete", "log_entries log_entries_no_truncate", "log_entries log_entries_only_unsalted", "taps taps_no_change", "taps taps_no_delete", "taps taps_no_truncate",
                "time_decisions time_decisions_no_delete", "time_decisions time_decisions_no_truncate", "time_decisions time_decisions_only_withdrawn",
            ],
            Catalogue.Column(reader, """SELECT tgrelid::regclass::text || ' ' || tgname FROM pg_trigger WHERE NOT tgisinternal ORDER BY (tgrelid::regclass::text || ' ' || tgname) COLLATE "C" """));
        Assert.Equal(
            ["resolved_taps_after FOR VALUES FROM (766644) TO (MAXVALUE)", "resolved_taps_before FOR VALUES FROM (MINVALUE) TO (730119)"],
            Catalogue.Column(reader, "SELECT relname || ' ' || pg_get_expr(relpartbound, oid) FROM pg_class WHERE relispartition AND relkind = 'r' ORDER BY relname"));
        Assert.Equal([new DateOnly(2000, 1, 1).DayNumber, new DateOnly(2100, 1, 1).DayNumber], [730119, 766644]);
        Assert.Equal(
            ["(agency_id, bucket, staff_id, at_us, journal_id, sequence) INCLUDE (direction, direction_source, uncertainty_us, kiosk_id, reader)"],
            Catalogue.Column(reader, "SELECT substring(pg_get_constraintdef(oid) FROM '\\(.*') FROM pg_constraint WHERE conrelid = 'resolved_taps'::regclass AND contype = 'p'"));
    }

    [OnStoreFact(StoreKind.Postgres, Only)]
    public void An_older_store_is_backed_up_and_brought_forward() => InDatabase(connection =>
    {
        Migrate(connection, [First], _ => Assert.Fail("A new store needs no copy."));
        Execute(connection, "INSERT INTO people VALUES ('Lan')");
        var copied = new List<int>();
        Assert.Equal([2], Migrate(connection, [First, Second], copied.Add));
        Assert.Equal([1], copied);
        Assert.Equal(["Lan/0"], Catalogue.Column(connection, "SELECT name || '/' || age FROM people"));
        Assert.Equal([], Migrate(connection, [First, Second], copied.Add));
    });

    [OnStoreFact(StoreKind.Postgres, Only)]
    public void A_newer_schema_is_refused_with_a_sentence() => InDatabase(connection =>
    {
        Migrate(connection, [First, Second], _ => { });
        var refusal = Assert.Throws<CommandException>(() => Migrate(connection, [First], _ => Assert.Fail("It is not changed.")));
        Assert.Contains("phiên bản 2", refusal.Message, StringComparison.Ordinal);
    });

    [OnStoreFact(StoreKind.Postgres, Only)]
    public void A_database_of_another_program_is_refused() => InDatabase(connection =>
    {
        Execute(connection, "CREATE TABLE songs (title text)");
        Assert.Throws<CommandException>(() => Migrate(connection, [First], _ => Assert.Fail("It is not changed.")));
        Assert.Equal(["songs"], Tables(connection));
    });

    [OnStoreFact(StoreKind.Postgres, Only)]
    public void A_migration_that_fails_leaves_nothing_behind() => InDatabase(connection =>
    {
        var broken = new Migration(2, "0002_broken.sql", "CREATE TABLE half (x text); CREATE TABLE people (name text);");
        Assert.Throws<PostgresException>(() => Migrate(connection, [First, broken], _ => { }));
        Assert.Equal(["people", "schema_versions"], Tables(connection));
        Assert.Equal(["1"], Catalogue.Column(connection, "SELECT max(number) FROM schema_versions"));
    });

    private static Migration First => new(1, "0001_first.sql", "CREATE TABLE people (name text NOT NULL)");

    private static Migration Second => new(2, "0002_second.sql", "ALTER TABLE people ADD COLUMN age integer NOT NULL DEFAULT 0");

    private static IReadOnlyList<int> Migrate(NpgsqlConnection connection, IReadOnlyList<Migration> migrations, Action<int> backUp) =>
        PostgresMigrator.Migrate(connection, "here", migrations, 0, backUp);

    private static List<string> Tables(NpgsqlConnection connection) =>
        Catalogue.Column(connection, "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' ORDER BY relname");

    private static void InDatabase(Action<NpgsqlConnection> test)
    {
        var database = TestStores.NewDatabase();
        try
        {
            using var connection = new NpgsqlConnection(database);
            connection.Open();
            test(connection);
        }
        finally
        {
            TestStores.Drop(database);
        }
    }

    private static void Execute(NpgsqlConnection connection, string sql)
    {
        using var command = new NpgsqlCommand(sql, connection);
        command.ExecuteNonQuery();
    }
}

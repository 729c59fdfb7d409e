using KyCuong.Server.Cli;
using KyCuong.Server.Store;
using KyCuong.Server.Store.Sqlite;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;

namespace KyCuong.Server.Tests.Store;

/// <summary>The schema of the SQLite store.</summary>
public sealed class SqliteMigratorTests
{
    [OnStoreFact(StoreKind.Sqlite, "PostgreSQL has migrations of its own")]
    public async Task Migrations_make_what_the_model_describes()
    {
        await using var test = new TestStore();
        using var migrated = test.Store.OpenReader();
        using var modelled = new SqliteConnection("Data Source=:memory:");
        modelled.Open();
        await using (var db = test.Store.NewReader())
        {
            using var create = modelled.CreateCommand();
            create.CommandText = db.Database.GenerateCreateScript();
            create.ExecuteNonQuery();
        }

        Assert.Equal(Catalogue.Read(modelled), Catalogue.Read(migrated.Connection));
    }

    [OnStoreFact(StoreKind.Sqlite, "PostgreSQL has migrations of its own")]
    public async Task Triggers_and_kinds_of_table_are_these()
    {
        await using var test = new TestStore();
        using var migrated = test.Store.OpenReader();
        Assert.Equal(
            ["agencies_code_immutable", "badge_loans_no_delete", "badge_loans_only_returned", "claim_decisions_no_delete", "claim_decisions_only_withdrawn", "erased_entries_no_delete", "erased_entries_only_received", "erasures_no_delete", "erasures_no_update", "finding_decisions_no_delete", "finding_decisions_only_withdrawn", "hand_kept_marks_no_delete", "hand_kept_marks_only_confirmed",
                "hand_kept_no_delete", "hand_kept_only_withdrawn", "imported_taps_no_update", "incidents_no_delete", "incidents_only_withdrawn", "journal_heads_no_delete", "journal_heads_no_update", "kiosk_events_no_delete", "kiosk_events_no_update", "kiosk_losses_no_delete", "kiosk_losses_no_update", "kiosk_releases_no_delete", "kiosk_releases_no_update", "leave_entries_no_delete", "leave_entries_only_withdrawn", "log_entries_no_delete", "log_entries_only_unsalted", "taps_no_delete", "taps_no_update", "time_decisions_no_delete", "time_decisions_only_withdrawn"],
            Catalogue.Column(migrated, "SELECT name FROM sqlite_schema WHERE type = 'trigger' ORDER BY name"));
        Assert.Equal([], Catalogue.Column(migrated, "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table' AND name NOT LIKE 'sqlite%' AND strict = 0"));
        Assert.Equal(
            ["badge_hashes", "badge_keys", "badgeless_taps", "day_swaps", "enrolment_codes", "erased_entries", "holidays", "journal_conflicts", "journal_gaps", "journal_heads", "kiosk_certificates", "kiosk_events", "resolved_taps", "taps", "unit_heads", "unresolved_taps"],
            Catalogue.Column(migrated, "SELECT name FROM pragma_table_list WHERE schema = 'main' AND wr = 1 ORDER BY name"));
    }

    [OnStoreFact(StoreKind.Sqlite, "PostgreSQL has migrations of its own")]
    public void A_newer_schema_is_refused_with_a_sentence()
    {
        using var connection = NewFile();
        Run(connection, $"PRAGMA application_id = {SqliteMigrator.ApplicationId}; PRAGMA user_version = 3; CREATE TABLE later (x) STRICT;".Replace("(x)", "(x TEXT)", StringComparison.Ordinal));
        var refusal = Assert.Throws<CommandException>(() => SqliteMigrator.Migrate(connection, [First, Second], _ => Assert.Fail("It is not changed.")));
        Assert.Contains("phiên bản 3", refusal.Message, StringComparison.Ordinal);
    }

    [OnStoreFact(StoreKind.Sqlite, "PostgreSQL has migrations of its own")]
    public void A_database_of_another_program_is_refused()
    {
        using var connection = NewFile();
        Run(connection, "CREATE TABLE songs (title TEXT)");
        Assert.Throws<CommandException>(() => SqliteMigrator.Migrate(connection, [First], _ => Assert.Fail("It is not changed.")));
        Assert.Equal(["songs"], Catalogue.Column(connection, "SELECT name FROM sqlite_schema"));
    }

    [OnStoreFact(StoreKind.Sqlite, "PostgreSQL has migrations of its own")]
    public void An_older_store_is_backed_up_and_brought_forward()
    {
        using var connection = NewFile();
        SqliteMigrator.Migrate(connection, [First], _ => Assert.Fail("A new store needs no copy."));
        Run(connection, "INSERT INTO people VALUES ('Lan')");
        var copied = new List<int>();
        Assert.Equal([2], SqliteMigrator.Migrate(connection, [First, Second], copied.Add));
        Assert.Equal([1], copied);
        Assert.Equal(["Lan/0"], Catalogue.Column(connection, "SELECT name || '/' || age FROM people"));
        Assert.Equal([], SqliteMigrator.Migrate(connection, [First, Second], copied.Add));
    }

    [OnStoreFact(StoreKind.Sqlite, "PostgreSQL has migrations of its own")]
    public void A_migration_that_fails_leaves_nothing_behind()
    {
        using var connection = NewFile();
        var broken = new Migration(2, "0002_broken.sql", "CREATE TABLE half (x TEXT); CREATE TABLE people (name TEXT);");
        Assert.Throws<SqliteException>(() => SqliteMigrator.Migrate(connection, [First, broken], _ => { }));
        Assert.Equal(["people"], Catalogue.Column(connection, "SELECT name FROM sqlite_schema"));
        Assert.Equal(["1"], Catalogue.Column(connection, "PRAGMA user_version"));
    }

    [OnStoreFact(StoreKind.Sqlite, "PostgreSQL alters the table where it stands")]
    public void Taps_without_a_person_are_still_there_after_the_reasons_grew()
    {
        using var connection = NewFile();
        SqliteMigrator.Migrate(connection, [.. SqliteMigrator.Shipped.Take(6)], _ => { });
        const string rows = "SELECT journal_id || '/' || sequence || '/' || agency_id || '/' || reason || '/' || hex(boot_id) || '/' || ifnull(at_us, '-') || '/' || ifnull(badge_id, '-') FROM unresolved_taps ORDER BY journal_id, sequence";
        Run(connection, "INSERT INTO unresolved_taps VALUES (3, 7, 1, 'blocked', x'0102', 99, 5), (0, 8, 1, 'unknown', x'', NULL, NULL)");
        Assert.Throws<SqliteException>(() => Run(connection, "INSERT INTO unresolved_taps VALUES (3, 9, 1, 'unverified', x'', NULL, NULL)"));
        SqliteMigrator.Migrate(connection, SqliteMigrator.Shipped, _ => { });
        Assert.Equal(["0/8/1/unknown//-/-", "3/7/1/blocked/0102/99/5"], Catalogue.Column(connection, rows));
        Run(connection, "INSERT INTO unresolved_taps VALUES (3, 9, 1, 'unverified', x'', NULL, NULL)");
        Assert.Throws<SqliteException>(() => Run(connection, "INSERT INTO unresolved_taps VALUES (3, 10, 1, 'forgotten', x'', NULL, NULL)"));
    }

    private static Migration First => new(1, "0001_first.sql", "CREATE TABLE people (name TEXT NOT NULL)");

    private static Migration Second => new(2, "0002_second.sql", "ALTER TABLE people ADD COLUMN age INTEGER NOT NULL DEFAULT 0");

    private static SqliteConnection NewFile()
    {
        var connection = new SqliteConnection("Data Source=:memory:");
        connection.Open();
        return connection;
    }

    private static void Run(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}

using System.Globalization;
using System.Reflection;
using KyCuong.Kiosk.Files;
using KyCuong.Kiosk.Resources;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace KyCuong.Kiosk.Journal;

/// <summary>Opens the journal's file for its one writing connection: durability settings that are read back, the log settled, the schema brought forward.</summary>
internal static class JournalOpening
{
    private const int PageBytes = 4096;
    private const string MigrationPrefix = "KyCuong.Kiosk.Journal.Migrations.";

    /// <summary>Opens or makes the file.</summary>
    /// <exception cref="SqliteException">The file or the disk fails.</exception>
    /// <exception cref="IOException">The disk fails.</exception>
    /// <exception cref="JournalOutOfServiceException">A durability setting did not take, or somebody else was reading while the log was settled.</exception>
    /// <exception cref="KioskException">A newer program made it.</exception>
    public static SqliteConnection Open(JournalOptions options)
    {
        AtomicFile.EnsurePrivate(options.Path);
        // Before SQLite reads it: what it copies into the database must not be missing in the log if the power goes meanwhile.
        options.RewriteLog(options.Path + "-wal");
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder
        {
            DataSource = options.Path,
            Mode = SqliteOpenMode.ReadWriteCreate,
            Pooling = false,
        }.ToString());
        try
        {
            connection.Open();
            // Closing would sync and copy the log once more, with a handle that may just have failed (D3): only Finish does that.
            CheckpointOnClose(connection, false);
            connection.Execute(string.Create(CultureInfo.InvariantCulture, $"""
                PRAGMA trusted_schema = OFF;
                PRAGMA cell_size_check = ON;
                PRAGMA mmap_size = 0;
                PRAGMA journal_mode = WAL;
                PRAGMA synchronous = {(int)options.Synchronous};
                PRAGMA wal_autocheckpoint = 0;
                PRAGMA journal_size_limit = {16 * 1024 * 1024};
                PRAGMA max_page_count = {Math.Max(16, options.MaxBytes / PageBytes)};
                """));
            // D7: a setting that silently did not take would lose acknowledged taps.
            Require(connection, "PRAGMA journal_mode", "wal");
            Require(connection, "PRAGMA synchronous", ((int)options.Synchronous).ToString(CultureInfo.InvariantCulture));
            Require(connection, "PRAGMA wal_autocheckpoint", "0");
            Settle(connection);
            Migrate(connection);
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>Whether closing the connection copies its log back, syncs and deletes it.</summary>
    public static void CheckpointOnClose(SqliteConnection connection, bool wanted) =>
        raw.sqlite3_db_config(connection.Handle!, raw.SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, wanted ? 0 : 1, out _);

    /// <summary>
    /// Copies what the log holds into the file, syncs that, and empties the log. A log may hold entries whose sync failed: they are read
    /// here from the system's memory and may never have reached the disk, and entries appended after them would be lost with
    /// them. Copied anew they are written anew, by a handle that has not failed.
    /// </summary>
    private static void Settle(SqliteConnection connection)
    {
        // Its first column: somebody was reading. The caller tries again.
        if (connection.Scalar("PRAGMA wal_checkpoint(TRUNCATE)") != "0")
            throw new JournalOutOfServiceException(JournalText.InUse(connection.DataSource));
    }

    private static void Migrate(SqliteConnection connection)
    {
        var assembly = Assembly.GetExecutingAssembly();
        var migrations = assembly.GetManifestResourceNames().Where(name => name.StartsWith(MigrationPrefix, StringComparison.Ordinal)).Order(StringComparer.Ordinal).ToArray();
        var version = long.Parse(connection.Scalar("PRAGMA user_version"), CultureInfo.InvariantCulture);
        if (version > migrations.Length)
            throw new KioskException(JournalText.Newer(connection.DataSource, version, migrations.Length));
        for (var i = (int)version; i < migrations.Length; i++)
        {
            using var stream = assembly.GetManifestResourceStream(migrations[i])!;
            using var reader = new StreamReader(stream);
            using var transaction = connection.BeginTransaction(deferred: false);
            connection.Execute(reader.ReadToEnd(), transaction);
            connection.Execute(string.Create(CultureInfo.InvariantCulture, $"PRAGMA user_version = {i + 1}"), transaction);
            transaction.Commit();
        }
    }

    private static void Require(SqliteConnection connection, string pragma, string expected)
    {
        var actual = connection.Scalar(pragma);
        if (actual != expected)
            throw new JournalOutOfServiceException(JournalText.SettingNotTaken(connection.DataSource, pragma, actual, expected));
    }
}

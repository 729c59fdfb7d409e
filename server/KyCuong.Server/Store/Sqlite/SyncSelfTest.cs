using Microsoft.Data.Sqlite;

namespace KyCuong.Server.Store.Sqlite;

/// <summary>
/// Proves before a store is opened that a sync that fails is reported (reliability rule D2): a build of SQLite without syncs, a preloaded
/// library that swallows them or a runtime that misreads their answer would have taps acknowledged that a power cut takes. On
/// Linux: <c>/dev/zero</c> takes every write and cannot be synced. Elsewhere nothing is done.
/// </summary>
internal static class SyncSelfTest
{
    private const string Device = "/dev/zero";
    private const int SqliteIoErrorFsync = 1034;

    /// <summary>False when a sync that cannot have happened was called done.</summary>
    /// <exception cref="IOException">The device is not there.</exception>
    public static bool Passes() => !OperatingSystem.IsLinux() || (LibcReports() && SqliteReports());

    private static bool LibcReports()
    {
        using var device = File.OpenHandle(Device, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
        try
        {
            Disk.Sync(device, Device);
            return false;
        }
        catch (IOException)
        {
            return true;
        }
    }

    private static bool SqliteReports()
    {
        // Without locks: those on a device would be shared with every process of the machine.
        using var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = $"file:{Device}?nolock=1", Pooling = false }.ConnectionString);
        connection.Open();
        // One by one: of a batch, the errors of what follows a row are swallowed.
        Execute(connection, "PRAGMA journal_mode = OFF");
        Execute(connection, "PRAGMA synchronous = FULL");
        try
        {
            Execute(connection, "CREATE TABLE proof (x)");
            return false;
        }
        catch (SqliteException e) when (e.SqliteExtendedErrorCode == SqliteIoErrorFsync)
        {
            return true;
        }
    }

    private static void Execute(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // The constants above.
        command.CommandText = sql;
#pragma warning restore CA2100
        command.ExecuteNonQuery();
    }
}

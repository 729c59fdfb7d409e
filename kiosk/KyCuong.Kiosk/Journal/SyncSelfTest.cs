using KyCuong.Kiosk.Files;
using KyCuong.Kiosk.Native;
using KyCuong.Kiosk.Resources;
using Microsoft.Data.Sqlite;

namespace KyCuong.Kiosk.Journal;

/// <summary>
/// Proves at start that a sync that fails is reported (reliability rule D2): a build of SQLite without syncs, a preloaded library that
/// swallows them or a runtime that misreads their answer would let green be shown for taps that a power cut takes. On Linux:
/// <c>/dev/zero</c> takes every write and cannot be synced. Elsewhere nothing is done.
/// </summary>
internal static class SyncSelfTest
{
    private const string Device = "/dev/zero";
    private const int SqliteIoErrorFsync = 1034;

    /// <summary>Runs it.</summary>
    /// <exception cref="JournalOutOfServiceException">A sync that cannot have happened was called done.</exception>
    /// <exception cref="IOException">The device is not there.</exception>
    public static void Run()
    {
        if (!OperatingSystem.IsLinux()) return;
        if (!LibcReports()) throw new JournalOutOfServiceException(JournalText.SyncNotReported("libc"));
        if (!SqliteReports()) throw new JournalOutOfServiceException(JournalText.SyncNotReported("SQLite"));
    }

    private static bool LibcReports()
    {
        using var device = File.OpenHandle(Device, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
        try
        {
            Libc.Sync(device, Device);
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
        using var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = $"file:{Device}?nolock=1", Pooling = false }.ToString());
        connection.Open();
        // One by one: of a batch, the errors of what follows a row are swallowed.
        connection.Execute("PRAGMA journal_mode = OFF");
        connection.Execute("PRAGMA synchronous = FULL");
        try
        {
            connection.Execute("CREATE TABLE proof (x)");
            return false;
        }
        catch (SqliteException e) when (e.SqliteExtendedErrorCode == SqliteIoErrorFsync)
        {
            return true;
        }
    }
}

using Microsoft.Data.Sqlite;

namespace KyCuong.Kiosk.Files;

/// <summary>Tells damage, which no waiting mends, from a disk that is full, locked or gone.</summary>
internal static class SqliteDamage
{
    private const int Corrupt = 11;
    private const int NotADatabase = 26;

    // SQLite's extended codes of a read that fails: with EIO it is the second one.
    private const int CannotRead = 266;
    private const int CannotReadAt = 8458;

    /// <summary>True when what is in the file cannot be read, now or ever.</summary>
    public static bool Is(Exception e) => e switch
    {
        SqliteException sqlite => sqlite.SqliteErrorCode is Corrupt or NotADatabase || sqlite.SqliteExtendedErrorCode is CannotRead or CannotReadAt,
        // Values of a kind that no such column ever had.
        InvalidDataException or InvalidOperationException or InvalidCastException or FormatException or OverflowException => true,
        _ => false,
    };
}

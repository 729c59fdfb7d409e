using System.Globalization;
using Microsoft.Data.Sqlite;

namespace KyCuong.Kiosk.Files;

/// <summary>Short ways to run statements that are written in this program; nothing in them comes from outside.</summary>
internal static class SqliteStatements
{
#pragma warning disable CA2100 // As the summary says.
    /// <summary>A command to give parameters to and to dispose of.</summary>
    public static SqliteCommand Command(this SqliteConnection connection, string sql)
    {
        var command = connection.CreateCommand();
        command.CommandText = sql;
        return command;
    }
#pragma warning restore CA2100

    /// <summary>The first column of the first row as text; empty when there is none.</summary>
    public static string Scalar(this SqliteConnection connection, string sql)
    {
        using var command = connection.Command(sql);
        return Convert.ToString(command.ExecuteScalar(), CultureInfo.InvariantCulture) ?? "";
    }

    /// <summary>Runs one or several statements.</summary>
    public static void Execute(this SqliteConnection connection, string sql, SqliteTransaction? transaction = null)
    {
        using var command = connection.Command(sql);
        command.Transaction = transaction;
        command.ExecuteNonQuery();
    }
}

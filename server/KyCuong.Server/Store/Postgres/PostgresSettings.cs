using KyCuong.Server.Cli;
using Npgsql;

namespace KyCuong.Server.Store.Postgres;

/// <summary>What <c>storage.connectionString</c> says. Pure.</summary>
internal static class PostgresSettings
{
    private const string Example = "Host=/var/run/postgresql;Database=kycuong";

    /// <summary>The settings in a connection string.</summary>
    /// <exception cref="CommandException">It is not one, or names no host or no database.</exception>
    public static NpgsqlConnectionStringBuilder Parse(string connectionString)
    {
        try
        {
            var settings = new NpgsqlConnectionStringBuilder(connectionString);
            if (string.IsNullOrEmpty(settings.Host)) throw Wrong("Host");
            if (string.IsNullOrEmpty(settings.Database)) throw Wrong("Database");
            return settings;
        }
        catch (Exception problem) when (problem is ArgumentException or FormatException or OverflowException)
        {
            // Npgsql's words may repeat a value, and a value may be the password.
            throw new CommandException(StoreText.Get("Postgres.ConnectionString", Example), problem) { ExitCode = 2 };
        }
    }

    /// <summary>Host, port and database, for people.</summary>
    public static string Place(NpgsqlConnectionStringBuilder settings) =>
        string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{settings.Host}:{settings.Port}/{settings.Database}");

    /// <summary>The settings for people's eyes: secrets are stars.</summary>
    public static string Masked(string connectionString)
    {
        var settings = Parse(connectionString);
        if (!string.IsNullOrEmpty(settings.Password)) settings.Password = "***";
        if (!string.IsNullOrEmpty(settings.SslPassword)) settings.SslPassword = "***";
        return settings.ConnectionString;
    }

    private static CommandException Wrong(string key) => new(StoreText.Get("Postgres.ConnectionStringLacks", key, Example)) { ExitCode = 2 };
}

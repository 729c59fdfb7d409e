using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using KyCuong.Server.Cli;
using Npgsql;

namespace KyCuong.Server.Store.Postgres;

/// <summary>
/// The copy of a database, for a backup and before a store that holds something is migrated (rules D25, D26): PostgreSQL's own <c>pg_dump</c>, whose file
/// <c>pg_restore</c> reads, and read to its end at once. The password goes by the environment of that one process.
/// </summary>
internal static class PostgresDump
{
    /// <summary>Writes a copy to a file that does not exist, for its owner alone; returns when it is whole and was read.</summary>
    /// <param name="settings">Which database.</param>
    /// <param name="path">Of the copy.</param>
    /// <param name="snapshot">An exported one, of which the copy is; null: of the moment when it begins.</param>
    /// <exception cref="CommandException">It could not be made; no file is left.</exception>
    public static void Write(NpgsqlConnectionStringBuilder settings, string path, string? snapshot = null)
    {
        new FileStream(path, DataDirectory.NewFile(FileMode.CreateNew)).Dispose();
        try
        {
            Run(settings, "pg_dump", ["--format=custom", "--no-password", "--file", path, .. snapshot is null ? (string[])[] : ["--snapshot", snapshot]]);
            Check(settings, path);
        }
        catch
        {
            File.Delete(path);
            throw;
        }
    }

    /// <summary>Has <c>pg_restore</c> read all of a copy, into nothing.</summary>
    /// <exception cref="CommandException">It cannot.</exception>
    internal static void Check(NpgsqlConnectionStringBuilder settings, string path) =>
        Run(settings, "pg_restore", "--file", OperatingSystem.IsWindows() ? "NUL" : "/dev/null", path);

    private static void Run(NpgsqlConnectionStringBuilder settings, string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardError = true, UseShellExecute = false };
        Set("PGHOST", settings.Host);
        Set("PGPORT", settings.Port.ToString(CultureInfo.InvariantCulture));
        Set("PGDATABASE", settings.Database);
        Set("PGUSER", settings.Username);
        Set("PGPASSWORD", settings.Password);
        Set("PGPASSFILE", settings.Passfile);
        Set("PGSSLROOTCERT", settings.RootCertificate);
        if (settings.SslMode is SslMode.Require or SslMode.VerifyCA or SslMode.VerifyFull)
            Set("PGSSLMODE", settings.SslMode switch { SslMode.VerifyCA => "verify-ca", SslMode.VerifyFull => "verify-full", _ => "require" });
        try
        {
            using var process = Process.Start(start)!;
            var said = process.StandardError.ReadToEnd();
            process.WaitForExit();
            if (process.ExitCode != 0) throw new CommandException(StoreText.Get("Postgres.Dump", PostgresSettings.Place(settings), said.Trim()));
        }
        catch (Win32Exception problem)
        {
            throw new CommandException(StoreText.Get("Postgres.NoDump", PostgresSettings.Place(settings), program, problem.Message), problem);
        }

        void Set(string name, string? value)
        {
            if (!string.IsNullOrEmpty(value)) start.Environment[name] = value;
        }
    }
}

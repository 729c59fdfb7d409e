using System.Net;
using KyCuong.Server.Cli;
using KyCuong.Server.Store;
using KyCuong.Server.Store.Postgres;

namespace KyCuong.Server.Serve;

/// <summary>
/// Settings of <c>serve</c>: defaults here, then the file <c>server.json</c> in the data directory, then the command line.
/// The one secret, a password in the store's connection string, is masked where settings are printed.
/// </summary>
public sealed record ServerOptions
{
    /// <summary>The port kiosks connect to when nothing else is said.</summary>
    public const int DefaultKioskPort = 7443;

    /// <summary>Where kiosks connect: a TCP port, or 0 for any that is free.</summary>
    public int KioskPort { get; init; } = DefaultKioskPort;

    /// <summary>The address to listen on; the default is every address of the machine, IPv6 and IPv4.</summary>
    public IPAddress Listen { get; init; } = IPAddress.IPv6Any;

    /// <summary>Connections open at once on the kiosk port; a further one is closed. The design's goal is 2,000 kiosks.</summary>
    public int KioskConnections { get; init; } = 4_000;

    /// <summary>How long open streams have to end when the server stops; then they are cut.</summary>
    public TimeSpan StopTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Which store: SQLite in the data directory, or PostgreSQL.</summary>
    public StoreOptions Store { get; init; } = new();

    /// <summary>Throws with a sentence that names key, value and remedy when a setting is out of range.</summary>
    /// <exception cref="CommandException">A setting is out of range.</exception>
    public ServerOptions Checked()
    {
        if (KioskPort is < 0 or > IPEndPoint.MaxPort) throw OutOfRange("kioskPort", KioskPort, "0–65535");
        if (KioskConnections is < 1 or > 100_000) throw OutOfRange("kioskConnections", KioskConnections, "1–100000");
        if (StopTimeout < TimeSpan.FromSeconds(1) || StopTimeout > TimeSpan.FromMinutes(2)) throw OutOfRange("stopTimeout", StopTimeout, "00:00:01–00:02:00");
        if (Store.Kind == StoreKind.Postgres) PostgresSettings.Parse(Store.ConnectionString);
        else if (Store.ConnectionString.Length > 0) throw new CommandException(ServeText.Get("settings.storage.sqlite")) { ExitCode = 2 };
        return this;
    }

    private static CommandException OutOfRange(string key, object value, string range) =>
        new(ServeText.Get("settings.range", key, value, range)) { ExitCode = 2 };
}

using System.Diagnostics;

namespace KyCuong.Server.Tests.Store.Postgres;

/// <summary>
/// A PostgreSQL of a test's own, which can be configured and stopped without disturbing others: on a Unix socket in a
/// temporary directory, run by an ordinary user, gone when disposed.
/// </summary>
internal sealed class PostgresCluster : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("kycuong-pg-").FullName;

    public PostgresCluster(params string[] settings)
    {
        if (AsRoot) Run("chown", "postgres", _folder);
        RunAs(Program("initdb"), "-D", Data, "-U", "kycuong", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync");
        File.AppendAllLines(Path.Combine(Data, "postgresql.conf"), ["listen_addresses = ''", $"unix_socket_directories = '{_folder}'", .. settings]);
        Start();
    }

    /// <summary>Where it is reached; the database is to be named.</summary>
    public string Server => $"Host={_folder};Username=kycuong;Pooling=false";

    /// <summary>The file that says who may connect how; read at <see cref="Reload"/>.</summary>
    public string AccessFile => Path.Combine(Data, "pg_hba.conf");

    private static bool AsRoot => Environment.UserName == "root";

    private string Data => Path.Combine(_folder, "data");

    public void Start() => RunAs(Program("pg_ctl"), "-D", Data, "-l", Path.Combine(_folder, "log"), "-w", "start");

    /// <summary>As when the power fails: nothing is finished.</summary>
    public void Crash() => RunAs(Program("pg_ctl"), "-D", Data, "-w", "-m", "immediate", "stop");

    public void Reload() => RunAs(Program("pg_ctl"), "-D", Data, "reload");

    public void Dispose()
    {
        if (File.Exists(Path.Combine(Data, "postmaster.pid"))) Crash();
        Directory.Delete(_folder, recursive: true);
    }

    private static string Program(string name) =>
        Directory.GetDirectories("/usr/lib/postgresql").OrderByDescending(folder => int.Parse(Path.GetFileName(folder), null))
            .Select(folder => Path.Combine(folder, "bin", name)).First(File.Exists);

    /// <summary>PostgreSQL refuses to run as root.</summary>
    private static void RunAs(string program, params string[] arguments)
    {
        if (AsRoot) Run("setpriv", ["--reuid=postgres", "--regid=postgres", "--clear-groups", program, .. arguments]);
        else Run(program, arguments);
    }

    private static void Run(string program, params string[] arguments)
    {
        // Its output goes nowhere: the server it starts would keep a pipe open.
        using var process = Process.Start(new ProcessStartInfo("sh", ["-c", "exec \"$0\" \"$@\" </dev/null >/dev/null 2>&1", program, .. arguments]))!;
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, $"{program} {string.Join(' ', arguments)} ended with {process.ExitCode}");
    }
}

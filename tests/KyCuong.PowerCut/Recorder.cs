using System.Diagnostics;

namespace KyCuong.PowerCut;

/// <summary>While it is there, programs started by this process are recorded. Not thread-safe.</summary>
internal sealed class Recorder : IDisposable
{
    private static readonly string[] Variables = ["LD_PRELOAD", "KYCUONG_RECORD_ROOT", "KYCUONG_RECORD_TO"];
    private readonly string _folder;

    /// <summary>Begins.</summary>
    /// <param name="library">What tests/powercut/build.sh made.</param>
    /// <param name="root">The directory that is recorded.</param>
    /// <param name="folder">Where the recording goes.</param>
    public Recorder(string library, string root, string folder)
    {
        _folder = folder;
        Recording.Begin(folder, root);
        foreach (var (name, value) in Variables.Zip([library, root, folder])) Environment.SetEnvironmentVariable(name, value);
    }

    /// <summary>Writes down how a database and what SQLite lays beside it look; nothing that writes them runs.</summary>
    public void See(string database)
    {
        foreach (var file in Victim.FilesOf(database))
            Recording.Seen(_folder, (ulong)Stopwatch.GetTimestamp(), file, File.Exists(file) ? File.ReadAllBytes(file) : null);
    }

    /// <inheritdoc />
    public void Dispose()
    {
        foreach (var name in Variables) Environment.SetEnvironmentVariable(name, null);
    }
}

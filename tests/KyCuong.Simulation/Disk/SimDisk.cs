using static KyCuong.Simulation.Disk.Sqlite;

namespace KyCuong.Simulation.Disk;

/// <summary>What SQLite asks of a disk.</summary>
internal enum DiskCall
{
    Read,
    Write,
    Truncate,
    Sync,
    Delete,
}

/// <summary>What is wrong with a disk for a while.</summary>
/// <param name="Code">What the calls that fail answer, in SQLite's words.</param>
/// <param name="Call">Which calls fail.</param>
/// <param name="OneIn">How many of them: one in so many.</param>
internal sealed record DiskTrouble(int Code, DiskCall Call, int OneIn);

/// <summary>
/// The disk of one machine from one start to the next: a folder of its own in memory. A dead one refuses everything; the next start
/// has another folder, made from this one, so that whoever is still running on this one reaches nothing.
/// </summary>
internal sealed class SimDisk
{
    private readonly World _world;
    private readonly Dictionary<string, SimFile> _files = new(StringComparer.Ordinal);
    private readonly Random _chance;

    public SimDisk(World world, string folder)
    {
        (_world, Folder) = (world, folder);
        _chance = new Random(world.Chance.Next());
        DiskVfs.Attach(this);
    }

    /// <summary>Its folder; it need not exist yet.</summary>
    public string Folder { get; }

    /// <summary>What is wrong with it now; null: nothing.</summary>
    public DiskTrouble? Trouble { get; set; }

    /// <summary>Writes and syncs until the power goes in the middle of one; null: it does not.</summary>
    public int? CallsLeft { get; set; }

    /// <summary>What happens when it goes.</summary>
    public Action PowerGoes { get; set; } = () => { };

    /// <summary>True once the machine is off or the process killed.</summary>
    public bool Dead { get; set; }

    /// <summary>True within the call in which the power goes.</summary>
    public bool DyingNow { get; private set; }

    /// <summary>Calls that failed.</summary>
    public int Failed { get; private set; }

    /// <summary>A file is opened; one that is empty and was not is another under its name.</summary>
    public SimFile Opened(string path, long size, bool empty)
    {
        if (_files.TryGetValue(path, out var known) && (!empty || known.Size == 0)) return known;
        return _files[path] = new SimFile(this, path, size);
    }

    /// <summary>Another file was put in the place of this one, and synced, or it was deleted: nothing of the old one is left to be taken.</summary>
    public void Replaced(string path) => _files.Remove(path);

    /// <summary>A file's bytes are written over themselves and synced, by the program itself and not by SQLite.</summary>
    /// <exception cref="IOException">The disk fails.</exception>
    public void Rewrite(string path)
    {
        if (!_files.TryGetValue(path, out var file) || file.Size == 0) return;
        foreach (var call in (DiskCall[])[DiskCall.Write, DiskCall.Sync])
        {
            if (Ask(call, path, 0, (int)file.Size) == Ok) continue;
            if (DyingNow) Die();
            else if (call == DiskCall.Sync) file.SyncFailed();
            throw new IOException($"{call} of {Path.GetFileName(path)} failed.");
        }

        file.Rewritten();
    }

    /// <summary>True when a power cut now would take nothing of a file.</summary>
    public bool IsDurable(string name) => !_files.TryGetValue(Path.Combine(Folder, name), out var file) || file.IsDurable;

    /// <summary>What a call answers; other threads than the simulation's only tidy up after dead processes.</summary>
    public int Ask(DiskCall call, string path, long at = 0, int count = 0)
    {
        if (Dead) return call == DiskCall.Read ? Ok : Code(call);
        if (call == DiskCall.Read)
        {
            return Fails(call);
        }

        _world.Mix(((ulong)call << 56) ^ ((ulong)at << 16) ^ (ulong)count ^ (ulong)path.Length);
        if (CallsLeft is { } left && (CallsLeft = left - 1) <= 0)
        {
            CallsLeft = null;
            DyingNow = true;
            return Code(call);
        }

        return Fails(call);
    }

    /// <summary>The power goes now.</summary>
    public void Die()
    {
        DyingNow = false;
        PowerGoes();
    }

    /// <summary>Part of a count, or none of it.</summary>
    public int Some(int count) => _chance.Next(2) == 0 ? 0 : _chance.Next(count + 1) / SimFile.Sector * SimFile.Sector;

    /// <summary>The disk as the next process, or the next start after a power cut, finds it.</summary>
    public SimDisk Next(string folder, bool powerCut)
    {
        var next = new SimDisk(_world, folder);
        CopyTo(folder, powerCut ? _chance : null);
        if (!powerCut)
            foreach (var (path, file) in _files)
            {
                var place = Path.Combine(folder, Path.GetRelativePath(Folder, path));
                if (File.Exists(place)) next._files[place] = file.MovedTo(next, place);
            }

        return next;
    }

    /// <summary>Copies what is there, or with chance what a power cut would leave.</summary>
    public void CopyTo(string folder, Random? powerCut = null)
    {
        Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        foreach (var path in Directory.EnumerateFiles(Folder, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
        {
            // Memory shared between processes, and the lock of the one that is dead: nobody reads them after a start.
            if (path.EndsWith("-shm", StringComparison.Ordinal) || Path.GetFileName(path) == "lock") continue;
            var place = Path.Combine(folder, Path.GetRelativePath(Folder, path));
            Directory.CreateDirectory(Path.GetDirectoryName(place)!, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            var content = Read(path);
            if (powerCut is not null && _files.TryGetValue(path, out var file)) content = file.AfterPowerCut(content, powerCut);
            File.WriteAllBytes(place, content);
            File.SetUnixFileMode(place, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }
    }

    private static byte[] Read(string path)
    {
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var content = new byte[stream.Length];
        stream.ReadExactly(content);
        return content;
    }

    private int Fails(DiskCall call)
    {
        if (Trouble is not { } trouble || trouble.Call != call || _chance.Next(trouble.OneIn) != 0) return Ok;
        Failed++;
        return trouble.Code;
    }

    private static int Code(DiskCall call) => call switch
    {
        DiskCall.Write => IoErrorWrite,
        DiskCall.Truncate => IoErrorTruncate,
        DiskCall.Sync => IoErrorSync,
        DiskCall.Delete => IoErrorWrite,
        _ => IoErrorRead,
    };
}

using System.Text;

namespace KyCuong.PowerCut;

/// <summary>
/// A disk with a cache in front of it. A change of a file is safe once a sync of that file that began after it has come back;
/// a change of a directory (made, removed, renamed) once that directory was synced so, which is stricter than ext4, where
/// syncing a new file also keeps its name. After a power cut the disk holds what is safe and anything of the rest: of a write
/// any of its sectors, of several writes any, in any order; of a directory's changes those up to some moment, as ext4's journal
/// has it, or any. A sector is whole, old or new. Not thread-safe.
/// </summary>
internal sealed class Disk
{
    private const ulong TruncateFlag = 0x200;

    private readonly Dictionary<(int Process, ulong File), object> _open = [];
    private readonly Dictionary<(int Process, ulong Sync), long> _syncs = [];
    private readonly Dictionary<string, FileState> _names = [];
    private readonly Dictionary<string, DirectoryState> _directories = [];
    private long _serial;

    /// <summary>Bytes in which the disk was found to differ from this picture of it, over all files.</summary>
    public long Corrected { get; private set; }

    /// <summary>Applies what was recorded, in order.</summary>
    public void Apply(DiskEvent e)
    {
        _serial++;
        switch (e.Kind)
        {
            case DiskEventKind.DirectoryOpened:
                _open[(e.Process, e.File)] = Directory(e.Name);
                break;
            case DiskEventKind.FileOpened:
                var opened = _names.GetValueOrDefault(e.Name) ?? Make(e.Name);
                _open[(e.Process, e.File)] = opened;
                if ((e.Offset & TruncateFlag) != 0 && opened.Cached.Length > 0) Change(opened, new FileChange(_serial, 0, null));
                break;
            case DiskEventKind.Written:
                Change(Opened(e), new FileChange(_serial, (long)e.Offset, e.Data));
                break;
            case DiskEventKind.Truncated:
                Change(Opened(e), new FileChange(_serial, (long)e.Offset, null));
                break;
            case DiskEventKind.Unlinked:
                Remove(e.Name);
                break;
            case DiskEventKind.Renamed:
                Rename(e.Name, Encoding.UTF8.GetString(e.Data));
                break;
            case DiskEventKind.SyncBegun:
                _syncs[(e.Process, e.Offset)] = _serial;
                break;
            case DiskEventKind.SyncEnded:
                Keep(_open[(e.Process, e.File)], _syncs[(e.Process, e.Offset)]);
                break;
            case DiskEventKind.Seen:
                Correct(e.Name, e.Offset == 0 ? e.Data : null);
                break;
            case DiskEventKind.Said:
            default:
                break;
        }
    }

    /// <summary>The file as processes see it; null when there is none.</summary>
    public byte[]? Cached(string path) => _names.TryGetValue(path, out var file) ? file.Cached.Span.ToArray() : null;

    /// <summary>What a power cut now may leave of some files of one directory, by name; a file that is not there is not in it.</summary>
    public Dictionary<string, byte[]> AfterPowerCut(string directory, IReadOnlyCollection<string> names, Random random)
    {
        var chance = random.Next(5) switch { 0 => 0.0, 1 => 0.05, 2 => 0.5, 3 => 0.95, _ => 1.0 };
        var (torn, shuffled, ordered) = (random.Next(2) == 0, random.Next(4) == 0, random.Next(2) == 0);
        var found = new Dictionary<string, byte[]>();
        foreach (var (name, file) in Directory(directory).AfterPowerCut(random, ordered))
            if (names.Contains(name)) found.Add(name, file.AfterPowerCut(random, chance, torn, shuffled));
        return found;
    }

    private static void Change(FileState file, FileChange change)
    {
        change.Apply(file.Cached);
        file.Pending.Add(change);
    }

    private FileState Opened(DiskEvent e) => (FileState)_open[(e.Process, e.File)];

    private DirectoryState Directory(string path)
    {
        if (!_directories.TryGetValue(path, out var directory)) _directories.Add(path, directory = new DirectoryState());
        return directory;
    }

    private void Rename(string from, string to)
    {
        if (!_names.Remove(from, out var moved)) return;
        _names[to] = moved;
        var (source, target) = (Directory(Parent(from)), Directory(Parent(to)));
        source.Pending.Add(new NameChange(_serial, Path.GetFileName(from), source == target ? Path.GetFileName(to) : null, moved));
        if (source != target) target.Pending.Add(new NameChange(_serial, null, Path.GetFileName(to), moved));
    }

    private FileState Make(string path)
    {
        var file = new FileState();
        _names[path] = file;
        Directory(Parent(path)).Pending.Add(new NameChange(_serial, null, Path.GetFileName(path), file));
        return file;
    }

    private void Remove(string path)
    {
        if (_names.Remove(path)) Directory(Parent(path)).Pending.Add(new NameChange(_serial, Path.GetFileName(path), null, null));
    }

    private static void Keep(object synced, long before)
    {
        if (synced is FileState file)
        {
            foreach (var change in file.Pending.TakeWhile(change => change.Serial < before)) change.Apply(file.Safe);
            file.Pending.RemoveAll(change => change.Serial < before);
        }
        else if (synced is DirectoryState directory)
        {
            foreach (var change in directory.Pending.TakeWhile(change => change.Serial < before)) change.Apply(directory.Safe);
            directory.Pending.RemoveAll(change => change.Serial < before);
        }
    }

    /// <summary>
    /// A process that was killed may have made its last change without writing it down. What the disk holds otherwise is
    /// taken as written now and not synced.
    /// </summary>
    private void Correct(string path, byte[]? content)
    {
        if (content is null)
        {
            if (_names.ContainsKey(path)) Corrected++;
            Remove(path);
            return;
        }

        var file = _names.GetValueOrDefault(path) ?? Make(path);
        if (file.Cached.Length > content.Length) Change(file, new FileChange(_serial, content.Length, null));
        for (var at = 0; at < content.Length; at += FileState.Sector)
        {
            var there = content.AsSpan(at, Math.Min(FileState.Sector, content.Length - at));
            var here = at < file.Cached.Length ? file.Cached.Span[at..Math.Min(at + there.Length, file.Cached.Length)] : [];
            if (here.SequenceEqual(there)) continue;
            Corrected += there.Length;
            Change(file, new FileChange(_serial, at, there.ToArray()));
        }
    }

    private static string Parent(string path) => Path.GetDirectoryName(path) ?? "/";
}

namespace KyCuong.Simulation.Disk;

/// <summary>Reads a sector as it is now; zeros beyond the end.</summary>
internal delegate void ReadSector(long sector, Span<byte> into);

/// <summary>
/// What of a file's bytes a power cut may take: for each sector written since the last sync, what was there before. A sync that failed
/// leaves its sectors behind as Linux does: the memory has them and calls them written, the disk has not, and no later
/// sync brings them there unless they are written anew.
/// </summary>
internal sealed class SimFile(SimDisk disk, string path, long size)
{
    public const int Sector = 512;

    /// <summary>What was there before; null: nothing, it was beyond the end.</summary>
    private readonly SortedDictionary<long, byte[]?> _unsynced = [];
    private readonly SortedDictionary<long, byte[]?> _forgotten = [];

    /// <summary>Written by a transaction that was then undone: nobody reads them, so that they may go.</summary>
    private readonly HashSet<long> _undone = [];
    private long _durableSize = size;
    private long _size = size;

    /// <summary>Bytes it has now.</summary>
    public long Size => _size;

    public SimDisk Disk => disk;

    public string Path => path;

    /// <summary>True when a power cut now would take nothing that was written and counts; what was only cut off does not.</summary>
    public bool IsDurable => !_unsynced.Keys.Concat(_forgotten.Keys).Any(sector => sector * Sector < _size && !_undone.Contains(sector));

    public void BeforeWrite(long at, int count, ReadSector read)
    {
        for (var sector = at / Sector; sector <= (at + count - 1) / Sector; sector++) Remember(sector, read);
        _size = Math.Max(_size, at + count);
    }

    public void BeforeTruncate(long size, ReadSector read)
    {
        for (var sector = size / Sector; sector * Sector < _size; sector++) Remember(sector, read);
        _size = size;
    }

    /// <summary>A write failed, and with it the transaction that it was of.</summary>
    public void WriteFailed() => _undone.UnionWith(_unsynced.Keys);

    public void Synced()
    {
        _undone.ExceptWith(_unsynced.Keys);
        _unsynced.Clear();
        _durableSize = _size;
    }

    public void SyncFailed()
    {
        foreach (var (sector, before) in _unsynced) _forgotten.TryAdd(sector, before);
        _unsynced.Clear();
    }

    /// <summary>All that it has was written anew and synced.</summary>
    public void Rewritten()
    {
        _forgotten.Clear();
        Synced();
    }

    /// <summary>The bytes after a power cut, of those that the memory has.</summary>
    public byte[] AfterPowerCut(byte[] content, Random chance)
    {
        var keep = chance.Next(3) switch { 0 => 0, 1 => 1, _ => 0.5 };
        var end = _durableSize;
        var image = new byte[Math.Max(content.Length, _durableSize)];
        content.CopyTo(image, 0);
        var shorter = content.Length < _durableSize && chance.NextDouble() < keep;
        foreach (var (sector, before) in _forgotten.Concat(_unsynced))
        {
            var at = sector * Sector;
            if (chance.NextDouble() < (_forgotten.ContainsKey(sector) && !_unsynced.ContainsKey(sector) ? 0.1 : keep) && at < content.Length)
            {
                end = Math.Max(end, Math.Min(at + Sector, content.Length));
                continue;
            }

            if (at >= image.Length) continue;
            var part = image.AsSpan((int)at, (int)Math.Min(Sector, image.Length - at));
            part.Clear();
            before?.AsSpan(0, part.Length).CopyTo(part);
        }

        return image[..(int)(shorter ? Math.Min(end, content.Length) : end)];
    }

    /// <summary>The same file where another process of the machine finds it.</summary>
    public SimFile MovedTo(SimDisk other, string place)
    {
        var moved = new SimFile(other, place, _size) { _durableSize = _durableSize };
        foreach (var (sector, before) in _unsynced) moved._unsynced.Add(sector, before);
        foreach (var (sector, before) in _forgotten) moved._forgotten.Add(sector, before);
        moved._undone.UnionWith(_undone);
        return moved;
    }

    private void Remember(long sector, ReadSector read)
    {
        _undone.Remove(sector);
        if (_unsynced.ContainsKey(sector)) return;
        if (_forgotten.Remove(sector, out var durable))
        {
            _unsynced.Add(sector, durable);
            return;
        }

        byte[]? before = null;
        if (sector * Sector < _size)
        {
            before = new byte[Sector];
            read(sector, before);
        }

        _unsynced.Add(sector, before);
    }
}

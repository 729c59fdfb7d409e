using System.IO.MemoryMappedFiles;
using System.Text;

namespace KyCuong.Crash;

/// <summary>What is to happen at a disk call. The numbers are those of <c>tests/faults/faults.c</c>.</summary>
internal enum FaultAction
{
    Count = 0,
    KillBefore = 1,
    KillHalf = 2,
    KillAfter = 3,
    FailOnce = 4,
    FailOn = 5,
}

/// <summary>Errors of a disk, as Linux numbers them.</summary>
internal enum DiskError
{
    EIO = 5,
    ENOSPC = 28,
    EROFS = 30,
}

/// <summary>Gives orders to the preloaded library (<c>tests/faults/faults.c</c>) in one process and reads what happened there.</summary>
internal sealed class FaultControl : IDisposable
{
    private const int Words = 16;
    private const int FirstBytes = 240;
    private const int BadAt = Words * sizeof(long) + FirstBytes;
    private const int Size = BadAt + 4 * sizeof(long);
    private static readonly string[] Kinds = ["open", "write", "truncate", "unlink", "rename", "sync"];

    private readonly string _path;
    private readonly MemoryMappedFile _file;
    private readonly MemoryMappedViewAccessor _view;

    public FaultControl(string path)
    {
        _path = path;
        File.WriteAllBytes(path, new byte[Size]);
        _file = MemoryMappedFile.CreateFromFile(path, FileMode.Open);
        _view = _file.CreateViewAccessor(0, Size);
    }

    /// <summary>Where <c>tests/crash.sh</c> built the library; null: it could not.</summary>
    public static string? Library => Environment.GetEnvironmentVariable("KYCUONG_FAULTS_LIBRARY") is { Length: > 0 } path ? path : null;

    /// <summary>Numbered calls so far.</summary>
    public long Calls => Word(3);

    /// <summary>Calls that failed by order.</summary>
    public long Failures => Word(4);

    /// <summary>Syncs among them.</summary>
    public long FailedSyncs => Word(5);

    /// <summary>When the first was killed or failed, nanoseconds of CLOCK_MONOTONIC; 0: none was.</summary>
    public long FirstNs => Word(6);

    /// <summary>Syncs asked of a handle whose sync had failed before (reliability rule D3).</summary>
    public long RetriedSyncs => Word(7);

    /// <summary>Kind and path of the call that was hit first; empty: none was.</summary>
    public string First
    {
        get
        {
            var bytes = new byte[FirstBytes];
            _view.ReadArray(Words * sizeof(long), bytes, 0, FirstBytes);
            return Encoding.UTF8.GetString(bytes.AsSpan(0, Math.Max(0, Array.IndexOf(bytes, (byte)0))));
        }
    }

    /// <summary>Calls of each kind.</summary>
    public string Census => string.Join(", ", Kinds.Select((kind, i) => $"{Word(8 + i)} {kind}"));

    /// <summary>Forgets what happened and orders anew.</summary>
    public void Order(FaultAction action, long at = 0, DiskError error = DiskError.EIO)
    {
        _view.WriteArray(0, new byte[Size], 0, Size);
        _view.Write(sizeof(long), at);
        _view.Write(2 * sizeof(long), (long)error);
        _view.Write(0, (long)action);
    }

    /// <summary>Reads that failed because what they asked for is unreadable.</summary>
    public long BadReads => _view.ReadInt64(BadAt + 3 * sizeof(long));

    /// <summary>From now on these bytes of a file, whatever it is renamed to, cannot be read until something is written there.</summary>
    public void Spoil(long inode, long from, long to)
    {
        _view.Write(BadAt + 1 * sizeof(long), from);
        _view.Write(BadAt + 2 * sizeof(long), to);
        _view.Write(BadAt, inode);
    }

    /// <summary>From now on the disk is well.</summary>
    public void Heal() => _view.Write(0, (long)FaultAction.Count);

    /// <summary>What a process whose disk is this directory is started with.</summary>
    public Dictionary<string, string> Environ(string directory) => new()
    {
        ["LD_PRELOAD"] = Library!,
        ["KYCUONG_FAULTS_DIR"] = directory,
        ["KYCUONG_FAULTS_CONTROL"] = _path,
    };

    public void Dispose()
    {
        _view.Dispose();
        _file.Dispose();
    }

    private long Word(int index) => _view.ReadInt64(index * sizeof(long));
}

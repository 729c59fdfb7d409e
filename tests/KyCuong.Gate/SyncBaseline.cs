using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace KyCuong.Gate;

/// <summary>
/// What the disk alone takes: <c>pwrite</c> and <c>fdatasync</c> of as much as the journal's smallest commit writes, one frame of SQLite's
/// write-ahead log, over and over within a file that is already there, as that log is after its first round. Runs between start and
/// <see cref="StopAsync"/>, beside whatever else goes on. People do not stay away while a disk stands still: who would have come meanwhile counts, with
/// what was left to wait.
/// </summary>
internal sealed class SyncBaseline
{
    /// <summary>A page and the header of its frame (SQLite file format, section 4.1).</summary>
    public const int Bytes = 4096 + 24;

    private const int Places = 256;
    private static readonly TimeSpan Between = TimeSpan.FromMilliseconds(60);

    private readonly Task<List<TimeSpan>> _running;
    private volatile bool _stopped;

    public SyncBaseline(string file, TimeProvider time)
    {
        var handle = File.OpenHandle(file, FileMode.Create, FileAccess.ReadWrite, FileShare.Read);
        var bytes = new byte[Bytes];
        for (var place = 0; place < Places; place++) RandomAccess.Write(handle, bytes, (long)place * Bytes);
        Sync(handle);
        _running = RunAsync(handle, bytes, time);
    }

    /// <summary>Ends it; the times.</summary>
    public async Task<Distribution> StopAsync()
    {
        _stopped = true;
        return new Distribution(await _running);
    }

    private async Task<List<TimeSpan>> RunAsync(SafeFileHandle handle, byte[] bytes, TimeProvider time)
    {
        var times = new List<TimeSpan>();
        var place = 0;
        using (handle)
        {
            while (!_stopped)
            {
                var start = time.GetTimestamp();
                RandomAccess.Write(handle, bytes, (long)(place++ % Places) * Bytes);
                Sync(handle);
                for (var took = time.GetElapsedTime(start); took > TimeSpan.Zero; took -= Between) times.Add(took);
                await Task.Delay(Between, time);
            }
        }

        return times;
    }

    private static void Sync(SafeFileHandle handle)
    {
        if (fdatasync(handle) != 0) throw new IOException($"fdatasync failed: {Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError())}");
    }

#pragma warning disable IDE1006, SYSLIB1054 // A name of the C library; this project has no unsafe code, which generated marshalling would need.
    [DllImport("libc", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int fdatasync(SafeFileHandle file);
#pragma warning restore IDE1006, SYSLIB1054
}

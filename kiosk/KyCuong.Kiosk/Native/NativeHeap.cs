using System.Runtime.InteropServices;

namespace KyCuong.Kiosk.Native;

/// <summary>How libc keeps memory for SQLite, OpenSSL and the runtime itself (mallopt(3)). Linux with glibc; elsewhere nothing is done.</summary>
internal static partial class NativeHeap
{
    private const int TrimThreshold = -1;
    private const int MapThreshold = -3;
    private const int MostArenas = -8;
    private const int Threshold = 64 * 1024;

    /// <summary>
    /// One heap for all threads, given back as it empties. By default every thread that ever waited for another gets a heap of its
    /// own, each as large as its own worst moment: 14 MB more after a million taps. Called once, before there are other threads.
    /// </summary>
    public static void KeepSmall()
    {
        if (!OperatingSystem.IsLinux()) return;
        try
        {
            _ = Set(MostArenas, 1);
            _ = Set(MapThreshold, Threshold);
            _ = Set(TrimThreshold, Threshold);
        }
        catch (EntryPointNotFoundException)
        {
            // musl has one small heap anyway.
        }
    }

    [LibraryImport("libc", EntryPoint = "mallopt")]
    private static partial int Set(int parameter, int value);
}

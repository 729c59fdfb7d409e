using System.Runtime.InteropServices;

namespace KyCuong.Simulation.Disk;

/// <summary>What of SQLite's C interface a VFS needs (sqlite.org/c3ref/vfs.html, io_methods.html).</summary>
internal static unsafe partial class Sqlite
{
    public const int Ok = 0;
    public const int Full = 13;
    public const int IoErrorRead = 266;
    public const int IoErrorWrite = 778;
    public const int IoErrorSync = 1034;
    public const int IoErrorTruncate = 1546;

    [LibraryImport("e_sqlite3", EntryPoint = "sqlite3_vfs_find")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories | DllImportSearchPath.AssemblyDirectory)]
    public static partial Vfs* Find(byte* name);

    [LibraryImport("e_sqlite3", EntryPoint = "sqlite3_vfs_register")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories | DllImportSearchPath.AssemblyDirectory)]
    public static partial int Register(Vfs* vfs, int makeDefault);

    [LibraryImport("e_sqlite3", EntryPoint = "sqlite3_randomness")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories | DllImportSearchPath.AssemblyDirectory)]
    public static partial void Randomness(int count, byte* bytes);

    /// <summary>sqlite3_vfs, version 3.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct Vfs
    {
        public int Version;
        public int FileSize;
        public int MaxPath;
        public Vfs* Next;
        public byte* Name;
        public void* AppData;
        public delegate* unmanaged[Cdecl]<Vfs*, byte*, OpenFile*, int, int*, int> Open;
        public delegate* unmanaged[Cdecl]<Vfs*, byte*, int, int> Delete;
        public void* Access;
        public void* FullPath;
        public void* LibraryOpen;
        public void* LibraryError;
        public void* LibrarySymbol;
        public void* LibraryClose;
        public delegate* unmanaged[Cdecl]<Vfs*, int, byte*, int> Random;
        public void* Sleep;
        public void* Time;
        public void* LastError;
        public void* Time64;
        public void* SetCall;
        public void* GetCall;
        public void* NextCall;
    }

    /// <summary>sqlite3_io_methods, version 2: no memory-mapped reading.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct Methods
    {
        public int Version;
        public delegate* unmanaged[Cdecl]<OpenFile*, int> Close;
        public delegate* unmanaged[Cdecl]<OpenFile*, byte*, int, long, int> Read;
        public delegate* unmanaged[Cdecl]<OpenFile*, byte*, int, long, int> Write;
        public delegate* unmanaged[Cdecl]<OpenFile*, long, int> Truncate;
        public delegate* unmanaged[Cdecl]<OpenFile*, int, int> Sync;
        public delegate* unmanaged[Cdecl]<OpenFile*, long*, int> Size;
        public delegate* unmanaged[Cdecl]<OpenFile*, int, int> Lock;
        public delegate* unmanaged[Cdecl]<OpenFile*, int, int> Unlock;
        public delegate* unmanaged[Cdecl]<OpenFile*, int*, int> IsReserved;
        public delegate* unmanaged[Cdecl]<OpenFile*, int, void*, int> Control;
        public delegate* unmanaged[Cdecl]<OpenFile*, int> Sector;
        public delegate* unmanaged[Cdecl]<OpenFile*, int> Traits;
        public delegate* unmanaged[Cdecl]<OpenFile*, int, int, int, void**, int> Map;
        public delegate* unmanaged[Cdecl]<OpenFile*, int, int, int, int> MapLock;
        public delegate* unmanaged[Cdecl]<OpenFile*, void> Barrier;
        public delegate* unmanaged[Cdecl]<OpenFile*, int, int> Unmap;
    }

    /// <summary>sqlite3_file: ours in front of the system's own, which follows it in memory.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct OpenFile
    {
        public Methods* Methods;
        public long Number;
    }
}

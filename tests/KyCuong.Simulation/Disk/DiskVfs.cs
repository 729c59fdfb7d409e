using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using static KyCuong.Simulation.Disk.Sqlite;

namespace KyCuong.Simulation.Disk;

/// <summary>
/// Stands between SQLite and the system's own VFS for every connection of the process. The bytes go into real files, for the product
/// also looks at them with its own eyes (its check of the log, its salvage); what of them would survive a power cut is known
/// to <see cref="SimDisk"/>, which is asked before each call. Files outside of simulated disks pass unseen.
/// </summary>
internal static unsafe class DiskVfs
{
    private static readonly Lock Gate = new();
    private static readonly List<SimFile?> Files = [null];
    private static readonly List<SimDisk> Disks = [];
    private static Vfs* _system;
    private static Methods* _methods;
    private static Random _chance = new(0);

    /// <summary>Takes the place of SQLite's default; once a process, before SQLite is used.</summary>
    public static void Install()
    {
        SQLitePCL.Batteries_V2.Init();
        _system = Find(null);
        var own = (Vfs*)NativeMemory.AllocZeroed((nuint)sizeof(Vfs));
        *own = *_system;
        own->FileSize = sizeof(OpenFile) + _system->FileSize;
        own->Name = (byte*)Marshal.StringToCoTaskMemUTF8("kycuong-simulation");
        own->Next = null;
        own->Open = &OnOpen;
        own->Delete = &OnDelete;
        own->Random = &OnRandom;
        _methods = (Methods*)NativeMemory.AllocZeroed((nuint)sizeof(Methods));
        *_methods = new Methods
        {
            Version = 2,
            Close = &OnClose, Read = &OnRead, Write = &OnWrite, Truncate = &OnTruncate, Sync = &OnSync, Size = &OnSize,
            Lock = &OnLock, Unlock = &OnUnlock, IsReserved = &OnIsReserved, Control = &OnControl, Sector = &OnSector, Traits = &OnTraits,
            Map = &OnMap, MapLock = &OnMapLock, Barrier = &OnBarrier, Unmap = &OnUnmap,
        };
        if (Register(own, 1) != Ok) throw new InvalidOperationException("SQLite does not take the simulated disk.");
    }

    /// <summary>Begins a seed: SQLite's own random numbers are its too.</summary>
    public static void Begin(int seed)
    {
        _chance = new Random(seed);
        Randomness(0, null);
        lock (Gate) Disks.Clear();
    }

    /// <summary>From here on files in its folder are of this disk.</summary>
    public static void Attach(SimDisk disk)
    {
        lock (Gate) Disks.Add(disk);
    }

    /// <summary>Its folder is no more: who still has a file of it open reaches nothing.</summary>
    public static void Detach(SimDisk disk)
    {
        lock (Gate) Disks.Remove(disk);
    }

    private static OpenFile* Real(OpenFile* file) => (OpenFile*)((byte*)file + sizeof(OpenFile));

    private static SimFile? Of(OpenFile* file)
    {
        lock (Gate) return Files[(int)file->Number];
    }

    private static SimDisk? DiskOf(string path)
    {
        lock (Gate) return Disks.Find(disk => path.StartsWith(disk.Folder, StringComparison.Ordinal) && path[disk.Folder.Length] == '/');
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int OnOpen(Vfs* vfs, byte* name, OpenFile* file, int flags, int* outFlags)
    {
        file->Methods = null;
        file->Number = 0;
        // Whatever lay in this memory must not be taken for a file that is open.
        Real(file)->Methods = null;
        var path = name == null ? null : Marshal.PtrToStringUTF8((nint)name);
        var disk = path is null ? null : DiskOf(path);
        var before = disk is not null && File.Exists(path) ? new FileInfo(path!).Length : 0;
        var result = _system->Open(_system, name, Real(file), flags, outFlags);
        if (result != Ok) return result;
        file->Methods = _methods;
        if (disk is null) return Ok;
        long size = 0;
        Real(file)->Methods->Size(Real(file), &size);
        var of = disk.Opened(path!, size, before == 0);
        lock (Gate)
        {
            file->Number = Files.Count;
            Files.Add(of);
        }

        return Ok;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int OnDelete(Vfs* vfs, byte* name, int syncFolder)
    {
        var path = Marshal.PtrToStringUTF8((nint)name)!;
        if (DiskOf(path) is { } disk && disk.Ask(DiskCall.Delete, path) is var answer && answer != Ok)
        {
            if (disk.DyingNow) disk.Die();
            return answer;
        }

        return _system->Delete(_system, name, syncFolder);
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int OnRandom(Vfs* vfs, int count, byte* bytes)
    {
        _chance.NextBytes(new Span<byte>(bytes, count));
        return count;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int OnClose(OpenFile* file)
    {
        lock (Gate) Files[(int)file->Number] = null;
        return Real(file)->Methods->Close(Real(file));
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int OnRead(OpenFile* file, byte* bytes, int count, long at)
    {
        if (Of(file) is { } of && of.Disk.Ask(DiskCall.Read, of.Path) is var answer && answer != Ok) return answer;
        return Real(file)->Methods->Read(Real(file), bytes, count, at);
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int OnWrite(OpenFile* file, byte* bytes, int count, long at)
    {
        if (Of(file) is not { } of) return Real(file)->Methods->Write(Real(file), bytes, count, at);
        var answer = of.Disk.Ask(DiskCall.Write, of.Path, at, count);
        if (of.Disk.Dead && answer != Ok && !of.Disk.DyingNow) return answer;
        // A call that fails may have written some of it, and so may one in which the power goes.
        var written = answer == Ok ? count : of.Disk.Some(count);
        if (written > 0)
        {
            of.BeforeWrite(at, written, (long sector, Span<byte> into) => ReadSector(file, sector, into));
            var result = Real(file)->Methods->Write(Real(file), bytes, written, at);
            if (result != Ok) return result;
        }

        if (of.Disk.DyingNow) of.Disk.Die();
        else if (answer != Ok) of.WriteFailed();
        return answer;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int OnTruncate(OpenFile* file, long size)
    {
        if (Of(file) is not { } of) return Real(file)->Methods->Truncate(Real(file), size);
        var answer = of.Disk.Ask(DiskCall.Truncate, of.Path, size);
        if (of.Disk.DyingNow) of.Disk.Die();
        if (answer != Ok) return answer;
        of.BeforeTruncate(size, (long sector, Span<byte> into) => ReadSector(file, sector, into));
        return Real(file)->Methods->Truncate(Real(file), size);
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int OnSync(OpenFile* file, int flags)
    {
        if (Of(file) is not { } of) return Real(file)->Methods->Sync(Real(file), flags);
        var answer = of.Disk.Ask(DiskCall.Sync, of.Path);
        if (of.Disk.DyingNow) of.Disk.Die();
        if (answer == Ok) of.Synced();
        else if (!of.Disk.Dead) of.SyncFailed();
        return answer;
    }

    private static void ReadSector(OpenFile* file, long sector, Span<byte> into)
    {
        into.Clear();
        // Short reads fill with zeros and say so; both are right here.
        fixed (byte* bytes = into) Real(file)->Methods->Read(Real(file), bytes, into.Length, sector * SimFile.Sector);
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int OnSize(OpenFile* file, long* size) => Real(file)->Methods->Size(Real(file), size);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int OnLock(OpenFile* file, int kind) => Real(file)->Methods->Lock(Real(file), kind);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int OnUnlock(OpenFile* file, int kind) => Real(file)->Methods->Unlock(Real(file), kind);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int OnIsReserved(OpenFile* file, int* answer) => Real(file)->Methods->IsReserved(Real(file), answer);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int OnControl(OpenFile* file, int what, void* argument) => Real(file)->Methods->Control(Real(file), what, argument);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int OnSector(OpenFile* file) => Real(file)->Methods->Sector(Real(file));

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int OnTraits(OpenFile* file) => Real(file)->Methods->Traits(Real(file));

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int OnMap(OpenFile* file, int page, int size, int extend, void** mapped) => Real(file)->Methods->Map(Real(file), page, size, extend, mapped);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int OnMapLock(OpenFile* file, int offset, int count, int flags) => Real(file)->Methods->MapLock(Real(file), offset, count, flags);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void OnBarrier(OpenFile* file) => Real(file)->Methods->Barrier(Real(file));

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int OnUnmap(OpenFile* file, int delete) => Real(file)->Methods->Unmap(Real(file), delete);
}

using System.Globalization;
using System.Runtime.Versioning;
using KyCuong.Kiosk.Native;
using KyCuong.Kiosk.Resources;
using Microsoft.Win32;

namespace KyCuong.Kiosk.Clock;

/// <summary>What the machine counts since it was started, and what tells one start from another: the seam between Linux and Windows. Thread-safe.</summary>
internal static class BootClock
{
    private const string LinuxId = "/proc/sys/kernel/random/boot_id";
    private const string WindowsKey = @"Software\KyCuong.Boot";
    private const string WindowsValue = "BootId";

    /// <summary>Nanoseconds since boot, through suspend, whatever is done to the wall clock: CLOCK_BOOTTIME, or Windows' interrupt time.</summary>
    public static long Nanoseconds() => OperatingSystem.IsWindows() ? Kernel32.InterruptTimeNanoseconds() : Libc.BootTimeNanoseconds();

    /// <summary>Which boot <see cref="Nanoseconds"/> counts from. Ask once a process and keep it.</summary>
    /// <exception cref="KioskException">The machine gives none.</exception>
    public static UInt128 Id() => OperatingSystem.IsWindows() ? VolatileId() : KernelId();

    private static UInt128 KernelId()
    {
        var text = File.ReadAllText(LinuxId).Trim().Replace("-", "", StringComparison.Ordinal);
        return TryParse(text, out var id) ? id : throw new KioskException(CommandText.NoBootId(LinuxId));
    }

    /// <summary>
    /// Windows has no boot id of its own, and each instant of boot that it tells moves with the wall clock. So a random one is kept in a
    /// registry key that is never written to the disk: it cannot outlive the boot. It ends sooner when the account's registry is unloaded
    /// (signed off, "fast startup"); what runs afterwards says another id, as if the machine had been started anew, and no
    /// harm is done: only one id in two boots would be.
    /// </summary>
    [SupportedOSPlatform("windows")]
    private static UInt128 VolatileId()
    {
        const string Whole = @"HKEY_CURRENT_USER\" + WindowsKey;
        using var key = Registry.CurrentUser.CreateSubKey(WindowsKey, writable: true, RegistryOptions.Volatile)
            ?? throw new KioskException(CommandText.NoBootId(Whole));
        if (key.GetValue(WindowsValue) is string kept) return TryParse(kept, out var id) ? id : throw new KioskException(CommandText.NoBootId(Whole));
        var made = Commands.KioskCommands.NewEpoch();
        key.SetValue(WindowsValue, made.ToString("x32", CultureInfo.InvariantCulture), RegistryValueKind.String);
        return made;
    }

    private static bool TryParse(string text, out UInt128 id) =>
        UInt128.TryParse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out id);
}

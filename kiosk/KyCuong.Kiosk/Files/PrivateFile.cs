using System.Runtime.Versioning;
using System.Security.AccessControl;
using System.Security.Principal;

namespace KyCuong.Kiosk.Files;

/// <summary>
/// Files and directories for the service's user only: the seam between modes (Linux) and access lists (Windows, where the system
/// and administrators keep their access, as root does).
/// </summary>
internal static class PrivateFile
{
    /// <summary>Makes a file that must not be there yet, open for writing, unbuffered.</summary>
    public static FileStream Create(string path) => OperatingSystem.IsWindows()
        ? new FileInfo(path).Create(FileMode.CreateNew, FileSystemRights.Write, FileShare.Read, bufferSize: 1, FileOptions.None, FileRights())
        : new FileStream(path, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = AtomicFile.Private, BufferSize = 0 });

    /// <summary>Makes an empty file where there is none, and closes to others one that is there.</summary>
    public static void Ensure(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            if (!File.Exists(path)) Create(path).Dispose();
            new FileInfo(path).SetAccessControl(FileRights());
            return;
        }

        using (new FileStream(path, new FileStreamOptions { Mode = FileMode.OpenOrCreate, Access = FileAccess.Read, Share = FileShare.ReadWrite, UnixCreateMode = AtomicFile.Private }))
            File.SetUnixFileMode(path, AtomicFile.Private);
    }

    /// <summary>Makes a directory, or leaves an existing one as it is. On Windows what comes into it takes its rights.</summary>
    public static void CreateDirectory(string path)
    {
        if (!OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(path, AtomicFile.PrivateDirectory);
            return;
        }

        if (Directory.Exists(path)) return;
        if (Path.GetDirectoryName(path) is { } parent) Directory.CreateDirectory(parent);
        new DirectoryInfo(path).Create(DirectoryRights());
    }

    [SupportedOSPlatform("windows")]
    private static FileSecurity FileRights() => Closed(new FileSecurity(), InheritanceFlags.None);

    [SupportedOSPlatform("windows")]
    private static DirectorySecurity DirectoryRights() =>
        Closed(new DirectorySecurity(), InheritanceFlags.ContainerInherit | InheritanceFlags.ObjectInherit);

    [SupportedOSPlatform("windows")]
    private static T Closed<T>(T rights, InheritanceFlags inheritance) where T : FileSystemSecurity
    {
        rights.SetAccessRuleProtection(isProtected: true, preserveInheritance: false);
        using var user = WindowsIdentity.GetCurrent();
        foreach (var who in (SecurityIdentifier[])
            [new(WellKnownSidType.LocalSystemSid, null), new(WellKnownSidType.BuiltinAdministratorsSid, null), user.User!])
            rights.AddAccessRule(new FileSystemAccessRule(who, FileSystemRights.FullControl, inheritance, PropagationFlags.None, AccessControlType.Allow));
        return rights;
    }
}

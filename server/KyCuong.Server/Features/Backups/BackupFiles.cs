using KyCuong.Server.Store;

namespace KyCuong.Server.Features.Backups;

/// <summary>What a backup is made of: a copy of the store, the keys, the settings.</summary>
internal static class BackupFiles
{
    /// <summary>Paths in the archive and where they lie.</summary>
    /// <param name="data">The server's data.</param>
    /// <param name="kind">What the store is.</param>
    /// <param name="copy">The copy of it.</param>
    public static IReadOnlyList<(string Name, string Path)> With(DataDirectory data, StoreKind kind, string copy)
    {
        var files = new List<(string, string)> { (kind == StoreKind.Sqlite ? Path.GetFileName(data.StoreFile) : RestoreCommand.Dump, copy) };
        foreach (var secret in Directory.GetFiles(data.Folder("keys"), "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
            if (!secret.EndsWith(".new", StringComparison.Ordinal)) files.Add((Path.GetRelativePath(data.Root, secret).Replace('\\', '/'), secret));
        if (data.PathOf("server.json") is var settings && File.Exists(settings)) files.Add(("server.json", settings));
        return files;
    }
}

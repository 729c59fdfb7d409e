using System.Formats.Tar;
using System.Security.Cryptography;
using System.Text.Json;
using KyCuong.Server.Cli;
using KyCuong.Server.Store;

namespace KyCuong.Server.Features.Backups;

/// <summary>What a backup says of itself, as its first file.</summary>
/// <param name="Store">sqlite or postgres.</param>
/// <param name="MadeUs">UTC microseconds.</param>
/// <param name="LogHead">Where the server's log ended in the copy.</param>
/// <param name="Files">Every other file, by its path in the data directory, with its SHA-256 in hex.</param>
internal sealed record BackupManifest(string Store, long MadeUs, string LogHead, IReadOnlyDictionary<string, string> Files);

/// <summary>A backup: a sealed tar file of a copy of the store, the keys and the settings.</summary>
internal static class BackupArchive
{
    private const string Manifest = "manifest.json";
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    /// <summary>Seals files into one; returns when it is whole and on disk.</summary>
    /// <param name="path">Must not exist.</param>
    /// <param name="key">32 bytes.</param>
    /// <param name="manifest">Its files are filled in.</param>
    /// <param name="files">Paths in the archive and where they lie.</param>
    public static void Write(string path, byte[] key, BackupManifest manifest, IReadOnlyList<(string Name, string Path)> files)
    {
        var hashes = files.ToDictionary(file => file.Name, file => Hash(file.Path));
        using var target = new FileStream(path, DataDirectory.NewFile(FileMode.CreateNew));
        using (var writer = new SealedWriter(target, key))
        {
            using (var tar = new TarWriter(writer, TarEntryFormat.Pax, leaveOpen: true))
            {
                using var said = new MemoryStream(JsonSerializer.SerializeToUtf8Bytes(manifest with { Files = hashes }, Json));
                tar.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, Manifest) { DataStream = said });
                foreach (var (name, source) in files)
                {
                    using var content = File.OpenRead(source);
                    tar.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, name) { DataStream = content });
                }
            }

            writer.Finish();
        }

        target.Flush();
        Disk.Sync(target.SafeFileHandle, path);
        Disk.SyncFolder(Path.GetDirectoryName(path)!);
    }

    /// <summary>
    /// Reads a backup to its end and checks every byte of it. Files are given out one by one as they come; only when this returns was all of it right.
    /// </summary>
    /// <param name="path">The backup.</param>
    /// <param name="key">32 bytes.</param>
    /// <param name="take">Where a file is written; null: it is only checked.</param>
    /// <exception cref="CommandException">It is none, altered, cut short, or sealed with another key.</exception>
    public static BackupManifest Read(string path, byte[] key, Func<string, Stream?> take)
    {
        try
        {
            using var source = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
            using var reader = new SealedReader(source, key);
            using var tar = new TarReader(reader, leaveOpen: true);
            BackupManifest? manifest = null;
            var missing = new HashSet<string>(StringComparer.Ordinal);
            while (tar.GetNextEntry() is { } entry)
            {
                if (manifest is null)
                {
                    if (entry.Name != Manifest || entry.DataStream is null) throw new InvalidDataException("no manifest");
                    manifest = JsonSerializer.Deserialize<BackupManifest>(entry.DataStream, Json) ?? throw new InvalidDataException("no manifest");
                    missing.UnionWith(manifest.Files.Keys);
                    continue;
                }

                if (entry.EntryType != TarEntryType.RegularFile || !missing.Remove(entry.Name)) throw new InvalidDataException(entry.Name);
                using var target = take(entry.Name);
                if (Copy(entry.DataStream, target) != manifest.Files[entry.Name]) throw new InvalidDataException(entry.Name);
            }

            reader.Drain();
            if (manifest is null || missing.Count > 0) throw new InvalidDataException(string.Join(", ", missing));
            return manifest;
        }
        catch (Exception problem) when (problem is CryptographicException or InvalidDataException or JsonException or EndOfStreamException or FormatException)
        {
            throw new CommandException(BackupText.Get(problem is AuthenticationTagMismatchException ? "wrongKey" : "damaged", path), problem);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new CommandException(BackupText.Get("unreadable", path, problem.Message.TrimEnd('.')), problem);
        }
    }

    private static string Hash(string path)
    {
        using var file = File.OpenRead(path);
        return Convert.ToHexStringLower(SHA256.HashData(file));
    }

    private static string Copy(Stream? content, Stream? target)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = new byte[SealedFormat.ChunkSize];
        while (content?.Read(buffer) is { } count and > 0)
        {
            hash.AppendData(buffer, 0, count);
            target?.Write(buffer, 0, count);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}

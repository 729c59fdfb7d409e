using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using KyCuong.Server.Certificates;
using KyCuong.Server.Cli;

namespace KyCuong.Server.Store.Erasures;

/// <summary>
/// All tombstones as a file outside the store, a line each: what a store put back from an older backup is erased by before
/// anybody sees it. It lies in the data directory, and beside the backups under a name of this installation's own.
/// </summary>
internal static class ErasureList
{
    private const string LocalName = "erasures.kct";
    private const string BackupFolderName = "backup.folder";
    private const string ScrubDueName = "erasures.unfinished";
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    private sealed record Line(byte[] Content, byte[] Signature, string RowList, byte[] Entries);

    /// <summary>The list in a data directory.</summary>
    public static string LocalPath(DataDirectory data) => data.PathOf(LocalName);

    /// <summary>The list beside backups, named by the first bits of the authority's certificate: other servers may keep theirs in the same folder.</summary>
    /// <exception cref="CommandException">The data directory has no authority.</exception>
    public static string OutsidePath(DataDirectory data, string folder)
    {
        using var authority = Authority(data);
        return Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"erasures-{Convert.ToHexStringLower(SHA256.HashData(authority.RawData))[..12]}.kct"));
    }

    /// <summary>The public key that tombstones of this installation are signed for.</summary>
    /// <exception cref="CommandException">The data directory has no authority.</exception>
    public static X509Certificate2 Authority(DataDirectory data)
    {
        var path = AuthorityPath(data);
        try
        {
            return SecretFile.Read(path) is { } pem ? X509Certificate2.CreateFromPem(System.Text.Encoding.ASCII.GetString(pem)) : throw new CommandException(EraseText.Get("noAuthority", path));
        }
        catch (Exception problem) when (problem is CryptographicException or InvalidDataException or IOException)
        {
            throw new CommandException(EraseText.Get("noAuthority", path), problem);
        }
    }

    /// <summary>True when the server of this directory could order an erasure: beside its backups lies a list.</summary>
    public static bool HasAuthority(DataDirectory data) => File.Exists(AuthorityPath(data));

    /// <summary>Takes a list from elsewhere over into a data directory, once all of it was checked.</summary>
    /// <returns>How many tombstones it has.</returns>
    /// <exception cref="CommandException">It is damaged or forged.</exception>
    public static int TakeOver(DataDirectory data, string from)
    {
        using var authority = Authority(data);
        var count = Read(from, authority).Count();
        Copy(from, LocalPath(data));
        // The backups from which it was put back are still there: what is erased from now on is to be written beside them.
        data.WriteFile(BackupFolderName, System.Text.Encoding.UTF8.GetBytes(Path.GetDirectoryName(Path.GetFullPath(from)) + "\n"));
        return count;
    }

    /// <summary>The folder that backups were last made into; null: none was made yet.</summary>
    public static string? BackupFolder(DataDirectory data) => File.Exists(data.PathOf(BackupFolderName)) ? File.ReadAllText(data.PathOf(BackupFolderName)).Trim() : null;

    /// <summary>A backup was made into this folder: the whole list lies beside it from now on.</summary>
    /// <exception cref="IOException">It could not be written.</exception>
    public static void WriteBeside(DataDirectory data, string folder)
    {
        // A server that never ran has no authority, and has ordered nothing.
        if (File.Exists(AuthorityPath(data)) || File.Exists(LocalPath(data))) Copy(LocalPath(data), OutsidePath(data, folder));
        data.WriteFile(BackupFolderName, System.Text.Encoding.UTF8.GetBytes(folder + "\n"));
    }

    /// <summary>
    /// Adds tombstones to the list and to its copy beside the backups; when this returns they are on disk in both. Before the store
    /// commits them: an order that is in the list and not in the store is carried out at the next start.
    /// </summary>
    /// <exception cref="CommandException">One of the two could not be written; nothing is to be erased.</exception>
    public static void Add(DataDirectory data, IReadOnlyList<Tombstone> tombstones)
    {
        var local = LocalPath(data);
        var place = local;
        try
        {
            ScrubIsDue(data);
            var lines = ReadLines(local);
            var before = Bytes(lines);
            var after = Bytes([.. lines, .. tombstones.Select(Spell)]);
            // Both lie on disk before either has its name: what is in one list alone would be carried out though nobody was told so.
            string[] places = BackupFolder(data) is { } folder ? [local, OutsidePath(data, folder)] : [local];
            foreach (var one in places) Draft(place = one, after);
            foreach (var one in places.Reverse()) Name(place = one, places, before);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new CommandException(EraseText.Get("notWritten", place, problem.Message.TrimEnd('.')), problem);
        }
    }

    /// <summary>
    /// Brings the list and its copy beside the backups together, each with what only the other had: a kill between the two left an order in the copy
    /// alone, and a data directory that was put back to an earlier state lacks what was ordered since. What this server signed is then carried out.
    /// </summary>
    /// <exception cref="CommandException">One of the two is damaged or forged; both are as they were.</exception>
    /// <exception cref="IOException">One of the two could not be read or written.</exception>
    public static void Join(DataDirectory data)
    {
        if (BackupFolder(data) is not { } folder || !HasAuthority(data)) return;
        var (local, outside) = (LocalPath(data), OutsidePath(data, folder));
        if (!File.Exists(outside)) return;
        var (own, copy) = (ReadLines(local), ReadLines(outside));
        if (own.SequenceEqual(copy)) return;
        // Reading is checking: neither is to spoil the other.
        using (var authority = Authority(data)) _ = Read(local, authority).Concat(Read(outside, authority)).Count();
        var all = Bytes(own.Union(copy));
        Draft(local, all);
        Draft(outside, all);
        Name(outside);
        Name(local);
    }

    /// <summary>Something is about to be erased: until <see cref="Scrubbed"/> each start of the server writes the store anew.</summary>
    /// <exception cref="IOException">It could not be noted.</exception>
    public static void ScrubIsDue(DataDirectory data) => data.WriteFile(ScrubDueName, []);

    /// <summary>True while traces of something erased may be in the store's files.</summary>
    public static bool IsScrubDue(DataDirectory data) => File.Exists(data.PathOf(ScrubDueName));

    /// <summary>The store was written anew.</summary>
    public static void Scrubbed(DataDirectory data) => File.Delete(data.PathOf(ScrubDueName));

    /// <summary>The tombstones in a file, each signed by this installation; none when there is no file.</summary>
    /// <exception cref="CommandException">A line is damaged, or signed by nobody this installation knows.</exception>
    public static IEnumerable<Tombstone> Read(string path, X509Certificate2 authority)
    {
        using var key = authority.GetECDsaPublicKey() ?? throw new CommandException(EraseText.Get("noAuthority", path));
        foreach (var line in ReadLines(path))
        {
            Tombstone? tombstone;
            try
            {
                tombstone = Parse(line) is { } read && read.IsSignedBy(key) ? read : null;
            }
            catch (Exception problem) when (problem is JsonException or InvalidDataException or ArgumentException)
            {
                throw new CommandException(EraseText.Get("forged", path), problem);
            }

            yield return tombstone ?? throw new CommandException(EraseText.Get("forged", path));
        }
    }

    private static string AuthorityPath(DataDirectory data) => data.PathOf(Path.Combine("keys", "ca.crt"));

    private static List<string> ReadLines(string path) => File.Exists(path) ? [.. File.ReadAllLines(path).Where(line => line.Length > 0)] : [];

    private static string Spell(Tombstone tombstone)
    {
        var entries = new byte[tombstone.Entries.Count * ErasedKey.Size];
        for (var i = 0; i < tombstone.Entries.Count; i++) tombstone.Entries[i].CopyTo(entries.AsSpan(i * ErasedKey.Size));
        return JsonSerializer.Serialize(new Line(tombstone.Content, tombstone.Signature, tombstone.RowList, entries), Json);
    }

    private static Tombstone? Parse(string line)
    {
        if (JsonSerializer.Deserialize<Line>(line, Json) is not { Content: { } content, Signature: { } signature, RowList: { } rows, Entries: { } entries } || entries.Length % ErasedKey.Size != 0) return null;
        return new Tombstone(content, signature, rows, [.. Enumerable.Range(0, entries.Length / ErasedKey.Size).Select(i => ErasedKey.Read(entries.AsSpan(i * ErasedKey.Size)))]);
    }

    /// <summary>Copies the list whole or not at all; no list is an empty one.</summary>
    private static void Copy(string from, string to)
    {
        Draft(to, File.Exists(from) ? File.ReadAllBytes(from) : []);
        Name(to);
    }

    private static byte[] Bytes(IEnumerable<string> lines) => System.Text.Encoding.ASCII.GetBytes(string.Concat(lines.Select(line => line + "\n")));

    /// <summary>Lays a list on disk beside the one in force.</summary>
    private static void Draft(string path, byte[] content)
    {
        File.Delete(path + ".new");
        using var file = new FileStream(path + ".new", DataDirectory.NewFile(FileMode.CreateNew));
        file.Write(content);
        file.Flush();
        Disk.Sync(file.SafeFileHandle, path);
    }

    private static void Name(string path)
    {
        File.Move(path + ".new", path, overwrite: true);
        Disk.SyncFolder(Path.GetDirectoryName(path)!);
    }

    /// <summary>Puts a draft in force; when that fails, those that are in force already go back to what they were.</summary>
    private static void Name(string path, string[] all, byte[] before)
    {
        try
        {
            Name(path);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            foreach (var other in all.Where(other => !File.Exists(other + ".new")))
            {
                Draft(other, before);
                Name(other);
            }

            throw;
        }
    }
}

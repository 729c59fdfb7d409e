using System.CommandLine;
using KyCuong.Server.Cli;
using KyCuong.Server.Store;
using KyCuong.Server.Store.Erasures;
using KyCuong.Verify;
using Microsoft.Extensions.Logging.Abstractions;

namespace KyCuong.Server.Features.Backups;

/// <summary><c>restore FILE --key-file F --data DIR</c>: a backup into a data directory that has nothing yet.</summary>
internal static class RestoreCommand
{
    /// <summary>Name of PostgreSQL's dump in the directory.</summary>
    public const string Dump = "store.dump";

    /// <summary>The command; it needs no store and runs where it was typed.</summary>
    public static Command Create(CommandHost host, ICommandConsole console, TimeProvider time)
    {
        var file = new Argument<string>("file") { Description = BackupText.Get("help.file"), HelpName = "FILE" };
        var key = new Option<string>("--key-file") { Description = BackupText.Get("help.keyFile"), HelpName = "FILE", Required = true };
        var erasures = new Option<string?>("--erasures") { Description = BackupText.Get("help.erasures"), HelpName = "FILE" };
        var command = new Command("restore", BackupText.Get("help.restore")) { file, key, erasures };
        command.SetAction(async (parse, _) =>
        {
            try
            {
                var restored = await RunAsync(parse.GetRequiredValue(file), parse.GetRequiredValue(key), parse.GetRequiredValue(host.Data), time, parse.GetValue(erasures));
                console.Out.WriteLine(restored.Said);
                if (restored.Wrong is null) return 0;
                console.Error.WriteLine(restored.Wrong);
                return 1;
            }
            catch (CommandException problem)
            {
                console.Error.WriteLine(problem.Message);
                return problem.ExitCode;
            }
        });
        return command;
    }

    /// <summary>
    /// Restores; what to tell the person. What was erased since the backup was made is erased again, and the store (SQLite) held against its log, before
    /// it is given out; one that was altered is given out all the same, for it may be all there is.
    /// </summary>
    /// <param name="file">The backup.</param>
    /// <param name="keyFile">What <c>backup key</c> printed.</param>
    /// <param name="directory">New.</param>
    /// <param name="time">The clock.</param>
    /// <param name="erasures">The list of what was erased; null: it lies beside the backup.</param>
    /// <exception cref="CommandException">Nothing was restored; the directory is as it was.</exception>
    public static async Task<Restored> RunAsync(string file, string keyFile, string directory, TimeProvider time, string? erasures = null)
    {
        var root = Path.GetFullPath(directory);
        if (Directory.Exists(root) && Directory.EnumerateFileSystemEntries(root).Any()) throw new CommandException(BackupText.Get("notEmpty", root));
        var key = Key(keyFile);
        // All of it is checked before any of it is written.
        var manifest = BackupArchive.Read(file, key, _ => null);
        var draft = DataDirectory.Open(root + ".restoring");
        Outcome? outcome = null;
        try
        {
            var written = new List<string>();
            BackupArchive.Read(file, key, name =>
            {
                var path = Path.GetFullPath(draft.PathOf(name));
                if (!path.StartsWith(draft.Root + Path.DirectorySeparatorChar, StringComparison.Ordinal)) throw new InvalidDataException(name);
                if (Path.GetDirectoryName(name) is { Length: > 0 } folder) draft.Folder(folder);
                written.Add(path);
                return new FileStream(path, DataDirectory.NewFile(FileMode.CreateNew));
            });
            foreach (var path in written)
            {
                using var content = new FileStream(path, FileMode.Open, FileAccess.ReadWrite);
                Disk.Sync(content.SafeFileHandle, path);
                Disk.SyncFolder(Path.GetDirectoryName(path)!);
            }

            await EraseAgainAsync(draft, manifest, erasures, Path.GetDirectoryName(Path.GetFullPath(file))!, time);
            if (manifest.Store == "sqlite") outcome = await Task.Run(() => BackupCheck.OfFile(draft.StoreFile, draft, OutsideHead.Parse(manifest.LogHead)));
            if (Directory.Exists(root)) Directory.Delete(root);
            Directory.Move(draft.Root, root);
            Disk.SyncFolder(Path.GetDirectoryName(root)!);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException or CommandException)
        {
            if (Directory.Exists(draft.Root)) Directory.Delete(draft.Root, recursive: true);
            if (problem is CommandException) throw;
            throw new CommandException(BackupText.Get("notRestored", root, problem.Message.TrimEnd('.')), problem);
        }

        var said = BackupText.Get("restored", UnixTime.FromUs(manifest.MadeUs), root, manifest.LogHead);
        if (outcome is null) return new Restored($"{said}\n{BackupText.Get("restored.postgres", Path.Combine(root, Dump))}", null);
        // Only the copy made before a store of that time was changed says nothing of where its log ended.
        if (outcome.HasNoLog && manifest.LogHead.Length == 0) return new Restored($"{said}\n{BackupText.Get("restored.noLog")}", null);
        return BackupCheck.Wrong("restored.wrong", outcome) is { } wrong ? new Restored(said, wrong) : new Restored($"{said}\n{BackupCheck.Fine(outcome)}", null);
    }

    private static async Task EraseAgainAsync(DataDirectory draft, BackupManifest manifest, string? named, string folder, TimeProvider time)
    {
        if (!ErasureList.HasAuthority(draft)) return;
        var list = named ?? ErasureList.OutsidePath(draft, folder);
        if (!File.Exists(list)) throw new CommandException(EraseText.Get("noList", list));
        // PostgreSQL's copy is not loaded yet: the server does it before it is served.
        if (ErasureList.TakeOver(draft, list) == 0 || manifest.Store != "sqlite") return;
        await ServerStore.Open(draft, new StoreOptions(), time, NullLoggerFactory.Instance).DisposeAsync();
    }

    private static byte[] Key(string path)
    {
        try
        {
            return BackupKey.Parse(File.ReadAllText(path)) ?? throw new CommandException(BackupText.Get("key.noFile", path));
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new CommandException(BackupText.Get("key.noFile", path), problem);
        }
    }
}

/// <summary>What a restore has to say.</summary>
/// <param name="Said">What was done.</param>
/// <param name="Wrong">What is wrong with the store that was put back; null: nothing is, or it is not known here.</param>
internal sealed record Restored(string Said, string? Wrong);

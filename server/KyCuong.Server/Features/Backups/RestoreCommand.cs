using System.CommandLine;
using KyCuong.Server.Cli;
using KyCuong.Server.Store;

namespace KyCuong.Server.Features.Backups;

/// <summary><c>restore FILE --key-file F --data DIR</c>: a backup into a data directory that has nothing yet.</summary>
internal static class RestoreCommand
{
    /// <summary>Name of PostgreSQL's dump in the directory.</summary>
    public const string Dump = "store.dump";

    /// <summary>The command; it needs no store and runs where it was typed.</summary>
    public static Command Create(CommandHost host, ICommandConsole console)
    {
        var file = new Argument<string>("file") { Description = BackupText.Get("help.file"), HelpName = "FILE" };
        var key = new Option<string>("--key-file") { Description = BackupText.Get("help.keyFile"), HelpName = "FILE", Required = true };
        var command = new Command("restore", BackupText.Get("help.restore")) { file, key };
        command.SetAction(parse =>
        {
            try
            {
                console.Out.WriteLine(Run(parse.GetRequiredValue(file), parse.GetRequiredValue(key), parse.GetRequiredValue(host.Data)));
                return 0;
            }
            catch (CommandException problem)
            {
                console.Error.WriteLine(problem.Message);
                return problem.ExitCode;
            }
        });
        return command;
    }

    /// <summary>Restores; what to tell the person.</summary>
    /// <exception cref="CommandException">Nothing was restored; the directory is as it was.</exception>
    public static string Run(string file, string keyFile, string directory)
    {
        var root = Path.GetFullPath(directory);
        if (Directory.Exists(root) && Directory.EnumerateFileSystemEntries(root).Any()) throw new CommandException(BackupText.Get("notEmpty", root));
        var key = Key(keyFile);
        // All of it is checked before any of it is written.
        var manifest = BackupArchive.Read(file, key, _ => null);
        var draft = DataDirectory.Open(root + ".restoring");
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
        return manifest.Store == "sqlite" ? said : said + "\n" + BackupText.Get("restored.postgres", Path.Combine(root, Dump));
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

using System.Globalization;
using KyCuong.Server.Cli;

namespace KyCuong.Server.Store;

/// <summary>
/// The one process that may open the store: an exclusive lock (flock on Linux) on a file, and beside it a file with the
/// process id, since the runtime does not read a locked file. The system lets go of the lock however the process ends.
/// </summary>
public sealed class DataLock : IDisposable
{
    private readonly FileStream _file;

    private DataLock(FileStream file) => _file = file;

    internal static DataLock Take(DataDirectory data)
    {
        FileStream file;
        try
        {
            file = new FileStream(data.LockFile, DataDirectory.NewFile(FileMode.OpenOrCreate));
        }
        catch (IOException problem)
        {
            throw new CommandException(StoreText.Get("DataDirectoryInUse", data.Root, Holder(data.ProcessIdFile)), problem) { MayPass = true };
        }

        data.WriteFile(Path.GetFileName(data.ProcessIdFile), System.Text.Encoding.ASCII.GetBytes(Environment.ProcessId.ToString(CultureInfo.InvariantCulture)));
        return new DataLock(file);
    }

    /// <inheritdoc />
    public void Dispose() => _file.Dispose();

    private static string Holder(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (FileNotFoundException)
        {
            // Between the lock and the writing of the id.
            return "?";
        }
    }
}

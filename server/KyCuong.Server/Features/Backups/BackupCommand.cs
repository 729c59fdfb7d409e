using System.CommandLine;
using System.Globalization;
using KyCuong.Server.Cli;
using KyCuong.Server.Formats;
using KyCuong.Server.Judging;
using KyCuong.Server.Store;
using KyCuong.Server.Store.Erasures;
using KyCuong.Server.Store.Log;
using KyCuong.Verify;

namespace KyCuong.Server.Features.Backups;

/// <summary><c>backup [--to DIR]</c> and <c>backup key</c>: an online copy, sealed and checked (reliability rule D25).</summary>
public static class BackupCommand
{
    /// <summary>The command.</summary>
    public static Command Create(CommandHost host)
    {
        var to = new Option<string?>("--to") { Description = BackupText.Get("help.to"), HelpName = "DIR" };
        var key = new Command("key", BackupText.Get("help.key"));
        key.SetAction((parse, cancel) => host.RunAsync(parse, (context, _) => KeyAsync(context), cancel));
        var command = new Command("backup", BackupText.Get("help")) { to, key };
        command.SetAction((parse, cancel) => host.RunAsync(parse, (context, stop) => RunAsync(context, parse.GetValue(to), stop), cancel));
        return command;
    }

    /// <summary>How often a copy is made anew while what is derived of its taps lags behind, and how long is waited before each.</summary>
    private const int Tries = 5;

    private static readonly TimeSpan BetweenTries = TimeSpan.FromSeconds(2);

    /// <summary>Prints the key, to be kept elsewhere.</summary>
    internal static Task<int> KeyAsync(CommandContext context)
    {
        context.Console.Out.WriteLine(BackupText.Get("key", BackupKey.Spell(BackupKey.Of(context.Data).Key)));
        return Task.FromResult(0);
    }

    /// <summary>
    /// Makes one backup, holds the store in it against the log, reads it back, and says where it lies. A store that was altered is backed up like any
    /// other, for it may be all there is; that it was is said, and the answer is 1.
    /// </summary>
    internal static async Task<int> RunAsync(CommandContext context, string? to, CancellationToken cancel)
    {
        if (to is not null && !(Path.IsPathFullyQualified(to) && Directory.Exists(to))) throw CommandOptions.Wrong("--to", to, BackupText.Get("absolute"));
        var folder = to ?? context.Data.Folder(Path.GetFileName(context.Data.BackupFolder));
        var (key, isNew) = BackupKey.Of(context.Data);
        var made = context.Time.GetUtcNow();
        var path = Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"kycuong-{made:yyyyMMdd'T'HHmmss'Z'}.kcb"));
        // The plain copy lies where the store itself lies, never in the folder named.
        var copy = context.Data.PathOf("backup.tmp");
        try
        {
            var (head, outcome) = await CopyAsync(context, copy, cancel);
            await Task.Run(() => Seal(context, copy, path, key, head, UnixTime.ToUs(made)), cancel);
            ErasureList.WriteBeside(context.Data, folder);
            Write(context, path, head, outcome, isNew);
            return outcome.IsFine ? 0 : 1;
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            File.Delete(path);
            throw new CommandException(BackupText.Get("notWritten", path, problem.Message.TrimEnd('.')), problem);
        }
        catch (CommandException)
        {
            File.Delete(path);
            throw;
        }
        finally
        {
            Delete(copy);
        }
    }

    private static async Task<(LogHead Head, Outcome Outcome)> CopyAsync(CommandContext context, string copy, CancellationToken cancel)
    {
        for (var tried = 1; ; tried++)
        {
            Delete(copy);
            Outcome? outcome = null;
            var head = await Task.Run(() => context.Store.CopyTo(copy, store => outcome = BackupCheck.Of(store, context.Data)), cancel);
            if (tried == Tries || !BackupCheck.MayPass(outcome!)) return (head, outcome!);
            await Task.Delay(BetweenTries, context.Time, cancel);
        }
    }

    private static void Delete(string copy)
    {
        foreach (var file in new[] { copy, copy + "-wal", copy + "-shm" }) File.Delete(file);
    }

    private static void Seal(CommandContext context, string copy, string path, byte[] key, LogHead head, long madeUs)
    {
        var files = BackupFiles.With(context.Data, context.Store.IsFile ? StoreKind.Sqlite : StoreKind.Postgres, copy);
        BackupArchive.Write(path, key, new BackupManifest(context.Store.IsFile ? "sqlite" : "postgres", madeUs, head.ToString(), new Dictionary<string, string>()), files);
        BackupArchive.Read(path, key, _ => null);
    }

    private static void Write(CommandContext context, string path, LogHead head, Outcome outcome, bool newKey)
    {
        var bytes = new FileInfo(path).Length;
        if (context.Json)
        {
            context.Console.Out.WriteLine(JsonText.Of(json =>
            {
                json.WriteStartObject();
                json.WriteString("file", path);
                json.WriteNumber("bytes", bytes);
                json.WriteString("logHead", head.ToString());
                json.WriteBoolean("matchesLog", outcome.IsFine);
                json.WriteString("firstWrong", outcome.First);
                json.WriteBoolean("newKey", newKey);
                json.WriteEndObject();
            }));
            return;
        }

        context.Console.Out.WriteLine(BackupText.Get("made", path, bytes, head));
        if (BackupCheck.Wrong("made.wrong", outcome) is { } wrong) context.Console.Error.WriteLine(wrong);
        else context.Console.Out.WriteLine(BackupCheck.Fine(outcome));
        if (newKey) context.Console.Error.WriteLine(BackupText.Get("made.newKey"));
    }
}

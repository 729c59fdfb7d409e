using System.Threading.Channels;
using KyCuong.Protos.Journal;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;

namespace KyCuong.Kiosk.Journal;

/// <summary>
/// Saves what can be saved of files put aside, beside the taps that come, a bounded number of entries at once; then reads
/// every entry once, since SQLite does not notice what a disk changes in a row. One run at a time.
/// </summary>
/// <param name="journal">Its writer loop does the writing.</param>
/// <param name="taps">Is told of what is read.</param>
/// <param name="options">Which file, and how much at once.</param>
/// <param name="recovery">What is known to be lost.</param>
/// <param name="time">Ages and pauses.</param>
/// <param name="logger">What was saved and what was not.</param>
internal sealed partial class JournalMending(KioskJournal journal, TapMarks taps, JournalOptions options, JournalRecovery recovery, TimeProvider time, ILogger logger)
{
    /// <summary>Ends when all is saved and read, or when the journal closes; what a disk that fails left undone is tried again.</summary>
    /// <param name="closing">The journal closes.</param>
    public async Task RunAsync(CancellationToken closing)
    {
        // Each round either finds nothing more, or has put a damaged file aside, which the next one saves.
        var failing = false;
        for (var again = true; again && !closing.IsCancellationRequested;)
        {
            try
            {
                foreach (var file in DamagedFiles.Unsaved(options.Path)) await SaveAsync(file, closing);
                await Task.Delay(options.ScanAfter, time, closing);
                var scanned = journal.Current.Id;
                again = await JournalScan.DamageAsync(options.Path, () => journal.Epochs, recovery.Lost, taps, time, closing) is { } damage && await ReplacedAsync(damage, scanned);
                failing = false;
            }
            catch (Exception e) when (e is OperationCanceledException or ChannelClosedException)
            {
                return;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException or SqliteException or JournalOutOfServiceException)
            {
                // Out of service or a disk that fails: until it is well, what is left to be saved keeps everybody waiting who may have tapped in it.
                if (!failing) LogMendingFailed(logger, e, options.Path, (int)options.MendAgainAfter.TotalSeconds);
                failing = true;
                if (!await WaitAsync(closing)) return;
            }
        }
    }

    private async Task<bool> WaitAsync(CancellationToken closing)
    {
        try
        {
            await Task.Delay(options.MendAgainAfter, time, closing);
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    private async Task<bool> ReplacedAsync(string damage, JournalId scanned)
    {
        await journal.DamagedAsync(damage, scanned);
        return journal.Current.Id != scanned;
    }

    private async Task SaveAsync(string file, CancellationToken closing)
    {
        var nowUs = (time.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;
        var saved = JournalSalvage.Read(file, nowUs - options.Keep.Ticks / TimeSpan.TicksPerMicrosecond, out var unreadable);
        if (unreadable > 0) LogUnreadable(logger, file, unreadable);
        // The newest takes the number right below those that are there.
        foreach (var epoch in saved.AsEnumerable().Reverse())
        {
            var number = 0;
            await journal.RunAsync(database => number = database.BeginImport(epoch.Id));
            foreach (var part in epoch.Records.Chunk(options.PrunedAtOnce))
            {
                closing.ThrowIfCancellationRequested();
                await journal.RunAsync(database => database.Import(number, part));
            }

            await journal.RunAsync(database =>
            {
                database.EndImport(number, epoch.Lost, nowUs);
                recovery.ReadLost(database);
            });
            LogSaved(logger, file, epoch.Id.Epoch, epoch.Records.Count, epoch.Records[0].Stored.Entry.Sequence, epoch.Records[^1].Stored.Entry.Sequence);
            foreach (var range in epoch.Lost) LogLost(logger, file, range.Epoch, range.First, range.Last);
        }

        if (saved.Count == 0) LogNothingSaved(logger, file);
        DamagedFiles.MarkSaved(file);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Of {File}, epoch {Epoch}: {Entries} entries were saved, {First} to {Last}")]
    private static partial void LogSaved(ILogger logger, string file, UInt128 epoch, int entries, ulong first, ulong last);

    [LoggerMessage(Level = LogLevel.Error, Message = "Of {File}, epoch {Epoch}: entries {First} to {Last} are lost on this disk; the server is told of those that it has not")]
    private static partial void LogLost(ILogger logger, string file, UInt128 epoch, ulong first, ulong last);

    [LoggerMessage(Level = LogLevel.Error, Message = "Of {File} nothing could be saved; what of it the server has not is lost")]
    private static partial void LogNothingSaved(ILogger logger, string file);

    [LoggerMessage(Level = LogLevel.Error, Message = "The disk cannot read {Bytes} bytes of {File}: what is readable is saved. Replace the disk")]
    private static partial void LogUnreadable(ILogger logger, string file, long bytes);

    [LoggerMessage(Level = LogLevel.Error, Message = "The journal {Path} could not be read through, or a damaged one not be saved from; tried again every {Seconds} seconds")]
    private static partial void LogMendingFailed(ILogger logger, Exception e, string path, int seconds);
}

using KyCuong.Kiosk.Journal;
using KyCuong.Protos.V1;
using Microsoft.Extensions.Logging;

namespace KyCuong.Kiosk.Link;

/// <summary>
/// Gets entries that the disk has lost back from the server, on one stream, and keeps those that are what this kiosk wrote. Asking and taking may be
/// on two tasks.
/// </summary>
/// <param name="journal">Knows what is lost, and keeps what comes.</param>
/// <param name="logger">What came of it.</param>
internal sealed partial class LostExchange(KioskJournal journal, ILogger logger)
{
    private readonly LostFetch _fetch = new(() => journal.Lost);

    /// <inheritdoc cref="LostFetch.Next" />
    public EntriesRequest? Next() => _fetch.Next();

    /// <summary>Keeps what came. False: it answers nothing that was asked, or is not what this kiosk wrote.</summary>
    public async Task<bool> TakeAsync(FetchedEntries answer)
    {
        if (_fetch.Answered(answer) is not { } asked) return false;
        try
        {
            var (kept, wrong) = await journal.RestoreAsync(asked, [.. answer.Encodings.Select(encoding => encoding.ToByteArray())]);
            if (wrong is not null)
            {
                LogWrong(logger, asked.First, asked.Last, asked.Epoch, wrong);
                _fetch.Stop();
                return false;
            }

            _fetch.Kept(asked, kept);
            if (kept > 0) LogFetched(logger, asked.Last - (ulong)kept + 1, asked.Last, asked.Epoch);
            if ((ulong)kept <= asked.Last - asked.First) LogNotThere(logger, asked.Last - (ulong)kept, asked.Epoch);
        }
        catch (JournalOutOfServiceException)
        {
            // The journal says so itself; another stream asks again.
            _fetch.Stop();
        }

        return true;
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Entries {First} to {Last} of epoch {Epoch:x32}, which this disk had lost, were fetched back from the server")]
    private static partial void LogFetched(ILogger logger, ulong first, ulong last, UInt128 epoch);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The server has not entry {Sequence} of epoch {Epoch:x32} either: it and those lost before it stay lost")]
    private static partial void LogNotThere(ILogger logger, ulong sequence, UInt128 epoch);

    [LoggerMessage(Level = LogLevel.Error, Message = "ALARM: what the server gave as entries {First} to {Last} of epoch {Epoch:x32} is not what this kiosk wrote: {Wrong}. None of it is kept. Its records were altered; run KyCuong.Verify there")]
    private static partial void LogWrong(ILogger logger, ulong first, ulong last, UInt128 epoch, string wrong);
}

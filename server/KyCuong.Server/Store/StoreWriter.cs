using KyCuong.Server.Store.Log;
using Microsoft.Extensions.Logging;

namespace KyCuong.Server.Store;

/// <summary>
/// The one session that writes, lent to one caller at a time, in order of asking. Thread-safe.
/// </summary>
public abstract partial class StoreWriter : IDisposable
{
    /// <summary>Commits in a row after which a disk that was full has room again: on a full one small ones still succeed between large ones that fail.</summary>
    private const int CommitsWithRoom = 10;

    private readonly ILogger _logger;
    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly TaskCompletionSource<Exception> _broken = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TimeProvider _time;
    private LogWriter? _log;
    private bool _logWritten;
    private volatile LogHead _logEnd = LogHead.None;
    private bool _full;
    private int _commitsSinceFull;
    private long _commits;
    private long _badgesVersion;

    private protected StoreWriter(TimeProvider time, ILogger logger) => (_time, _logger) = (time, logger);

    /// <summary>Transactions committed since the store was opened.</summary>
    public long Commits => Interlocked.Read(ref _commits);

    /// <summary>
    /// Where the log ends, everything that is committed counted.
    /// </summary>
    internal LogHead LogEnd => _logEnd;

    /// <summary>
    /// Grows whenever badges, their hashes, their holdings, their loans or an agency were touched, by whatever means, and whenever work
    /// was undone: what was built from an older number is out of date.
    /// </summary>
    public long BadgesVersion => Interlocked.Read(ref _badgesVersion);

    /// <summary>
    /// Ends, with the cause, once nothing can be written any more before the process is started anew: the disk failed a
    /// commit or what is stored proved damaged (only a new process sees what is on disk, rule D3), or another process has
    /// taken the store.
    /// </summary>
    public Task<Exception> Broken => _broken.Task;

    /// <summary>The writer session with an open transaction, once everyone who asked before has returned it.</summary>
    /// <exception cref="InvalidOperationException">The store is broken; see <see cref="Broken"/>.</exception>
    public async Task<WriteLease> LeaseAsync(CancellationToken cancel)
    {
        await _turn.WaitAsync(cancel).ConfigureAwait(false);
        try
        {
            if (_broken.Task.IsCompleted)
                throw new InvalidOperationException("The store failed an earlier write; restart the server.", await _broken.Task.ConfigureAwait(false));
            return new WriteLease(this, await ReadyAsync(cancel).ConfigureAwait(false));
        }
        catch
        {
            _turn.Release();
            throw;
        }
    }

    /// <summary>Closes. Waits for whoever holds the lease.</summary>
    public void Dispose()
    {
        _turn.Wait();
        _log?.Dispose();
        Close(_broken.Task.IsCompleted);
        _turn.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <inheritdoc cref="StoreProvider.Scrub" />
    internal bool Scrub()
    {
        _turn.Wait();
        try
        {
            return ScrubCore();
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Looks where the log ends; the turn is the caller's.</summary>
    internal void KnowLog(StoreSession session) => _logEnd = LogWriter.Read(session);

    /// <summary>Enters what the log is to say of the transaction under way; the turn is the caller's.</summary>
    internal void WriteLog(StoreSession session, IReadOnlyList<LogRecord> records)
    {
        if (records.Count == 0) return;
        if (_log is null || !ReferenceEquals(_log.Session, session))
        {
            _log?.Dispose();
            _log = new LogWriter(session);
        }

        _log.Write(records, _time.NowUs());
        _logWritten = true;
    }

    internal void Committed()
    {
        if (_logWritten)
        {
            _log!.Committed();
            _logEnd = _log.End;
        }

        _logWritten = false;
        Interlocked.Increment(ref _commits);
        if (_full && ++_commitsSinceFull >= CommitsWithRoom)
        {
            _full = false;
            LogRoom();
        }

        AfterCommit();
    }

    internal void RolledBack()
    {
        ForgetLog();
        TouchBadges();
    }

    internal void CommitFailed(Exception problem)
    {
        ForgetLog();
        if (IsFatal(problem)) Break(problem);
        if (!IsFull(problem)) return;
        _commitsSinceFull = 0;
        if (_full) return;
        _full = true;
        LogFull();
    }

    internal void Return() => _turn.Release();

    /// <summary>True when the same may succeed when it is tried again: the store was lost on the way, or is away.</summary>
    internal bool WasLost(Exception problem) => IsLost(problem);

    /// <summary>True when it says that what is stored is damaged: no trying again and no new process mends that.</summary>
    internal abstract bool SaysDamage(Exception problem);

    /// <summary>The session, open; called by whoever has the turn.</summary>
    private protected abstract ValueTask<StoreSession> ReadyAsync(CancellationToken cancel);

    /// <summary>A commit succeeded; the turn is still the caller's.</summary>
    private protected abstract void AfterCommit();

    /// <summary>True when after this failure only a new process may write.</summary>
    private protected abstract bool IsFatal(Exception problem);

    /// <summary>True when the store's disk has no room.</summary>
    private protected abstract bool IsFull(Exception problem);

    /// <summary>True when the session was lost on the way.</summary>
    private protected abstract bool IsLost(Exception problem);

    /// <summary>Writes the store anew; the turn is the caller's.</summary>
    private protected abstract bool ScrubCore();

    /// <summary>Closes the session.</summary>
    private protected abstract void Close(bool broken);

    private void ForgetLog()
    {
        _log?.Forget();
        _logWritten = false;
    }

    private protected void TouchBadges() => Interlocked.Increment(ref _badgesVersion);

    private protected void Break(Exception problem)
    {
        if (_broken.TrySetResult(problem)) LogBroken(problem);
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "The disk of the store is full: nothing is taken until there is room; kiosks keep their taps meanwhile and send them then. Free space on it")]
    private partial void LogFull();

    [LoggerMessage(Level = LogLevel.Information, Message = "The disk of the store has room again; entries are taken")]
    private partial void LogRoom();

    [LoggerMessage(Level = LogLevel.Critical, Message = "The store failed; nothing more is written until the server is restarted")]
    private partial void LogBroken(Exception problem);
}

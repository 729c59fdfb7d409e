using System.Threading.Channels;
using KyCuong.Kiosk.Clock;
using KyCuong.Kiosk.Resources;
using KyCuong.Protos;
using KyCuong.Protos.Journal;
using KyCuong.Protos.V1;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;

namespace KyCuong.Kiosk.Journal;

/// <summary>
/// The kiosk's journal (design section 4). An append is committed and synced when its task completes; appends that wait
/// are committed together. After any failure of the database it is out of service: what waits fails, the file is opened
/// and verified anew and a trial entry written, and until that is done nothing is taken. Thread-safe; one writer loop owns the database.
/// </summary>
public sealed partial class KioskJournal : IAsyncDisposable
{
    private readonly JournalOptions _options;
    private readonly ulong _kioskId;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Channel<Request> _requests;
    private readonly Dictionary<int, ulong> _acked = [];
    private readonly Lock _ackGate = new();
    private readonly Task _writer;
    private JournalDatabase? _database;
    private volatile bool _ended;
    private long _failedAt;
    private volatile IReadOnlyList<JournalEpoch> _epochs = [];
    private volatile IReadOnlyList<JournalEpoch> _sent = [];
    private volatile string? _outOfService;
    private readonly JournalRecovery _recovery;
    private readonly JournalMending _mending;
    private readonly TapMarks _taps = new();
    private readonly CancellationTokenSource _closing = new();
    private int _disposed;

    private KioskJournal(JournalOptions options, ulong kioskId, Func<UInt128> newEpoch, TimeProvider time, ILogger logger)
    {
        (_options, _kioskId, _time, _logger) = (options, kioskId, time, logger);
        _recovery = new JournalRecovery(options, kioskId, newEpoch, time, logger);
        _mending = new JournalMending(this, _taps, options, _recovery, time, logger);
        _requests = Channel.CreateBounded<Request>(new BoundedChannelOptions(options.QueueEntries) { SingleReader = true });
        _database = _recovery.Open(null);
        _epochs = [.. _database.Epochs];
        _sent = [.. _database.Sent];
        Mending = MendAsync();
        _recovery.WasSetAside += () => Mending = MendAfterAsync(Mending);
        _writer = Task.Run(WriteAsync);
    }

    /// <summary>How the run before this one ended.</summary>
    public PreviousStop PreviousStop => _recovery.PreviousStop;

    /// <summary>All that are not sent or not known to be lost yet, oldest first; the last one is written to.</summary>
    internal IReadOnlyList<JournalEpoch> Epochs => _epochs;

    /// <summary>The epoch that is written to.</summary>
    public JournalEpoch Current => _epochs[^1];

    /// <summary>The oldest epoch of this kiosk that has something to send: a sealed one, or the current one.</summary>
    public JournalEpoch ToSend => _epochs.First(epoch => !epoch.Sealed || epoch.Id.KioskId == _kioskId);

    /// <summary>Earlier epochs of this kiosk that the server acknowledged all of, oldest first.</summary>
    public IReadOnlyList<JournalEpoch> Sent => [.. _sent.Where(epoch => epoch.Id.KioskId == _kioskId)];

    /// <summary>True while earlier entries are still to be saved from a damaged file or to be sent: the newest epoch alone does not tell what this disk has.</summary>
    /// <exception cref="IOException">The disk fails.</exception>
    public bool HasEarlier => DamagedFiles.Unsaved(_options.Path).Count > 0 || ToSend.Number != Current.Number;

    /// <summary>Entries of this kiosk that the server has not acknowledged, over all epochs.</summary>
    public ulong Unsent => _epochs.Where(epoch => epoch.Id.KioskId == _kioskId).Aggregate(0UL, (sum, epoch) => sum + epoch.Unsent);

    /// <summary>
    /// Taps among <see cref="Unsent"/>. Until what was there at the start has been read, which begins after <see cref="JournalOptions.ScanAfter"/>,
    /// and where the server takes back what it acknowledged, every entry counts as one.
    /// </summary>
    public ulong UnsentTaps =>
        _epochs.Where(epoch => epoch.Id.KioskId == _kioskId).Aggregate(0UL, (sum, epoch) => sum + (_taps.Between(epoch.Id, epoch.Acked, epoch.Last) ?? epoch.Unsent));

    /// <summary>Null while entries are taken; otherwise what is wrong, one sentence.</summary>
    public string? OutOfService => _outOfService;

    /// <summary>Entries that this disk lost, over all epochs and damages; the server may have them.</summary>
    public IReadOnlyList<LostRange> Lost => _recovery.Lost;

    /// <summary>Completes when all entries were read once and what could be saved of damaged files has been; another one after a damage found later.</summary>
    internal Task Mending { get; private set; } = Task.CompletedTask;

    /// <summary>True when it is known that this disk lost these entries, and nothing is left to be saved of them.</summary>
    public bool IsLost(JournalId journal, ulong first, ulong last) =>
        Lost.Any(range => range.Epoch == journal.Epoch && range.First <= first && range.Last >= last);

    /// <summary>Said after each commit, acknowledgement and change of service, from the writer's thread: return at once.</summary>
    public event Action? Changed;

    /// <summary>Opens the journal of this kiosk, or makes it.</summary>
    /// <param name="options">How it is kept.</param>
    /// <param name="kioskId">From enrolment. A journal of another kiosk's is sealed and a new epoch begun.</param>
    /// <param name="newEpoch">128 random bits, cryptographically random in production.</param>
    /// <param name="time">Waits between attempts to open it again.</param>
    /// <param name="logger">Changes of state.</param>
    /// <exception cref="KioskException">It cannot be opened.</exception>
    public static KioskJournal Open(JournalOptions options, ulong kioskId, Func<UInt128> newEpoch, TimeProvider time, ILogger<KioskJournal> logger)
    {
        try
        {
            return new KioskJournal(options, kioskId, newEpoch, time, logger);
        }
        catch (Exception e) when (e is SqliteException or JournalOutOfServiceException or IOException or UnauthorizedAccessException)
        {
            throw new KioskException(JournalText.CannotOpen(options.Path, e.Message), e);
        }
    }

    /// <summary>True once the stop entry of this run is being written: nothing is appended after it.</summary>
    public bool Ended => _ended;

    /// <summary>Appends an entry. Completes when it is committed; who shows green waits for that.</summary>
    /// <exception cref="JournalOutOfServiceException">It was not kept.</exception>
    /// <exception cref="JournalEndedException">It came after the stop entry of this run.</exception>
    public async Task<StoredEntry> AppendAsync(Stamp stamp, EntryBody body)
    {
        var request = new Request(stamp, body, null);
        try
        {
            await _requests.Writer.WriteAsync(request);
        }
        catch (ChannelClosedException e)
        {
            throw new JournalOutOfServiceException(JournalText.Closed, e);
        }

        return await request.Done.Task;
    }

    /// <summary>
    /// Takes an acknowledgement; it reaches the disk with the next commit, for it can be asked of the server again.
    /// </summary>
    public void Acknowledge(JournalEpoch epoch, ulong sequence)
    {
        lock (_ackGate)
        {
            _acked[epoch.Number] = sequence;
            _epochs = [.. _epochs.Select(e => e.Number == epoch.Number ? e with { Acked = sequence } : e)];
        }

        Changed?.Invoke();
    }

    /// <summary>Seals the current epoch, whose tail the server knows otherwise, and begins another.</summary>
    /// <exception cref="JournalOutOfServiceException">The disk failed.</exception>
    public Task BeginEpochAsync(string reason) => RunAsync(database => _recovery.BeginEpoch(database, reason));

    /// <summary>Everything that can be sent of a sealed epoch has been.</summary>
    /// <exception cref="JournalOutOfServiceException">The disk failed.</exception>
    public Task MarkDrainedAsync(JournalEpoch epoch) => RunAsync(database => database.MarkDrained(epoch.Number));

    /// <summary>The server lost what it had: sealed epochs that it had all of are to be sent again too. Returns how many.</summary>
    /// <exception cref="JournalOutOfServiceException">The disk failed.</exception>
    public async Task<int> OfferAgainAsync()
    {
        var offered = 0;
        await RunAsync(database => offered = database.OfferAgain(_kioskId));
        return offered;
    }

    /// <summary>
    /// Entries could not be read: the file is put aside and a new one begun, and what can be saved comes back as a sealed epoch.
    /// </summary>
    /// <param name="what">One sentence, for the log.</param>
    /// <param name="read">The journal that was written to when the reading began: of a file that has been replaced since, nothing more is to be done.</param>
    /// <exception cref="JournalOutOfServiceException">The disk failed.</exception>
    public Task DamagedAsync(string what, JournalId read)
    {
        if (Current.Id != read) return Task.CompletedTask;
        // The loop replaces the file before it does this.
        _recovery.Damaged(what);
        return RunAsync(_ => { });
    }

    /// <summary>
    /// Puts lost entries back that the server gave, as far as the entries that are here vouch for them. How many of the newest; and what was
    /// wrong with them, a sentence, when they are not what this kiosk wrote: then none.
    /// </summary>
    /// <param name="asked">Sequences that a known loss ends with.</param>
    /// <param name="encodings">Canonical encodings as they came, in order of sequence.</param>
    /// <exception cref="JournalOutOfServiceException">The disk failed.</exception>
    public async Task<(int Kept, string? Wrong)> RestoreAsync(LostRange asked, IReadOnlyList<byte[]> encodings)
    {
        var (kept, wrong) = (0, (string?)null);
        await RunAsync(database =>
        {
            kept = database.Restore(asked, encodings, out wrong);
            if (kept > 0) _recovery.ReadLost(database);
        });
        return (kept, wrong);
    }

    /// <summary>Deletes acknowledged entries older than the limit, a bounded number. Returns how many went.</summary>
    /// <param name="nowUs">Server time now, µs.</param>
    /// <exception cref="JournalOutOfServiceException">The disk failed.</exception>
    public async Task<int> PruneAsync(long nowUs)
    {
        var gone = 0;
        await RunAsync(database => gone = database.Prune(Current.Acked, nowUs - _options.Keep.Ticks / TimeSpan.TicksPerMicrosecond, _options.PrunedAtOnce, force: false));
        return gone;
    }

    /// <summary>Commits what waits, writes acknowledgements down and closes the file.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0) return;
        // What reads closes before what writes: SQLite tidies its log away with the last connection that may.
        await _closing.CancelAsync();
        while (Mending is { IsCompleted: false } mending) await mending;
        _requests.Writer.Complete();
        await _writer;
        _closing.Dispose();
    }

    /// <summary>Does it between two commits; completes when it is done.</summary>
    /// <exception cref="JournalOutOfServiceException">The disk failed.</exception>
    /// <exception cref="ChannelClosedException">The journal is closed.</exception>
    internal async Task RunAsync(Action<JournalDatabase> work)
    {
        var request = new Request(default, null, work);
        await _requests.Writer.WriteAsync(request);
        await request.Done.Task;
    }

    private async Task WriteAsync()
    {
        var group = new List<Request>(_options.GroupEntries);
        while (await NextAsync())
        {
            group.Clear();
            while (group.Count < _options.GroupEntries && _requests.Reader.TryPeek(out var next) && (group.Count == 0 || (next.Work is null && group[^1].Work is null)))
            {
                _requests.Reader.TryRead(out next!);
                group.Add(next);
            }

            Serve(group);
        }

        if (_database is { } database)
        {
            // Losing them here would only cost a resend; the next start asks the server anyway.
            if (Attempt(() => database.Commit([], PendingAcked()))) Attempt(database.Finish);
            database.Dispose();
        }
    }

    /// <summary>Waits for a request; out of service, it tries to come back meanwhile. False when the journal is closed.</summary>
    private async Task<bool> NextAsync()
    {
        var next = _requests.Reader.WaitToReadAsync().AsTask();
        while (_outOfService is not null && !next.IsCompleted)
        {
            await Task.WhenAny(next, Task.Delay(_options.ReopenAfter, _time));
            if (!next.IsCompleted) Serve([]);
        }

        return await next;
    }

    private void Serve(List<Request> group)
    {
        if (_database is null && _outOfService is not null && _time.GetElapsedTime(_failedAt) < _options.ReopenAfter)
        {
            // What comes before the time is up fails at once, and the person at the gate sees red and not a clock; it does not put the time off,
            // or a gate where somebody taps every second would never come back.
            Refuse(group, _outOfService ?? JournalText.Closed, null);
            return;
        }

        try
        {
            if (_recovery.IsDamaged && _database is not null) Replace();
            var database = _database ??= Reopen();
            if (group.Count == 0)
            {
                Publish(database);
            }
            else if (group[0].Work is { } work)
            {
                work(database);
                Publish(database);
                group[0].Done.SetResult(null!);
            }
            else
            {
                CommitGroup(database, group);
            }

            database.CheckpointIfDue(_options.CommitsPerCheckpoint);
        }
        catch (Exception e) when (e is not KioskException)
        {
            // D3: whatever failed, this handle is not trusted again and nothing in the group is called kept.
            Fail(e, group);
        }

        Changed?.Invoke();
    }

    private void CommitGroup(JournalDatabase database, List<Request> group)
    {
        group = UpToTheStop(group);
        if (group.Count == 0) return;
        var entries = group.ConvertAll(request => (request.Stamp, request.Body!));
        var before = database.Epochs[^1];
        var acked = PendingAcked();
#if PLANTED_BUGS
        if (PlantedBugs.Is(PlantedBugs.GreenBeforeCommit))
            for (var i = 0; i < group.Count; i++) group[i].Done.SetResult(new StoredEntry(new Entry(before.Last + 1 + (ulong)i, entries[i].Item1, entries[i].Item2), default, default));
#endif
        var hashes = WithRoom(database, () => database.Commit(entries, acked));
        Written(acked);
        // Marked before anybody sees that they are there.
        var written = entries.Select((entry, i) => new Entry(before.Last + 1 + (ulong)i, entry.Item1, entry.Item2)).ToList();
        foreach (var entry in written) _taps.Written(before.Id, entry);
        Publish(database);
        var previous = before.LastHash;
        for (var i = 0; i < group.Count; i++)
        {
#if PLANTED_BUGS
            if (!PlantedBugs.Is(PlantedBugs.GreenBeforeCommit))
#endif
            group[i].Done.SetResult(new StoredEntry(written[i], previous, hashes[i]));
            previous = hashes[i];
        }
    }

    /// <summary>
    /// D6: space forces the oldest acknowledged entries out before anyone is turned away. A disk that is full for a moment, or of other
    /// people's files, costs none: the log copied back may be all the room that is wanted.
    /// </summary>
    private T WithRoom<T>(JournalDatabase database, Func<T> write)
    {
        try
        {
            return write();
        }
        catch (SqliteException e) when (e.SqliteErrorCode == SqliteFull)
        {
            if (!database.IsAtBound)
            {
                try
                {
                    database.Checkpoint();
                    return write();
                }
                catch (SqliteException again) when (again.SqliteErrorCode == SqliteFull)
                {
                    // The entries it is, then.
                }
            }

            if (database.Prune(Current.Acked, 0, _options.PrunedAtOnce, force: true) == 0) throw;
            LogForcedOut(_logger, _options.Path);
            return write();
        }
    }

    /// <summary>
    /// A run ends with its stop entry: what the link still brings while it waits for the last acknowledgements is refused,
    /// or the next start would call an orderly stop abrupt.
    /// </summary>
    private List<Request> UpToTheStop(List<Request> group)
    {
        var stop = _ended ? -1 : group.FindIndex(request => request.Body is StopEntry);
        if (stop >= 0) _ended = true;
        if (!_ended) return group;
        foreach (var late in group.Skip(stop + 1)) late.Done.SetException(new JournalEndedException());
        return group[..(stop + 1)];
    }

    private const int SqliteFull = 13;

    private void Fail(Exception e, List<Request> group)
    {
        var first = _outOfService is null;
        _outOfService = e.Message;
        _failedAt = _time.GetTimestamp();
        _recovery.Failed(e);
        _recovery.LetGo(_database);
        _database = null;
        if (first) LogOutOfService(_logger, e, _options.Path);
        Refuse(group, e.Message, e);
    }

    private void Refuse(List<Request> group, string why, Exception? cause)
    {
        foreach (var request in group)
            request.Done.TrySetException(new JournalOutOfServiceException(JournalText.OutOfService(_options.Path, why), cause));
    }

    /// <summary>A file on a full disk opens and reads as ever, so that it takes taps again is believed only when one like them was written.</summary>
    private JournalDatabase Reopen()
    {
        var database = _recovery.Open(Current);
        try
        {
            WithRoom(database, () =>
            {
                database.Try();
                return true;
            });
        }
        catch
        {
            database.Dispose();
            throw;
        }

        _outOfService = null;
        LogInService(_logger, _options.Path);
        return database;
    }

    /// <summary>Damage was found in the middle of a file that is in use.</summary>
    private void Replace()
    {
        _recovery.KeepLog();
        _recovery.LetGo(_database);
        _database = null;
        _database = _recovery.Open(Current);
        Publish(_database);
    }

    private Task MendAsync() => Task.Run(() => _mending.RunAsync(_closing.Token));

    private async Task MendAfterAsync(Task before)
    {
        await before;
        await MendAsync();
    }

    private void Publish(JournalDatabase database)
    {
        lock (_ackGate)
        {
            // Acknowledgements that came since the commit began stand in memory only.
            _sent = [.. database.Sent];
            _epochs = [.. database.Epochs.Select(epoch => _acked.TryGetValue(epoch.Number, out var acked) ? epoch with { Acked = acked } : epoch)];
        }
    }

    private Dictionary<int, ulong> PendingAcked()
    {
        lock (_ackGate) return new Dictionary<int, ulong>(_acked);
    }

    /// <summary>These are on disk; what was acknowledged since still waits.</summary>
    private void Written(Dictionary<int, ulong> acked)
    {
        lock (_ackGate)
        {
            foreach (var (number, sequence) in acked)
                if (_acked[number] == sequence) _acked.Remove(number);
        }
    }

    private bool Attempt(Action work)
    {
        try
        {
            work();
            return true;
        }
        catch (SqliteException e)
        {
            LogCloseFailed(_logger, e, _options.Path);
            return false;
        }
    }

    private sealed record Request(Stamp Stamp, EntryBody? Body, Action<JournalDatabase>? Work)
    {
        public TaskCompletionSource<StoredEntry> Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "The journal {Path} is out of service; no tap is taken until it can be read and written again. Check the disk and its free space")]
    private static partial void LogOutOfService(ILogger logger, Exception e, string path);

    [LoggerMessage(Level = LogLevel.Information, Message = "The journal {Path} was opened again, verified and tried, and takes taps")]
    private static partial void LogInService(ILogger logger, string path);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The journal {Path} could not write acknowledgements down while closing; they will be asked of the server again")]
    private static partial void LogCloseFailed(ILogger logger, Exception e, string path);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The journal {Path} is full: its oldest acknowledged entries were deleted before their time. Raise limits.journalMegabytes")]
    private static partial void LogForcedOut(ILogger logger, string path);
}

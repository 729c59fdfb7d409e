using KyCuong.Protos;
using KyCuong.Protos.Journal;
using KyCuong.Server.Store;
using Microsoft.Extensions.Logging;

namespace KyCuong.Server.Ingest;

/// <summary>
/// Takes what all streams bring and commits it together: one loop, one transaction for whatever waits, then every caller
/// hears that its entries are durable. Thread-safe.
/// </summary>
public sealed partial class TapIngest : IAsyncDisposable
{
    /// <summary>Times that giving waiting taps their instants may fail before it is left to the next start.</summary>
    private const int MostRetimings = 3;

    private readonly ServerStore _store;
    private readonly IngestOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger<TapIngest> _logger;
    private readonly IngestQueue _queue;
    private readonly Queue<RetimeWork> _later = [];
    private readonly List<IngestWork> _postponed = [];
    private readonly KioskKnowledge _knowledge = new();
    private readonly ITimer _saveKnown;
    private readonly Task _loop;
    private JournalWriter? _writer;
    private long _knownSaved;
    private long _commitsSeen;
    private int _closed;
    private bool _damageTold;

    /// <summary>Starts the loop.</summary>
    public TapIngest(ServerStore store, IngestOptions options, TimeProvider time, ILogger<TapIngest> logger)
    {
        _store = store;
        _options = options;
        _time = time;
        _logger = logger;
        _queue = new IngestQueue(options);
        _queue.TryAdd(new ResumeWork());
        _knownSaved = time.GetTimestamp();
        _loop = Task.Run(LoopAsync);
        // A full queue saves them along with what it brings.
        _saveKnown = time.CreateTimer(_ => { if (_knowledge.HasNews) _queue.TryAdd(new KnownWork()); }, null, options.KnownUntilInterval, options.KnownUntilInterval);
    }

    /// <summary>The journal of a kiosk as the store holds it; new if it was not seen before.</summary>
    /// <exception cref="InvalidOperationException">There is no such kiosk.</exception>
    public async Task<JournalSession> OpenJournalAsync(long kioskId, UInt128 epoch, CancellationToken cancel)
    {
        var work = new OpenWork(new JournalId((ulong)kioskId, epoch));
        await _queue.AddAsync(work, cancel).ConfigureAwait(false);
        return await work.Done.WaitAsync(cancel).ConfigureAwait(false);
    }

    /// <summary>
    /// Stores entries and returns once they are durable. Entries that are there already are acknowledged again; others
    /// with their key are kept apart and quarantine the kiosk; what comes after a hole is kept, and acknowledged once the
    /// hole is filled or declared lost.
    /// </summary>
    /// <param name="session">The journal.</param>
    /// <param name="previous">Hash of the entry before the first; zeros before sequence 1.</param>
    /// <param name="entries">In order of sequence without holes, each kept the contract's limits when it was read; not changed until this returns.</param>
    /// <param name="backlog">They were made before their stream was connected.</param>
    /// <param name="cancel">Ends the waiting; what was queued may still be stored.</param>
    /// <exception cref="Exception">The store failed: nothing of the batch is in it, nothing is to be acknowledged.</exception>
    public async Task<AppendResult> AppendAsync(JournalSession session, Digest previous, IReadOnlyList<HashedEntry> entries, bool backlog, CancellationToken cancel)
    {
        if (VerifiedBatch.Check(session.Journal, previous, entries, backlog, out var refusal, out var detail) is not { } batch)
        {
            LogRefused(session.KioskId, refusal, detail!);
            return new AppendResult(session.HighWater, refusal, detail);
        }

        var work = new AppendWork(session, batch);
        await _queue.AddAsync(work, cancel).ConfigureAwait(false);
        return await work.Done.WaitAsync(cancel).ConfigureAwait(false);
    }

    /// <summary>Stops waiting for entries that the kiosk's disk lost; returns once that is durable.</summary>
    public async Task<AppendResult> DeclareLostAsync(JournalSession session, ulong first, ulong last, CancellationToken cancel)
    {
        if (first == 0 || last < first || last > long.MaxValue)
            return new AppendResult(session.HighWater, AppendRefusal.NotInOrder, $"Entries {first} to {last} are no range of sequences.");
        var work = new LostWork(session, (long)first, (long)last);
        await _queue.AddAsync(work, cancel).ConfigureAwait(false);
        return await work.Done.WaitAsync(cancel).ConfigureAwait(false);
    }

    /// <summary>Keeps a head whose signature was checked, or takes it for a fork; returns once that is durable.</summary>
    internal async Task<AppendResult> KeepHeadAsync(JournalSession session, KioskHead head, CancellationToken cancel)
    {
        var work = new HeadWork(session, head);
        await _queue.AddAsync(work, cancel).ConfigureAwait(false);
        return await work.Done.WaitAsync(cancel).ConfigureAwait(false);
    }

    /// <summary>
    /// A heartbeat came. How far the kiosk is known is saved within <see cref="IngestOptions.KnownUntilInterval"/> of when
    /// everything before it is stored. Returns at once.
    /// </summary>
    public void RecordHeartbeat(JournalSession session, ulong sequence, Stamp stamp) => _knowledge.Heard(session, sequence, stamp, _time.NowUs());

    /// <summary>Saves now how far kiosks are known.</summary>
    public async Task SaveKnownAsync(CancellationToken cancel)
    {
        var work = new KnownWork();
        await _queue.AddAsync(work, cancel).ConfigureAwait(false);
        await work.Done.WaitAsync(cancel).ConfigureAwait(false);
    }

    /// <summary>Takes no more, finishes what is queued, ends the loop.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _closed, 1) != 0) return;
        await _saveKnown.DisposeAsync().ConfigureAwait(false);
        if (_knowledge.HasNews) _queue.TryAdd(new KnownWork());
        _queue.Complete();
        await _loop.ConfigureAwait(false);
    }

    private async Task LoopAsync()
    {
        try
        {
            var group = new List<IngestWork>();
            while ((_later.Count > 0 && Volatile.Read(ref _closed) == 0) || await _queue.WaitAsync().ConfigureAwait(false))
            {
                // What is left for later when it is closed is found again by the next start.
                group.Clear();
                // While the lease was waited for, others came: they share the commit.
                if (await TryCommitAsync(group, fill: true).ConfigureAwait(false) is not { } problem) continue;
                if (group.Count == 0) Fill(group);
                // A lost session may have lost the answer to a commit that is on disk: what is there is found there.
                if (_store.Writer.WasLost(problem) && (problem = await TryCommitAsync(group, fill: false).ConfigureAwait(false)) is null) continue;
                await RetryOneByOneAsync(group, problem).ConfigureAwait(false);
            }
        }
        finally
        {
            _writer?.Dispose();
        }
    }

    /// <summary>Commits a group in a lease of its own; returns why not.</summary>
    private async Task<Exception?> TryCommitAsync(List<IngestWork> group, bool fill)
    {
        try
        {
            await using var lease = await _store.LeaseAsync(CancellationToken.None).ConfigureAwait(false);
            if (fill) Fill(group);
            if (_writer is not null && !_writer.Fits(lease))
            {
                _writer.Dispose();
                _writer = null;
            }

            _writer ??= new JournalWriter(lease);
            CommitTogether(_writer, lease, group);
            return null;
        }
        catch (Exception problem)
        {
            _writer?.Forget();
            _knowledge.TakeBack();
            return problem;
        }
    }

    private void Fill(List<IngestWork> group)
    {
        _queue.Fill(group);
        if (_later.TryDequeue(out var left)) group.Add(left);
    }

    private void CommitTogether(JournalWriter writer, WriteLease lease, List<IngestWork> group)
    {
        var commits = _store.Writer.Commits;
        if (commits != _commitsSeen) writer.Forget();
        var now = _time.NowUs();
        foreach (var work in group) work.Apply(writer, now);
        if (_time.GetElapsedTime(_knownSaved) >= _options.KnownUntilInterval || group.Exists(w => w is KnownWork))
        {
            foreach (var (journal, knownUntilUs, seenUs) in _knowledge.Take(kiosk => IsRetimed(writer, kiosk))) writer.SaveKnown(journal, knownUntilUs, seenUs);
            _knownSaved = _time.GetTimestamp();
        }

        writer.Finish(lease);
        lease.Commit();
        _commitsSeen = commits + 1;
        _knowledge.Saved();
        foreach (var work in group) work.Complete();
        foreach (var left in writer.Later) _later.Enqueue(left);
        writer.Later.Clear();
        foreach (var failed in _postponed) KeepForLater(failed);
        _postponed.Clear();
        foreach (var notice in writer.Notices) Tell(notice);
        writer.Notices.Clear();
    }

    /// <summary>What one batch cannot do must not keep the others from being stored.</summary>
    private async Task RetryOneByOneAsync(List<IngestWork> group, Exception problem)
    {
        if (group.Count == 0) return;
        LogCommitFailed(problem, group.Count);
        if (!_damageTold && _store.Writer.SaysDamage(problem))
        {
            _damageTold = true;
            LogDamaged();
        }

        foreach (var work in group)
        {
            // A store that is away would be asked once more for each.
            var failed = _writer is null || group.Count == 1 || _store.Writer.WasLost(problem) ? problem : await TryCommitAsync([work], fill: false).ConfigureAwait(false);
            if (failed is null) continue;
            work.Fail(failed);
            // Nobody waits for these and nobody would bring them again. Not at once, or a store that is away would be asked without end.
            if (work is ResumeWork || work is RetimeWork { Failures: < MostRetimings }) _postponed.Add(work);
            // An entry that is damaged in the store would undo the commit of everybody else's, each time anew.
            else if (work is RetimeWork given) LogNotRetimed(failed, given.KioskId);
        }
    }

    private void KeepForLater(IngestWork work)
    {
        if (work is RetimeWork left) _later.Enqueue(left);
        else _queue.TryAdd(work);
    }

    /// <summary>True while taps of a kiosk that are stored wait to be given their instants: until when it is known must not be said yet.</summary>
    private bool IsRetimed(JournalWriter writer, long kioskId) =>
        writer.Later.Exists(work => work.KioskId == kioskId) || _later.Any(work => work.KioskId == kioskId) || _postponed.Exists(work => work is RetimeWork left && left.KioskId == kioskId);

    private void Tell(IngestNotice notice)
    {
        switch (notice.Kind)
        {
            case IngestNoticeKind.Fork:
                LogFork(notice.KioskId, notice.Epoch, notice.First);
                break;
            case IngestNoticeKind.GapNoticed:
                LogGap(notice.KioskId, notice.Epoch, notice.First, notice.Last);
                break;
            case IngestNoticeKind.HeadFork:
                LogHeadFork(notice.KioskId, notice.Epoch, notice.First);
                break;
            case IngestNoticeKind.HeadOfNothing:
                LogHeadOfNothing(notice.KioskId, notice.Epoch, notice.First);
                break;
            case IngestNoticeKind.EntriesLost:
                LogLost(notice.KioskId, notice.Epoch, notice.First, notice.Last);
                break;
            case IngestNoticeKind.WallClockSet:
                LogWallClockSet(notice.KioskId, notice.Epoch, notice.First, notice.JumpUs / 1e6);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(notice), notice.Kind, "No such notice.");
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Kiosk {KioskId}, journal {Epoch}: another entry stands under sequence {Sequence}; the kiosk is quarantined, its taps are kept and not judged until somebody has looked (kiosk conflicts) and releases it (kiosk release)")]
    private partial void LogFork(long kioskId, UInt128 epoch, long sequence);

    [LoggerMessage(Level = LogLevel.Critical, Message = "ALARM: kiosk {KioskId}, journal {Epoch}: the kiosk signed another entry under sequence {Sequence} than the one stored. Two disks use its identity, or what is stored was rewritten; the kiosk is quarantined, both are kept. Run KyCuong.Verify")]
    private partial void LogHeadFork(long kioskId, UInt128 epoch, long sequence);

    [LoggerMessage(Level = LogLevel.Error, Message = "Kiosk {KioskId}, journal {Epoch}: it signed entry {Sequence}, which is not stored; its head is not kept")]
    private partial void LogHeadOfNothing(long kioskId, UInt128 epoch, long sequence);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Kiosk {KioskId}, journal {Epoch}: entries {First} to {Last} have not come, later ones have")]
    private partial void LogGap(long kioskId, UInt128 epoch, long first, long last);

    [LoggerMessage(Level = LogLevel.Error, Message = "Kiosk {KioskId}, journal {Epoch}: its disk lost entries {First} to {Last}")]
    private partial void LogLost(long kioskId, UInt128 epoch, long first, long last);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Kiosk {KioskId}, journal {Epoch}: its wall clock was set by {Seconds:+0.0;-0.0} s before entry {Sequence}; no tap's instant follows from that clock")]
    private partial void LogWallClockSet(long kioskId, UInt128 epoch, long sequence, double seconds);

    [LoggerMessage(Level = LogLevel.Error, Message = "Kiosk {KioskId}: taps that waited for its clock could not be given their instants and stay pending; the next start tries again, KyCuong.Verify says what is wrong")]
    private partial void LogNotRetimed(Exception problem, long kioskId);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Kiosk {KioskId}: batch refused, {Refusal}: {Detail}")]
    private partial void LogRefused(long kioskId, AppendRefusal refusal, string detail);

    [LoggerMessage(Level = LogLevel.Critical, Message = "ALARM: the store is damaged. Taps of some kiosks cannot be taken and wait there, nothing of them is lost. Stop the server, keep its data directory for a look, and restore the newest backup (restore): the kiosks send again what came after it")]
    private partial void LogDamaged();

    [LoggerMessage(Level = LogLevel.Error, Message = "{Batches} batches could not be committed together and are not acknowledged")]
    private partial void LogCommitFailed(Exception problem, int batches);
}

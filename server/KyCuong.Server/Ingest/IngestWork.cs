using KyCuong.Protos.Journal;

namespace KyCuong.Server.Ingest;

/// <summary>One thing to do in a transaction shared with others; done once that is committed.</summary>
internal abstract class IngestWork
{
    /// <summary>Entries it brings.</summary>
    public virtual int Size => 1;

    /// <summary>Asked once, before it is queued: true when it waits behind what is prompt.</summary>
    public virtual bool WaitsPatiently() => false;

    /// <summary>After <see cref="WaitsPatiently"/>: it could not be queued.</summary>
    public virtual void NotQueued()
    {
    }

    /// <summary>Does it; may be done again when the transaction was undone.</summary>
    public abstract void Apply(JournalWriter writer, long nowUs);

    /// <summary>It is durable.</summary>
    public abstract void Complete();

    /// <summary>It is not in the store.</summary>
    public abstract void Fail(Exception problem);
}

/// <inheritdoc />
internal abstract class IngestWork<TResult> : IngestWork
{
    private readonly TaskCompletionSource<TResult> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task<TResult> Done => _done.Task;

    protected TResult? Result { get; set; }

    public override void Complete() => _done.SetResult(Result!);

    public override void Fail(Exception problem) => _done.SetException(problem);
}

/// <summary>Opens a journal.</summary>
internal sealed class OpenWork(JournalId journal) : IngestWork<JournalSession>
{
    public override void Apply(JournalWriter writer, long nowUs)
    {
        var state = writer.Journal(journal, nowUs);
        Result = new JournalSession(state.RowId, state.AgencyId, state.KioskId, journal.Epoch, state.HighWater, state.HighWaterHash, writer.IsQuarantined(journal));
    }
}

/// <summary>Work on one journal of a connected kiosk, in the order in which it came.</summary>
internal abstract class SessionWork(JournalSession session, bool backlog) : IngestWork<AppendResult>
{
    private bool _patient;

    /// <summary>The journal.</summary>
    protected JournalSession Session { get; } = session;

    /// <inheritdoc />
    public override bool WaitsPatiently() => _patient = Session.WaitsPatiently(backlog);

    /// <inheritdoc />
    public override void NotQueued() => Session.PatientDone(_patient);

    /// <inheritdoc />
    public override void Complete()
    {
        Session.PatientDone(_patient);
        base.Complete();
    }

    /// <inheritdoc />
    public override void Fail(Exception problem)
    {
        Session.PatientDone(_patient);
        base.Fail(problem);
    }
}

/// <summary>Appends a batch.</summary>
internal sealed class AppendWork(JournalSession session, VerifiedBatch batch) : SessionWork(session, batch.Backlog)
{
    private bool _quarantined;

    public override int Size => batch.Count;

    public override void Apply(JournalWriter writer, long nowUs)
    {
        var taken = writer.Append(batch, nowUs);
        var highWater = (ulong)writer.Journal(Session.Journal, nowUs).HighWater;
        _quarantined = writer.IsQuarantined(Session.Journal);
        Result = taken
            ? new AppendResult(highWater)
            : new AppendResult(highWater, AppendRefusal.TooManyGaps, $"The journal has {JournalState.MostGaps} holes already; send what is missing or declare it lost.");
    }

    public override void Complete()
    {
        Session.Committed((long)Result.HighWater, _quarantined);
        base.Complete();
    }
}

/// <summary>Declares entries lost.</summary>
internal sealed class LostWork(JournalSession session, long first, long last) : SessionWork(session, backlog: false)
{
    public override void Apply(JournalWriter writer, long nowUs)
    {
        writer.DeclareLost(Session.Journal, first, last, nowUs);
        Result = new AppendResult((ulong)writer.Journal(Session.Journal, nowUs).HighWater);
    }

    public override void Complete()
    {
        Session.Committed((long)Result.HighWater, Session.Quarantined);
        base.Complete();
    }
}

/// <summary>Keeps a signed head.</summary>
internal sealed class HeadWork(JournalSession session, KioskHead head) : SessionWork(session, backlog: false)
{
    private bool _quarantined;

    public override void Apply(JournalWriter writer, long nowUs)
    {
        writer.KeepHead(Session.Journal, head);
        _quarantined = writer.IsQuarantined(Session.Journal);
        Result = new AppendResult((ulong)writer.Journal(Session.Journal, nowUs).HighWater);
    }

    public override void Complete()
    {
        Session.Committed((long)Result.HighWater, _quarantined);
        base.Complete();
    }
}

/// <summary>Saves how far kiosks are known; whoever waits for it only wants it done.</summary>
internal sealed class KnownWork : IngestWork<bool>
{
    public override void Apply(JournalWriter writer, long nowUs) => Result = true;
}

/// <summary>
/// Gives taps their instants that waited for an estimate of their boot, a bounded number in one transaction: a kiosk that was started while
/// the server was away may bring a month of them.
/// </summary>
/// <param name="journal">Whose.</param>
/// <param name="boot">Which boot.</param>
/// <param name="after">Sequence of the last tap that was looked at; 0 for none.</param>
internal sealed class RetimeWork(JournalId journal, UInt128 boot, long after) : IngestWork
{
    /// <summary>Whose taps they are. Until all are done it is not known of this kiosk when who came.</summary>
    public long KioskId => (long)journal.KioskId;

    /// <summary>Times it failed.</summary>
    public int Failures { get; private set; }

    /// <inheritdoc />
    public override int Size => JournalWriter.RetimedAtOnce;

    /// <inheritdoc />
    public override void Apply(JournalWriter writer, long nowUs) => writer.RetimeWaiting(journal, boot, after, nowUs);

    /// <inheritdoc />
    public override void Complete()
    {
    }

    /// <inheritdoc />
    /// <remarks>Nobody waits for it; the loop keeps it for a while.</remarks>
    public override void Fail(Exception problem) => Failures++;
}

/// <summary>After a start: goes on with what <see cref="RetimeWork"/> had left.</summary>
internal sealed class ResumeWork : IngestWork
{
    /// <inheritdoc />
    public override void Apply(JournalWriter writer, long nowUs) => writer.ResumeRetiming();

    /// <inheritdoc />
    public override void Complete()
    {
    }

    /// <inheritdoc />
    public override void Fail(Exception problem)
    {
        // As above.
    }
}

using KyCuong.Protos.Journal;

namespace KyCuong.Server.Ingest;

/// <summary>One thing to do in a transaction shared with others; done once that is committed.</summary>
internal abstract class IngestWork
{
    /// <summary>Entries it brings.</summary>
    public virtual int Size => 1;

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

/// <summary>Appends a batch.</summary>
internal sealed class AppendWork(JournalSession session, VerifiedBatch batch) : IngestWork<AppendResult>
{
    private bool _quarantined;

    public override int Size => batch.Count;

    public override void Apply(JournalWriter writer, long nowUs)
    {
        var taken = writer.Append(batch, nowUs);
        var highWater = (ulong)writer.Journal(session.Journal, nowUs).HighWater;
        _quarantined = writer.IsQuarantined(session.Journal);
        Result = taken
            ? new AppendResult(highWater)
            : new AppendResult(highWater, AppendRefusal.TooManyGaps, $"The journal has {JournalState.MostGaps} holes already; send what is missing or declare it lost.");
    }

    public override void Complete()
    {
        session.Committed((long)Result.HighWater, _quarantined);
        base.Complete();
    }
}

/// <summary>Declares entries lost.</summary>
internal sealed class LostWork(JournalSession session, long first, long last) : IngestWork<AppendResult>
{
    public override void Apply(JournalWriter writer, long nowUs)
    {
        writer.DeclareLost(session.Journal, first, last, nowUs);
        Result = new AppendResult((ulong)writer.Journal(session.Journal, nowUs).HighWater);
    }

    public override void Complete()
    {
        session.Committed((long)Result.HighWater, session.Quarantined);
        base.Complete();
    }
}

/// <summary>Keeps a signed head.</summary>
internal sealed class HeadWork(JournalSession session, KioskHead head) : IngestWork<AppendResult>
{
    private bool _quarantined;

    public override void Apply(JournalWriter writer, long nowUs)
    {
        writer.KeepHead(session.Journal, head);
        _quarantined = writer.IsQuarantined(session.Journal);
        Result = new AppendResult((ulong)writer.Journal(session.Journal, nowUs).HighWater);
    }

    public override void Complete()
    {
        session.Committed((long)Result.HighWater, _quarantined);
        base.Complete();
    }
}

/// <summary>Saves how far kiosks are known; whoever waits for it only wants it done.</summary>
internal sealed class KnownWork : IngestWork<bool>
{
    public override void Apply(JournalWriter writer, long nowUs) => Result = true;
}

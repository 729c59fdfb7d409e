using System.Buffers;
using System.IO.Pipelines;
using Microsoft.AspNetCore.Connections;

namespace KyCuong.Server.Serve;

/// <summary>What a client sends, each byte shown to its <see cref="FrameBudget"/> once; reading fails when that is spent.</summary>
internal sealed class CountedReader(PipeReader inner, FrameBudget budget, Action spent) : PipeReader
{
    private ReadOnlySequence<byte> _given;
    private long _counted; // bytes of _given, from its start

    /// <inheritdoc />
    public override async ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default) => Count(await inner.ReadAsync(cancellationToken));

    /// <inheritdoc />
    public override bool TryRead(out ReadResult result)
    {
        if (!inner.TryRead(out result)) return false;
        Count(result);
        return true;
    }

    /// <inheritdoc />
    public override void AdvanceTo(SequencePosition consumed) => AdvanceTo(consumed, consumed);

    /// <inheritdoc />
    public override void AdvanceTo(SequencePosition consumed, SequencePosition examined)
    {
        _counted -= _given.Slice(0, consumed).Length;
        _given = default;
        inner.AdvanceTo(consumed, examined);
    }

    /// <inheritdoc />
    public override void CancelPendingRead() => inner.CancelPendingRead();

    /// <inheritdoc />
    public override void Complete(Exception? exception = null) => inner.Complete(exception);

    /// <inheritdoc />
    public override ValueTask CompleteAsync(Exception? exception = null) => inner.CompleteAsync(exception);

    private ReadResult Count(ReadResult result)
    {
        _given = result.Buffer;
        var fresh = _given.Slice(_counted);
        _counted = _given.Length;
        if (budget.Take(fresh)) return result;
        spent();
        throw new ConnectionAbortedException("Too many HTTP/2 frames.");
    }
}

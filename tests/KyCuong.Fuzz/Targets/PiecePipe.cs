using System.Buffers;
using System.IO.Pipelines;

namespace KyCuong.Fuzz.Targets;

/// <summary>A pipe that has all its bytes and gives them in pieces, each read one more, without ever waiting.</summary>
internal sealed class PiecePipe(byte[] bytes, int piece) : PipeReader
{
    private int _from;
    private int _given;

    public override ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default) => ValueTask.FromResult(Next());

    public override bool TryRead(out ReadResult result)
    {
        result = Next();
        return true;
    }

    public override void AdvanceTo(SequencePosition consumed) => AdvanceTo(consumed, consumed);

    public override void AdvanceTo(SequencePosition consumed, SequencePosition examined) => _from = consumed.GetInteger();

    public override void CancelPendingRead() => throw new NotSupportedException();

    public override void Complete(Exception? exception = null)
    {
    }

    /// <summary>Whether a reader of such a pipe got more; it has nothing to wait for.</summary>
    public static bool Filled(ValueTask<bool> filled) => filled.IsCompleted ? filled.Result : throw new InvalidOperationException("waits though the bytes are there");

    private ReadResult Next()
    {
        _given = Math.Min(bytes.Length, _given + piece);
        return new ReadResult(new ReadOnlySequence<byte>(bytes, _from, _given - _from), false, _given == bytes.Length);
    }
}

using Grpc.Core;

namespace KyCuong.Simulation.Line;

/// <summary>One direction of a stream as its reader sees it.</summary>
internal sealed class MessageQueue<T> : IAsyncStreamReader<T>
    where T : class
{
    private readonly Queue<T> _waiting = [];
    private TaskCompletionSource<bool>? _reader;
    private bool _ended;
    private Exception? _why;

    /// <inheritdoc/>
    public T Current { get; private set; } = null!;

    /// <summary>A message has come.</summary>
    public void Arrive(T message)
    {
        if (_ended) return;
        if (_reader is { } reader)
        {
            (_reader, Current) = (null, message);
            reader.SetResult(true);
            return;
        }

        _waiting.Enqueue(message);
    }

    /// <summary>Nothing more comes; with an error what has come and was not read is gone too.</summary>
    public void End(Exception? why)
    {
        if (_ended) return;
        (_ended, _why) = (true, why);
        if (why is not null) _waiting.Clear();
        var reader = _reader;
        _reader = null;
        if (why is not null) reader?.SetException(why);
        else reader?.SetResult(false);
    }

    /// <inheritdoc/>
    public async Task<bool> MoveNext(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (_waiting.TryDequeue(out var next))
        {
            Current = next;
            return true;
        }

        if (_ended) return _why is null ? false : throw _why;
        var reader = _reader = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var given = cancellationToken.Register(() =>
        {
            if (_reader != reader) return;
            _reader = null;
            reader.SetCanceled(cancellationToken);
        });
        return await reader.Task;
    }
}

using Grpc.Core;
using Grpc.Core.Wire;

namespace Grpc.Net.Client.Internal;

/// <summary>Reads the answer's messages. One MoveNext at a time; cancelling one cancels the call.</summary>
internal sealed class ClientStreamReader<TRequest, TResponse>(ClientCall<TRequest, TResponse> call) : IAsyncStreamReader<TResponse>
    where TRequest : class
    where TResponse : class
{
    private static readonly Task<bool> True = Task.FromResult(true);
    private MessageReader<TResponse>? _messages;
    private TResponse? _current;
    private Task<bool>? _filling;
    private int _busy;
    private bool _over;

    public TResponse Current => _current ?? throw new InvalidOperationException("No message: MoveNext has not been called or gave false.");

    public Task<bool> MoveNext(CancellationToken cancellationToken)
    {
        if (Interlocked.Exchange(ref _busy, 1) != 0)
            throw new InvalidOperationException("The previous MoveNext has not ended yet.");
        try
        {
            // Messages that came together are given out without waiting and without allocating.
            if (!cancellationToken.IsCancellationRequested && !call.Stop.IsCancellationRequested && !_over && _messages is { } messages && messages.TryTake(out var message))
            {
                _current = message;
                Volatile.Write(ref _busy, 0);
                return True;
            }
        }
        catch (RpcException e)
        {
            Volatile.Write(ref _busy, 0);
            return Task.FromException<bool>(call.Fail(e.Status));
        }
        return MoveNextSlow(cancellationToken);
    }

    private async Task<bool> MoveNextSlow(CancellationToken cancellationToken)
    {
        await using var cancel = cancellationToken.UnsafeRegister(static c => ((ClientCall<TRequest, TResponse>)c!).CancelByCaller(), call);
        try
        {
            _current = null;
            _messages ??= await call.Response;
            if (_messages is null || _over) return End(call.GetStatus());
            while (true)
            {
                call.Stop.ThrowIfCancellationRequested();
                if (_messages.TryTake(out _current)) return true;
                _filling = _messages.FillAsync(call.Reset).AsTask();
                if (await _filling.WaitAsync(call.Stop)) continue;
                Release();
                return End(call.EndOfResponse());
            }
        }
        catch (Exception e) when (e is not RpcException rpc || call.Ended() is null)
        {
            Release();
            throw call.Fail(e);
        }
        finally
        {
            Volatile.Write(ref _busy, 0);
        }
    }

    private void Release()
    {
        _over = true;
        // What is still being read into is left to it.
        if (_filling is not { IsCompleted: false }) call.ReleaseReader();
    }

    private bool End(Status status) =>
        status.StatusCode == StatusCode.OK ? false : throw new RpcException(status, call.GetTrailers());
}

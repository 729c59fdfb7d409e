using Grpc.Core;
using Grpc.Core.Wire;

namespace Grpc.AspNetCore.Server.Internal;

/// <summary>The client's stream as the handler reads it. One MoveNext at a time.</summary>
internal sealed class ServerStreamReader<T>(ServerCall call, MessageReader<T> messages) : IAsyncStreamReader<T>
{
    private static readonly Task<bool> True = Task.FromResult(true);
    private T? _current;

    public T Current => _current ?? throw new InvalidOperationException("No message: MoveNext has not been called or gave false.");

    public Task<bool> MoveNext(CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested) return Task.FromCanceled<bool>(cancellationToken);
        if (call.CancellationToken.IsCancellationRequested) return Task.FromCanceled<bool>(call.CancellationToken);
        try
        {
            // Messages that came together are given out without waiting and without allocating.
            if (messages.TryTake(out _current)) return True;
        }
        catch (RpcException e)
        {
            return Task.FromException<bool>(e);
        }
        catch (IOException e)
        {
            return Task.FromException<bool>(Gone(e));
        }
        return WaitAsync(cancellationToken);
    }

    private async Task<bool> WaitAsync(CancellationToken cancellationToken)
    {
        using var both = cancellationToken.CanBeCanceled && cancellationToken != call.CancellationToken
            ? CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, call.CancellationToken)
            : null;
        call.BeginRead();
        try
        {
            while (await messages.FillAsync(both?.Token ?? call.CancellationToken))
                if (messages.TryTake(out _current))
                    return true;
            return false;
        }
        catch (IOException e)
        {
            throw Gone(e);
        }
        finally
        {
            call.EndRead();
        }
    }

    // After a reset Kestrel's reader can throw this, from reading and from giving back what was read, before RequestAborted is
    // cancelled; there is no other way for the body to fail.
    private OperationCanceledException Gone(IOException e)
    {
        call.ClientGone();
        return new OperationCanceledException("The client reset the call.", e, call.CancellationToken);
    }
}

/// <summary>The server's stream as the handler writes it. One write at a time.</summary>
internal sealed class ServerStreamWriter<T>(ServerCall call, Marshaller<T> marshaller) : IServerStreamWriter<T>
{
    public WriteOptions? WriteOptions
    {
        get => call.WriteOptions;
        set => call.WriteOptions = value;
    }

    public Task WriteAsync(T message) => WriteAsync(message, CancellationToken.None);

    public Task WriteAsync(T message, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(message);
        try
        {
            return call.Writer.WriteAsync(message, marshaller.ContextualSerializer, WriteOptions?.Flags ?? 0, cancellationToken);
        }
        catch (OperationCanceledException e)
        {
            return Task.FromCanceled(e.CancellationToken.IsCancellationRequested ? e.CancellationToken : new CancellationToken(canceled: true));
        }
        catch (Exception e) when (e is not InvalidOperationException)
        {
            return Task.FromException(e);
        }
    }
}

using System.IO.Compression;
using Grpc.Core;
using Grpc.Core.Wire;

namespace Grpc.Net.Client.Internal;

/// <summary>
/// Writes the request's messages: one write and one flush each, or, with BufferHint, collected until a write without the hint,
/// the end of the stream, or <see cref="WireNames.MaxBufferedBytes"/>. One write at a time.
/// </summary>
internal sealed class ClientStreamWriter<TRequest, TResponse>(ClientCall<TRequest, TResponse> call, OpenContent content) : IClientStreamWriter<TRequest>
    where TRequest : class
    where TResponse : class
{
    private readonly FrameSerializer _serializer = new(call.MaxSendBytes);
    private PooledBuffer? _buffer;
    private int _busy;
    private bool _complete;

    public WriteOptions? WriteOptions { get; set; } = call.WriteOptions;

    public Task WriteAsync(TRequest message) => WriteAsync(message, CancellationToken.None);

    public Task WriteAsync(TRequest message, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(message);
        cancellationToken.ThrowIfCancellationRequested();
        Enter();
        var leave = true;
        try
        {
            if (_complete) throw new InvalidOperationException("The request stream has been completed; no more can be written.");
            if (call.Ended() is { } ended) throw ended;

            var flags = WriteOptions?.Flags ?? 0;
            var buffer = _buffer ??= new PooledBuffer();
            var before = buffer.Length;
            try
            {
                _serializer.Write(message, call.Method.RequestMarshaller.ContextualSerializer, buffer, call.Compress && !flags.HasFlag(WriteFlags.NoCompress), CompressionLevel.Fastest);
            }
            catch
            {
                // Nothing of it has left yet: the stream is whole without it.
                buffer.Truncate(before);
                throw;
            }
            if (flags.HasFlag(WriteFlags.BufferHint) && buffer.Length < WireNames.MaxBufferedBytes) return Task.CompletedTask;
            leave = false;
            return SendAsync(cancellationToken);
        }
        catch (Exception e) when (leave && e is not InvalidOperationException)
        {
            return Task.FromException(e);
        }
        finally
        {
            if (leave) Volatile.Write(ref _busy, 0);
        }
    }

    public async Task CompleteAsync()
    {
        Enter();
        try
        {
            if (_complete) throw new InvalidOperationException("The request stream has been completed already.");
            _complete = true;
            // A call that has ended needs no end of the request; its status stands at the reading side.
            if (_buffer is { Length: > 0 } && call.Ended() is null) await PushAsync(CancellationToken.None);
            _buffer?.Dispose();
            _buffer = null;
        }
        finally
        {
            content.Complete();
            Volatile.Write(ref _busy, 0);
        }
    }

    private async Task SendAsync(CancellationToken cancellationToken)
    {
        await using var cancel = cancellationToken.UnsafeRegister(static c => ((ClientCall<TRequest, TResponse>)c!).CancelByCaller(), call);
        try
        {
            await PushAsync(cancellationToken);
        }
        finally
        {
            Volatile.Write(ref _busy, 0);
        }
    }

    private async Task PushAsync(CancellationToken cancellationToken)
    {
        var buffer = _buffer!;
        try
        {
            var stream = content.Opened.IsCompletedSuccessfully ? content.Opened.Result : await content.Opened.WaitAsync(call.Stop);
            await stream.WriteAsync(buffer.WrittenMemory, call.Reset).AsTask().WaitAsync(call.Stop);
            await stream.FlushAsync(call.Reset).WaitAsync(call.Stop);
            buffer.Truncate(0);
            if (buffer.Capacity > WireNames.MaxBufferedBytes * 2) Shrink();
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or HttpRequestException or ObjectDisposedException or InvalidOperationException)
        {
            // Its memory may still be read: it is neither written to again nor given back.
            _buffer = null;
            throw await WhyAsync(e, cancellationToken);
        }
    }

    // A write fails when the stream is gone, and then the answering side knows why, or will in a moment.
    private async Task<Exception> WhyAsync(Exception exception, CancellationToken cancellationToken)
    {
        if (call.Ended() is { } already) return already;
        await call.Response;
        if (call.Ended() is { } ended) return ended;
        if (cancellationToken.IsCancellationRequested) return new OperationCanceledException(cancellationToken);
        // The server has answered and closed the stream: its status stands behind the messages not read yet.
        return new RpcException(new Status(StatusCode.Cancelled, "The server has closed the call; reading the answer tells its status.", exception));
    }

    // One big message is no reason to hold its memory for the life of the stream.
    private void Shrink()
    {
        _buffer!.Dispose();
        _buffer = null;
    }

    private void Enter()
    {
        if (Interlocked.Exchange(ref _busy, 1) != 0)
            throw new InvalidOperationException("The previous write has not ended yet.");
    }
}

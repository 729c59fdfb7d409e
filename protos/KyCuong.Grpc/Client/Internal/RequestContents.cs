using System.Net;
using System.Net.Http.Headers;
using Grpc.Core.Wire;

namespace Grpc.Net.Client.Internal;

/// <summary>A request of one frame. May be sent again by the handler, so it keeps its bytes.</summary>
internal sealed class SingleMessageContent : HttpContent
{
    private static readonly MediaTypeHeaderValue Type = new(WireNames.ContentType);
    private readonly byte[] _frame;

    public SingleMessageContent(byte[] frame)
    {
        _frame = frame;
        Headers.ContentType = Type;
    }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken) =>
        stream.WriteAsync(_frame, cancellationToken).AsTask();

    protected override bool TryComputeLength(out long length)
    {
        length = 0;
        return false;
    }
}

/// <summary>A request that stays open: it hands its stream to the writer and ends when the writer does.</summary>
internal sealed class OpenContent : HttpContent
{
    private static readonly MediaTypeHeaderValue Type = new(WireNames.ContentType);
    private readonly TaskCompletionSource<Stream> _opened = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public OpenContent() => Headers.ContentType = Type;

    /// <summary>The stream to write to, once the handler has a connection.</summary>
    public Task<Stream> Opened => _opened.Task;

    /// <summary>No more is written; closes this side of the call.</summary>
    public void Complete()
    {
        _done.TrySetResult();
        _opened.TrySetCanceled();
    }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        // The headers leave with the first flush, so that the server sees the call before its first message.
        await stream.FlushAsync(cancellationToken);
        if (!_opened.TrySetResult(stream) && !_done.Task.IsCompleted)
            throw new IOException("The connection was lost after the stream had been opened.");
        await _done.Task.WaitAsync(cancellationToken);
    }

    protected override bool TryComputeLength(out long length)
    {
        length = 0;
        return false;
    }
}

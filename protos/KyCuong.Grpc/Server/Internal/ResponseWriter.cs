using Grpc.Core;
using Grpc.Core.Wire;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Grpc.AspNetCore.Server.Internal;

/// <summary>
/// The answer's side of a call: headers, messages, status. Messages go straight into Kestrel's buffers. The gate keeps the
/// answer at the deadline, which comes from another thread, apart from what the handler writes; after the status nothing is written.
/// </summary>
#pragma warning disable CA1001 // The gate's wait handle is never made, so there is nothing to free; and a late writer must still find it.
internal sealed class ResponseWriter
#pragma warning restore CA1001
{
    private readonly HttpContext _http;
    private readonly MethodSettings _settings;
    private readonly Action _clientGone;
    private readonly CancellationToken _cancelled;
    private readonly FrameSerializer _serializer;
    private readonly SemaphoreSlim _gate = new(1, 1);
    private bool _begun;
    private bool _compress;
    private int _waiting;
    private volatile bool _finished;
    private volatile bool _broken;

    public ResponseWriter(HttpContext http, MethodSettings settings, Action clientGone, CancellationToken cancelled)
    {
        _http = http;
        _settings = settings;
        _clientGone = clientGone;
        _cancelled = cancelled;
        _serializer = new FrameSerializer(settings.MaxSendBytes);
        var response = http.Response;
        response.ContentType = WireNames.ContentType;
        response.Headers[WireNames.AcceptEncoding] = WireNames.AcceptedEncodings;
        _compress = settings.CompressAnswers && ClientAcceptsGzip();
    }

    public async Task WriteHeadersAsync(Metadata headers)
    {
        Enter();
        try
        {
            if (_begun) throw new InvalidOperationException("The response headers have been sent already.");
            var lines = headers.Where(e => !MetadataWire.IsOwn(e.Key)).Select(e => (e.Key, Value: MetadataWire.Format(e))).ToList();
            if (headers.Get(WireNames.CompressRequest) is { } asked) _compress = asked.Value == WireNames.Gzip && ClientAcceptsGzip();
            foreach (var (name, value) in lines) _http.Response.Headers.Append(name, value);
            Begin();
            // Flushing the body sends the headers; StartAsync would leave them in the buffer.
            await FlushAsync(CancellationToken.None);
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>Writes one message. With BufferHint it waits for the next write, the end, or <see cref="WireNames.MaxBufferedBytes"/>.</summary>
    public Task WriteAsync<T>(T message, Action<T, SerializationContext> serializer, WriteFlags flags, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        Enter();
        var leave = true;
        try
        {
            Begin();
            Serialize(message, serializer, _compress && !flags.HasFlag(WriteFlags.NoCompress));
            _waiting += _serializer.FrameLength;
            if (flags.HasFlag(WriteFlags.BufferHint) && _waiting < WireNames.MaxBufferedBytes) return Task.CompletedTask;
            var flushed = FlushAsync(cancellationToken);
            if (flushed.IsCompletedSuccessfully) return Task.CompletedTask;
            leave = false;
            return LeaveAfter(flushed);
        }
        finally
        {
            if (leave) _gate.Release();
        }
    }

    /// <summary>Sends the status, once. A caller that does not end the request with it asks for <paramref name="complete"/>.</summary>
    public async Task FinishAsync(Status status, Metadata trailers, bool complete)
    {
        await _gate.WaitAsync(CancellationToken.None);
        try
        {
            if (_finished) return;
            _finished = true;
            if (_broken || _http.RequestAborted.IsCancellationRequested) return;
            Put(status, trailers);
            // No reset follows, though what the client still sends is not wanted: Kestrel lets one overtake the trailers.
            if (complete) await _http.Response.CompleteAsync();
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>Frees a write that waits for a client that does not read.</summary>
    public void StopWaiting() => _http.Response.BodyWriter.CancelPendingFlush();

    private void Put(Status status, Metadata trailers)
    {
        try
        {
            PutUnchecked(status, trailers);
        }
        catch (ArgumentException e)
        {
            PutUnchecked(new Status(StatusCode.Internal, $"The handler's trailers cannot be sent. {e.Message}", e), Metadata.Empty);
        }
    }

    private void PutUnchecked(Status status, Metadata trailers)
    {
        if (_begun || _http.Response.HasStarted)
        {
            Answers.PutAsTrailers(_http.Response, status, trailers);
        }
        else if (status.StatusCode != StatusCode.OK)
        {
            // Nothing was sent: the status is the whole answer, in one frame.
            Answers.PutAsHeaders(_http.Response, status, trailers);
        }
        else
        {
            Begin();
            Answers.PutAsTrailers(_http.Response, status, trailers);
        }
    }

    private void Begin()
    {
        if (_begun) return;
        _begun = true;
        if (_compress) _http.Response.Headers[WireNames.Encoding] = WireNames.Gzip;
    }

    private void Serialize<T>(T message, Action<T, SerializationContext> serializer, bool compress)
    {
        try
        {
            _serializer.Write(message, serializer, _http.Response.BodyWriter, compress, _settings.CompressionLevel);
        }
        catch when (_serializer.Started)
        {
            // Half a frame is in Kestrel's buffer and cannot be taken back: only a reset keeps the client from reading on.
            _broken = true;
            _http.Features.Get<IHttpResetFeature>()?.Reset(WireNames.ResetInternalError);
            throw;
        }
    }

    private async Task FlushAsync(CancellationToken cancellationToken)
    {
        _waiting = 0;
        // Without the token: cancelling a flush would abort the whole stream. StopWaiting ends it in order.
        await using var stop = cancellationToken.UnsafeRegister(static w => ((ResponseWriter)w!).StopWaiting(), this);
        var flush = await _http.Response.BodyWriter.FlushAsync(CancellationToken.None);
        cancellationToken.ThrowIfCancellationRequested();
        // The mark of an earlier write that was cancelled just as it ended.
        if (flush.IsCanceled && !_cancelled.IsCancellationRequested) flush = await _http.Response.BodyWriter.FlushAsync(CancellationToken.None);
        // After a reset this can be known here before RequestAborted is cancelled.
        if (flush.IsCompleted) _clientGone();
        if (flush.IsCanceled || flush.IsCompleted || _http.RequestAborted.IsCancellationRequested)
            throw new OperationCanceledException("The call has ended; no more can be written.", _cancelled);
    }

    private async Task LeaveAfter(Task flushed)
    {
        try
        {
            await flushed;
        }
        finally
        {
            _gate.Release();
        }
    }

    private void Enter()
    {
        if (!_gate.Wait(0, CancellationToken.None))
        {
            _cancelled.ThrowIfCancellationRequested();
            throw new InvalidOperationException("The previous write has not ended yet.");
        }
        if (!_finished && !_broken && !_http.RequestAborted.IsCancellationRequested) return;
        _gate.Release();
        throw new OperationCanceledException("The call has ended; no more can be written.", _cancelled);
    }

    private bool ClientAcceptsGzip() =>
        _http.Request.Headers[WireNames.AcceptEncoding].ToString().Split(',').Any(e => e.AsSpan().Trim().SequenceEqual(WireNames.Gzip));
}

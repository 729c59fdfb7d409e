using System.IO.Compression;
using System.IO.Pipelines;
using System.Net;
using Grpc.Core;
using Grpc.Core.Wire;

namespace Grpc.Net.Client.Internal;

/// <summary>
/// One call. It ends once, by whoever is first: the server's status, the caller's cancellation, the deadline, a broken
/// connection, the channel. Everything that waits is then woken through <see cref="_stop"/> and told that one status.
/// </summary>
internal sealed class ClientCall<TRequest, TResponse> : IClientCall
    where TRequest : class
    where TResponse : class
{
    private const int ReadBufferBytes = 32 * 1024;
    private static readonly StreamPipeReaderOptions ReaderOptions = new(bufferSize: ReadBufferBytes, minimumReadSize: 1024);
    private static readonly TimeSpan LongestTimer = TimeSpan.FromDays(40);

    private readonly GrpcChannel _channel;
    private readonly string? _host;
    private readonly CallOptions _options;
    private readonly DateTime _deadline;
    private readonly CancellationTokenSource _stop = new();
    private readonly CancellationTokenSource _reset = new();
    private readonly Lock _gate = new();
    private readonly TaskCompletionSource<Metadata> _headers = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private Task<MessageReader<TResponse>?> _response = null!;
    private Status? _status;
    private Metadata _trailers = Metadata.Empty;
    private HttpResponseMessage? _http;
    private PipeReader? _pipe;
    private OpenContent? _requestStream;
    private ITimer? _timer;
    private CancellationTokenRegistration _callerCancels;
    private CancellationTokenRegistration _channelStops;

    public ClientCall(GrpcChannel channel, Method<TRequest, TResponse> method, string? host, CallOptions options)
    {
        _channel = channel;
        _host = host;
        _options = options;
        _deadline = options.Deadline ?? DateTime.MaxValue;
        if (_deadline != DateTime.MaxValue && _deadline.Kind != DateTimeKind.Utc)
            throw new InvalidOperationException("A deadline must be a UTC instant or DateTime.MaxValue.");
        Method = method;
        Reader = new ClientStreamReader<TRequest, TResponse>(this);
        Compress = string.Equals(options.Headers?.GetValue(WireNames.CompressRequest), WireNames.Gzip, StringComparison.Ordinal);
    }

    public Method<TRequest, TResponse> Method { get; }

    public ClientStreamReader<TRequest, TResponse> Reader { get; }

    public Task<Metadata> Headers => _headers.Task;

    /// <summary>Messages are sent compressed unless their write says otherwise.</summary>
    public bool Compress { get; }

    /// <summary>Hints for the call's messages.</summary>
    public WriteOptions? WriteOptions => _options.WriteOptions;

    public int MaxSendBytes => _channel.MaxSendBytes;

    /// <summary>Cancelled when the call has ended otherwise than by the server's OK. For waits of this library's own.</summary>
    public CancellationToken Stop => _stop.Token;

    /// <summary>
    /// The same for HttpClient, a moment later and from another thread. Nobody waits for what it does about that: a stream that was reset at
    /// the moment of a write, or of its beginning, has been seen to stand still in a lock for good, which a trimmed program had lost the end of.
    /// </summary>
    public CancellationToken Reset => _reset.Token;

    public void StartWithMessage(TRequest request)
    {
        byte[] frame;
        using (var buffer = new PooledBuffer())
        {
            var compress = Compress && (WriteOptions?.Flags ?? 0).HasFlag(WriteFlags.NoCompress) is false;
            new FrameSerializer(MaxSendBytes).Write(request, Method.RequestMarshaller.ContextualSerializer, buffer, compress, CompressionLevel.Fastest);
            frame = buffer.WrittenSpan.ToArray();
        }
        Start(new SingleMessageContent(frame));
    }

    public ClientStreamWriter<TRequest, TResponse> StartWithStream()
    {
        var content = _requestStream = new OpenContent();
        Start(content);
        return new ClientStreamWriter<TRequest, TResponse>(this, content);
    }

    /// <summary>The one answer of a call that has one.</summary>
    public Task<TResponse> ReadSingleAsync()
    {
        var answer = ReadAsync();
        // Whoever never awaits the answer of a call he dropped is not to be told by the finalizer.
        _ = answer.ContinueWith(static t => _ = t.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted | TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        return answer;

        async Task<TResponse> ReadAsync()
        {
            if (!await Reader.MoveNext(CancellationToken.None))
                throw Fail(new Status(StatusCode.Internal, $"{Method.FullName} ended with OK but without its answer."));
            var message = Reader.Current;
            if (await Reader.MoveNext(CancellationToken.None))
                throw Fail(new Status(StatusCode.Internal, $"{Method.FullName} answered with more than one message."));
            return message;
        }
    }

    /// <summary>The reader of the answer's messages; null when the server answered with a status alone.</summary>
    public Task<MessageReader<TResponse>?> Response => _response;

    public Status GetStatus()
    {
        lock (_gate)
            return _status ?? throw new InvalidOperationException("The call has not ended yet.");
    }

    public Metadata GetTrailers()
    {
        lock (_gate)
            return _status is null ? throw new InvalidOperationException("The call has not ended yet.") : _trailers;
    }

    public void Dispose() => Finish(new Status(StatusCode.Cancelled, "The call was disposed of by its caller."), Metadata.Empty);

    /// <summary>The bytes ended: the status is in the trailers.</summary>
    public Status EndOfResponse()
    {
        var http = _http!;
        var status = StatusMapping.FromHeaders(http.TrailingHeaders)
            ?? new Status(StatusCode.Internal, "The server ended the answer without a status.");
        return Finish(status, HeaderMapping.ToMetadata(http.TrailingHeaders));
    }

    /// <summary>Gives the read buffers back. Only the reader may say so, and only between reads.</summary>
    public void ReleaseReader() => _pipe?.Complete();

    /// <summary>Ends the call for a reason found here, and gives what to throw: the first reason wins.</summary>
    public RpcException Fail(Status status)
    {
        var final = Finish(status, Metadata.Empty);
        return new RpcException(final.StatusCode == StatusCode.OK ? status : final, _trailers);
    }

    /// <summary>Ends the call for an exception, and gives what to throw.</summary>
    public RpcException Fail(Exception exception)
    {
        var status = StatusMapping.FromException(exception);
        // A server resets at the deadline too, and its timer may be a moment earlier than ours.
        if (status.StatusCode == StatusCode.Cancelled && _channel.Time.GetUtcNow().UtcDateTime >= _deadline)
            status = DeadlineStatus();
        return Fail(status);
    }

    /// <summary>The exception for a write on a call that has ended, whatever its status; null while it is open.</summary>
    public RpcException? Ended()
    {
        lock (_gate)
            return _status is { } status ? new RpcException(status, _trailers) : null;
    }

    public void CancelByCaller() => Finish(new Status(StatusCode.Cancelled, "The call was cancelled by its caller."), Metadata.Empty);

    private static Status DeadlineStatus() => new(StatusCode.DeadlineExceeded, "The deadline passed.");

    private void Start(HttpContent content)
    {
        // Before the timer and the tokens, which may end the call at once.
        var request = NewRequest(content);
        if (_deadline != DateTime.MaxValue)
        {
            var left = _deadline - _channel.Time.GetUtcNow().UtcDateTime;
            if (left <= TimeSpan.Zero) Finish(DeadlineStatus(), Metadata.Empty);
            else request.Headers.TryAddWithoutValidation(WireNames.Timeout, TimeoutHeader.Encode(left));
        }
        if (_options.CancellationToken.IsCancellationRequested) CancelByCaller();
        _response = Ended() is null ? SendAsync(request) : Task.FromResult<MessageReader<TResponse>?>(null);
        Watch();
    }

    private void Watch()
    {
        lock (_gate)
        {
            if (_status is not null) return;
            if (_deadline != DateTime.MaxValue)
                _timer = _channel.Time.CreateTimer(static call => ((ClientCall<TRequest, TResponse>)call!).OnTimer(), this, UntilDeadline(), Timeout.InfiniteTimeSpan);
        }
        var caller = _options.CancellationToken.UnsafeRegister(static call => ((ClientCall<TRequest, TResponse>)call!).CancelByCaller(), this);
        var channel = _channel.Stopped.UnsafeRegister(
            static call => ((ClientCall<TRequest, TResponse>)call!).Finish(new Status(StatusCode.Cancelled, "The channel was disposed of."), Metadata.Empty), this);
        lock (_gate)
        {
            if (_status is null)
            {
                _callerCancels = caller;
                _channelStops = channel;
                return;
            }
        }
        caller.Unregister();
        channel.Unregister();
    }

    private TimeSpan UntilDeadline()
    {
        var left = _deadline - _channel.Time.GetUtcNow().UtcDateTime;
        return left <= TimeSpan.Zero ? TimeSpan.Zero : left < LongestTimer ? left : LongestTimer;
    }

    private void OnTimer()
    {
        var left = UntilDeadline();
        if (left <= TimeSpan.Zero)
        {
            Finish(DeadlineStatus(), Metadata.Empty);
            return;
        }
        lock (_gate) _timer?.Change(left, Timeout.InfiniteTimeSpan);
    }

    private HttpRequestMessage NewRequest(HttpContent content)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, new Uri(_channel.Address, Method.FullName))
        {
            Content = content,
            Version = HttpVersion.Version20,
            // On the request: what the handler is set to does not count for HttpMessageInvoker.
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        var headers = request.Headers;
        headers.TryAddWithoutValidation("te", "trailers");
        headers.TryAddWithoutValidation("user-agent", "kycuong-grpc/" + Version);
        headers.TryAddWithoutValidation(WireNames.AcceptEncoding, WireNames.AcceptedEncodings);
        if (Compress) headers.TryAddWithoutValidation(WireNames.Encoding, WireNames.Gzip);
        if (_host is not null) headers.Host = _host;
        if (_options.Headers is { } metadata) HeaderMapping.Add(headers, metadata);
        return request;
    }

    private static readonly string Version = typeof(GrpcChannel).Assembly.GetName().Version?.ToString(3) ?? "0";

    private async Task<MessageReader<TResponse>?> SendAsync(HttpRequestMessage request)
    {
        try
        {
            await AddCredentialsAsync(request);
            var http = await AnswerAsync(_channel.Http.SendAsync(request, _reset.Token));
            lock (_gate) _http = http;
            if (Ended() is not null)
            {
                // Ended between the answer and this line: whoever ended the call did not see the answer to dispose of it.
                http.Dispose();
                return null;
            }

            var headers = HeaderMapping.ToMetadata(http.Headers);
            if (StatusMapping.FromHeaders(http.Headers) is { } immediate)
            {
                _headers.TrySetResult(headers);
                Finish(immediate, headers);
                return null;
            }
            if (http.StatusCode != HttpStatusCode.OK)
                throw new RpcException(StatusMapping.FromHttp(http.StatusCode));
            var type = http.Content.Headers.NonValidated.TryGetValues("content-type", out var types) ? types.ToString() : "";
            if (!WireNames.IsGrpcContentType(type))
                throw new RpcException(new Status(StatusCode.Unknown, $"The answer's content type '{type}' is not gRPC's."));
            var encoding = http.Headers.NonValidated.TryGetValues(WireNames.Encoding, out var values) ? values.ToString() : WireNames.Identity;
            if (encoding is not (WireNames.Identity or WireNames.Gzip))
                throw new RpcException(new Status(StatusCode.Internal, $"The answer is compressed with '{encoding}', which was not offered."));

            _headers.TrySetResult(headers);
            _pipe = PipeReader.Create(await http.Content.ReadAsStreamAsync(CancellationToken.None), ReaderOptions);
            return new MessageReader<TResponse>(_pipe, Method.ResponseMarshaller.ContextualDeserializer, _channel.MaxReceiveBytes, encoding == WireNames.Gzip);
        }
#pragma warning disable CA1031 // Whatever goes wrong is the call's status; it is thrown to whoever reads.
        catch (Exception e)
#pragma warning restore CA1031
        {
            Fail(e);
            return null;
        }
    }

    private async Task<HttpResponseMessage> AnswerAsync(Task<HttpResponseMessage> answer)
    {
        try
        {
            return await answer.WaitAsync(_stop.Token);
        }
        catch (OperationCanceledException)
        {
            // Nobody is left to look at it.
            _ = answer.ContinueWith(static late => late.Result.Dispose(), CancellationToken.None, TaskContinuationOptions.OnlyOnRanToCompletion, TaskScheduler.Default);
            throw;
        }
    }

    private async Task AddCredentialsAsync(HttpRequestMessage request)
    {
        if (_channel.Credentials is null && _options.Credentials is null) return;
        if (!_channel.SendCredentials)
            throw new RpcException(new Status(StatusCode.Unauthenticated, "Call credentials are sent over TLS only; use an https address."));
        var added = new Metadata();
        var context = new AuthInterceptorContext(new Uri(_channel.Address, Method.ServiceName).ToString(), Method.Name, _stop.Token);
        if (_channel.Credentials is { } ofChannel) await ofChannel.AddHeadersAsync(context, added);
        if (_options.Credentials is { } ofCall) await ofCall.AddHeadersAsync(context, added);
        HeaderMapping.Add(request.Headers, added);
    }

    // First come, first served; the answer is the status that won.
    private Status Finish(Status status, Metadata trailers)
    {
        HttpResponseMessage? http;
        lock (_gate)
        {
            if (_status is { } earlier) return earlier;
            _status = status;
            _trailers = trailers;
            http = _http;
            _timer?.Dispose();
        }
        _callerCancels.Unregister();
        _channelStops.Unregister();
        if (!_headers.Task.IsCompleted && _headers.TrySetException(new RpcException(status, trailers)))
            _ = _headers.Task.Exception;

        var orderly = status.StatusCode == StatusCode.OK;
        if (!orderly) _stop.Cancel();
        _ = Task.Run(() =>
        {
            // On an orderly end the request is closed in order too; otherwise cancelling resets the stream.
            if (!orderly) _reset.Cancel();
            _requestStream?.Complete();
            http?.Dispose();
        }, CancellationToken.None);
        return status;
    }
}

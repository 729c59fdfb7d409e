using Grpc.Core;
using Grpc.Core.Wire;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Grpc.AspNetCore.Server.Internal;

/// <summary>
/// One call at the server. Its token is cancelled by the client, the deadline or the shutdown. At the deadline the client is
/// answered even while the handler still runs; the request itself is given back only when the handler has ended.
/// </summary>
internal sealed partial class ServerCall : ServerCallContext, IAsyncDisposable
{
    private static readonly TimeSpan LongestTimer = TimeSpan.FromDays(40);

    /// <summary>How long an answer at the deadline may wait for a client that does not read, until the stream is reset.</summary>
    private static readonly TimeSpan DeadlineAnswerTime = TimeSpan.FromSeconds(5);

    private readonly IMethod _method;
    private readonly MethodSettings _settings;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _cancel;
    private readonly CancellationToken _cancelled;
    private readonly CancellationToken _shutdown;
    private readonly ITimer? _timer;
    private readonly DateTime _deadline = DateTime.MaxValue;
    private readonly Lock _gate = new();
    private Task _deadlineAnswer = Task.CompletedTask;
    private int _reads;
    private volatile bool _ended;
    private Status _status = Status.DefaultSuccess;

    public ServerCall(HttpContext http, IMethod method, MethodSettings settings, TimeProvider time, TimeSpan timeout, CancellationToken shutdown)
    {
        Http = http;
        _method = method;
        _settings = settings;
        _time = time;
        _shutdown = shutdown;
        _cancel = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, shutdown);
        _cancelled = _cancel.Token;
        Writer = new ResponseWriter(http, settings, ClientGone, _cancelled);
        if (timeout == Timeout.InfiniteTimeSpan) return;
        var now = time.GetUtcNow().UtcDateTime;
        if (timeout >= DateTime.MaxValue - now) return;
        _deadline = now + timeout;
        // Started after the field is set: the callback may come at once.
        _timer = time.CreateTimer(static call => ((ServerCall)call!).OnTimer(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _timer.Change(UntilDeadline(), Timeout.InfiniteTimeSpan);
    }

    public HttpContext Http { get; }

    public ResponseWriter Writer { get; }

    public Task UnaryAsync<TRequest, TResponse>(Method<TRequest, TResponse> method, UnaryServerMethod<TRequest, TResponse> handler)
        where TRequest : class
        where TResponse : class => SingleAsync(method, async () => await handler(await ReadSingleAsync(method), this));

    public Task ClientStreamingAsync<TRequest, TResponse>(Method<TRequest, TResponse> method, ClientStreamingServerMethod<TRequest, TResponse> handler)
        where TRequest : class
        where TResponse : class => SingleAsync(method, () => handler(NewReader(method), this));

    public async Task ServerStreamingAsync<TRequest, TResponse>(Method<TRequest, TResponse> method, ServerStreamingServerMethod<TRequest, TResponse> handler)
        where TRequest : class
        where TResponse : class => await handler(await ReadSingleAsync(method), new ServerStreamWriter<TResponse>(this, method.ResponseMarshaller), this);

    public Task DuplexAsync<TRequest, TResponse>(Method<TRequest, TResponse> method, DuplexStreamingServerMethod<TRequest, TResponse> handler)
        where TRequest : class
        where TResponse : class => handler(NewReader(method), new ServerStreamWriter<TResponse>(this, method.ResponseMarshaller), this);

    /// <summary>Why the token was cancelled, as a status.</summary>
    public Status CancelledStatus() =>
        UntilDeadline() <= TimeSpan.Zero ? DeadlineStatus
        : _shutdown.IsCancellationRequested ? new Status(StatusCode.Unavailable, "The server is stopping.")
        : new Status(StatusCode.Cancelled, "The call was cancelled.");

    /// <summary>Answers with the status, unless the deadline did.</summary>
    public Task FinishAsync(Status status) => Writer.FinishAsync(status, ResponseTrailers, complete: false);

    /// <summary>Brackets each wait for the request's bytes.</summary>
    public void BeginRead()
    {
        if (_ended) throw new OperationCanceledException("The call has ended; nothing more can be read.");
        Interlocked.Increment(ref _reads);
    }

    public void EndRead() => Interlocked.Decrement(ref _reads);

    /// <summary>Something below said that the client is gone.</summary>
    public void ClientGone()
    {
        if (!_ended) _cancel.Cancel();
    }

    public async ValueTask DisposeAsync()
    {
        if (_timer is not null) await _timer.DisposeAsync();
        Task answer;
        lock (_gate) answer = _deadlineAnswer;
        await answer;
        // A handler that left a read behind must not have it in the next request of this connection.
        _ended = true;
        if (Volatile.Read(ref _reads) != 0) Http.Request.BodyReader.CancelPendingRead();
        _cancel.Dispose();
    }

    private static Status DeadlineStatus => new(StatusCode.DeadlineExceeded, "The deadline passed.");

    private async Task SingleAsync<TRequest, TResponse>(Method<TRequest, TResponse> method, Func<Task<TResponse>> handler)
        where TRequest : class
        where TResponse : class
    {
        var answer = await handler() ?? throw new RpcException(new Status(StatusCode.Cancelled, "The handler gave no answer."));
        // A handler may have set another status: then there is no answer to send. The flush comes with the trailers.
        if (Status.StatusCode == StatusCode.OK)
            await Writer.WriteAsync(answer, method.ResponseMarshaller.ContextualSerializer, (WriteOptions?.Flags ?? 0) | WriteFlags.BufferHint, CancellationToken.None);
    }

    private ServerStreamReader<TRequest> NewReader<TRequest, TResponse>(Method<TRequest, TResponse> method)
    {
        var gzip = string.Equals(Http.Request.Headers[WireNames.Encoding].ToString(), WireNames.Gzip, StringComparison.Ordinal);
        var messages = new MessageReader<TRequest>(Http.Request.BodyReader, method.RequestMarshaller.ContextualDeserializer, _settings.MaxReceiveBytes, gzip);
        return new ServerStreamReader<TRequest>(this, messages);
    }

    private async Task<TRequest> ReadSingleAsync<TRequest, TResponse>(Method<TRequest, TResponse> method)
    {
        var reader = NewReader(method);
        if (!await reader.MoveNext(CancellationToken.None))
            throw new RpcException(new Status(StatusCode.Internal, "The call ended without its request."));
        var request = reader.Current;
        if (await reader.MoveNext(CancellationToken.None))
            throw new RpcException(new Status(StatusCode.Internal, "The call carries more than one request."));
        return request;
    }

    private TimeSpan UntilDeadline()
    {
        if (_deadline == DateTime.MaxValue) return LongestTimer;
        var left = _deadline - _time.GetUtcNow().UtcDateTime;
        return left <= TimeSpan.Zero ? TimeSpan.Zero : left < LongestTimer ? left : LongestTimer;
    }

    private void OnTimer()
    {
        var left = UntilDeadline();
        if (left > TimeSpan.Zero)
        {
            _timer!.Change(left, Timeout.InfiniteTimeSpan);
            return;
        }
        lock (_gate) _deadlineAnswer = AnswerDeadlineAsync();
    }

    private async Task AnswerDeadlineAsync()
    {
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        // What the handler registered runs beside the answer, which does not wait for it.
        var cancelling = _cancel.CancelAsync();
        Writer.StopWaiting();
        var answer = Writer.FinishAsync(DeadlineStatus, Metadata.Empty, complete: true);
        try
        {
            await answer.WaitAsync(DeadlineAnswerTime, _time, Http.RequestAborted);
        }
        catch (Exception e) when (e is TimeoutException or OperationCanceledException)
        {
            Http.Features.Get<IHttpResetFeature>()?.Reset(WireNames.ResetCancel);
            await answer.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        await cancelling;
    }
}

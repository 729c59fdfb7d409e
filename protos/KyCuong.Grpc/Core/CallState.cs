namespace Grpc.Core;

/// <summary>The functions behind a call object: plain ones, or ones over a state object, which spare closures.</summary>
internal readonly struct CallState
{
    private readonly Delegate _status;
    private readonly Delegate _trailers;
    private readonly Delegate _dispose;
    private readonly Delegate? _headers;
    private readonly Task<Metadata>? _headersTask;
    private readonly object? _state;
    private readonly bool _stateful;

    public CallState(Task<Metadata> headers, Func<Status> status, Func<Metadata> trailers, Action dispose)
    {
        _headersTask = headers;
        _status = status;
        _trailers = trailers;
        _dispose = dispose;
    }

    public CallState(Func<object, Task<Metadata>> headers, Func<object, Status> status, Func<object, Metadata> trailers, Action<object> dispose, object state)
    {
        _headers = headers;
        _status = status;
        _trailers = trailers;
        _dispose = dispose;
        _state = state;
        _stateful = true;
    }

    public Task<Metadata> Headers => _stateful ? ((Func<object, Task<Metadata>>)_headers!)(_state!) : _headersTask!;

    public Status GetStatus() => _stateful ? ((Func<object, Status>)_status)(_state!) : ((Func<Status>)_status)();

    public Metadata GetTrailers() => _stateful ? ((Func<object, Metadata>)_trailers)(_state!) : ((Func<Metadata>)_trailers)();

    public void Dispose()
    {
        if (_stateful) ((Action<object>)_dispose)(_state!);
        else ((Action)_dispose)();
    }
}

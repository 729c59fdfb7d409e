namespace Grpc.Core;

/// <summary>What a caller may say about one call. Immutable; each With… gives a copy.</summary>
public struct CallOptions
{
    private CancellationToken _cancellationToken;

    /// <summary>Everything is optional; the deadline is UTC, null = none.</summary>
    public CallOptions(
        Metadata? headers = null,
        DateTime? deadline = null,
        CancellationToken cancellationToken = default,
        WriteOptions? writeOptions = null,
        ContextPropagationToken? propagationToken = null,
        CallCredentials? credentials = null)
    {
        Headers = headers;
        Deadline = deadline;
        _cancellationToken = cancellationToken;
        WriteOptions = writeOptions;
        PropagationToken = propagationToken;
        Credentials = credentials;
    }

    /// <summary>Headers to send; null = none.</summary>
    public Metadata? Headers { get; private set; }

    /// <summary>UTC instant after which the call is DEADLINE_EXCEEDED; null = never.</summary>
    public DateTime? Deadline { get; private set; }

    /// <summary>Cancels the call.</summary>
    public readonly CancellationToken CancellationToken => _cancellationToken;

    /// <summary>Hints for the messages of the call; null = none.</summary>
    public WriteOptions? WriteOptions { get; private set; }

    /// <summary>Always null: see <see cref="ContextPropagationToken"/>.</summary>
    public ContextPropagationToken? PropagationToken { get; private set; }

    /// <summary>Credentials of this call, added to those of the channel; null = none.</summary>
    public CallCredentials? Credentials { get; private set; }

    /// <summary>A copy with these headers.</summary>
    public readonly CallOptions WithHeaders(Metadata headers) => this with { Headers = headers };

    /// <summary>A copy with this UTC deadline.</summary>
    public readonly CallOptions WithDeadline(DateTime deadline) => this with { Deadline = deadline };

    /// <summary>A copy with this token.</summary>
    public readonly CallOptions WithCancellationToken(CancellationToken cancellationToken) => this with { _cancellationToken = cancellationToken };

    /// <summary>A copy with these hints.</summary>
    public readonly CallOptions WithWriteOptions(WriteOptions writeOptions) => this with { WriteOptions = writeOptions };

    /// <summary>A copy with these credentials.</summary>
    public readonly CallOptions WithCredentials(CallCredentials credentials) => this with { Credentials = credentials };
}

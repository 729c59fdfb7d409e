namespace Grpc.Core;

/// <summary>How a call ended; the numbers are the wire's (gRPC "Status codes and their use").</summary>
public enum StatusCode
{
    /// <summary>Done.</summary>
    OK = 0,

    /// <summary>Cancelled, usually by the caller.</summary>
    Cancelled = 1,

    /// <summary>Something threw, or an answer carried no status we know.</summary>
    Unknown = 2,

    /// <summary>The request is wrong in any state of the system.</summary>
    InvalidArgument = 3,

    /// <summary>The deadline passed; the work may still have been done.</summary>
    DeadlineExceeded = 4,

    /// <summary>What was asked for does not exist.</summary>
    NotFound = 5,

    /// <summary>What was to be made exists.</summary>
    AlreadyExists = 6,

    /// <summary>The caller is known and may not.</summary>
    PermissionDenied = 7,

    /// <summary>A limit: message size, quota, space.</summary>
    ResourceExhausted = 8,

    /// <summary>The system's state forbids it; retrying as it is will not help.</summary>
    FailedPrecondition = 9,

    /// <summary>Lost against something concurrent.</summary>
    Aborted = 10,

    /// <summary>Past the valid range, in this state.</summary>
    OutOfRange = 11,

    /// <summary>The method, service or encoding is not offered.</summary>
    Unimplemented = 12,

    /// <summary>An invariant broke: framing, protocol, our own mistake.</summary>
    Internal = 13,

    /// <summary>Not reachable now; try again with back-off.</summary>
    Unavailable = 14,

    /// <summary>Data was lost.</summary>
    DataLoss = 15,

    /// <summary>The caller is not known.</summary>
    Unauthenticated = 16,
}

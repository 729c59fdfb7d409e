using KyCuong.Readers;

namespace KyCuong.Kiosk.Transports;

/// <summary>What a <see cref="ReaderLoop"/> is told about its reader.</summary>
/// <param name="ReaderId">The reader's name in the configuration, for logs.</param>
public sealed record ReaderLoopOptions(string ReaderId)
{
    /// <summary>Options of the driver.</summary>
    public ReaderOptions Driver { get; init; } = ReaderOptions.Default;

    /// <summary>Silence that ends a presence; null = the protocol's own.</summary>
    public TimeSpan? Hold { get; init; }

    /// <summary>Wait between two attempts to open. With a connect timeout of 1 s a reader is back within 2 s of its reappearance.</summary>
    public TimeSpan RetryDelay { get; init; } = TimeSpan.FromMilliseconds(250);

    /// <summary>
    /// How long an open line must stay open to be called ready, unless a good read proves it sooner. A device server that takes
    /// a connection and drops it at once (because it serves another) is so one lasting fault, not two events a second.
    /// </summary>
    public TimeSpan Settle { get; init; } = TimeSpan.FromSeconds(1);
}

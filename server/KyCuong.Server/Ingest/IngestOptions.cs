namespace KyCuong.Server.Ingest;

/// <summary>Bounds of the ingest.</summary>
public sealed record IngestOptions
{
    /// <summary>Batches waiting for the writer; whoever brings one more waits.</summary>
    public int QueuedBatches { get; init; } = 1_024;

    /// <summary>Entries committed together at most, a batch more or less.</summary>
    public int EntriesPerCommit { get; init; } = 8_192;

    /// <summary>How often the instants up to which kiosks are known are saved.</summary>
    public TimeSpan KnownUntilInterval { get; init; } = TimeSpan.FromSeconds(5);
}

namespace KyCuong.Server.Ingest;

/// <summary>Bounds of the ingest.</summary>
public sealed record IngestOptions
{
    /// <summary>Batches waiting for the writer in each lane of its queue; whoever brings one more waits.</summary>
    public int QueuedBatches { get; init; } = 1_024;

    /// <summary>Entries that somebody stands before, committed together at most, a batch more or less.</summary>
    public int EntriesPerCommit { get; init; } = 8_192;

    /// <summary>
    /// Entries that waited on kiosks' disks, committed with the others at most, a batch more or less: what is the longest that a tap
    /// just made waits for them.
    /// </summary>
    public int PatientEntriesPerCommit { get; init; } = 2_048;

    /// <summary>How often the instants up to which kiosks are known are saved.</summary>
    public TimeSpan KnownUntilInterval { get; init; } = TimeSpan.FromSeconds(5);
}

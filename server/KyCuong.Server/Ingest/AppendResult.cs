namespace KyCuong.Server.Ingest;

/// <summary>Why a batch was not taken. Nothing of it is stored; the stream it came by should end.</summary>
public enum AppendRefusal
{
    /// <summary>It was taken.</summary>
    None,

    /// <summary>A hash is not that of its entry after the entry before it.</summary>
    WrongHash,

    /// <summary>The sequences do not follow one another.</summary>
    NotInOrder,

    /// <summary>It has no entries, or more than the contract allows.</summary>
    WrongSize,

    /// <summary>The journal would have more holes than <see cref="JournalState.MostGaps"/>.</summary>
    TooManyGaps,
}

/// <summary>What became of a batch.</summary>
/// <param name="HighWater">Highest contiguous sequence that is committed or declared lost: what may be acknowledged.</param>
/// <param name="Refusal">Why it was not taken.</param>
/// <param name="Detail">One sentence for the log and the kiosk; null when it was taken.</param>
public readonly record struct AppendResult(ulong HighWater, AppendRefusal Refusal = AppendRefusal.None, string? Detail = null);

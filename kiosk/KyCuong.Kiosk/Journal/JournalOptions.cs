using KyCuong.Kiosk.Files;
using KyCuong.Protos;

namespace KyCuong.Kiosk.Journal;

/// <summary>How the journal is kept. Immutable.</summary>
public sealed record JournalOptions
{
    /// <summary>The database.</summary>
    public required string Path { get; init; }

    /// <summary>Size bound of the database, bytes.</summary>
    public long MaxBytes { get; init; } = 2L * 1024 * 1024 * 1024;

    /// <summary>Entries whose chain is verified at start and after a failure.</summary>
    public int VerifiedTail { get; init; } = 1000;

    /// <summary>Wait before the whole file is read through at start, and after a damage: what is tapped meanwhile has the machine to itself.</summary>
    public TimeSpan ScanAfter { get; init; } = TimeSpan.Zero;

    /// <summary>Entries committed together at most, when several wait.</summary>
    public int GroupEntries { get; init; } = 512;

    /// <summary>Entries that wait for their commit at most; who appends more waits.</summary>
    public int QueueEntries { get; init; } = 4096;

    /// <summary>Wait before the database is opened again after a failure.</summary>
    public TimeSpan ReopenAfter { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Wait before the file is read through again, or a damaged one saved from, when the disk failed in that.</summary>
    public TimeSpan MendAgainAfter { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>How long acknowledged entries stay at least.</summary>
    public TimeSpan Keep { get; init; } = TimeSpan.FromDays(ContractLimits.JournalKeepDays);

    /// <summary>Entries pruned at once at most, so that a tap never waits long behind it.</summary>
    public int PrunedAtOnce { get; init; } = 500;

    /// <summary>Commits after which the write-ahead log is copied back into the database.</summary>
    public int CommitsPerCheckpoint { get; init; } = 500;

    /// <summary>Makes what a log at this path holds durable (<see cref="RewrittenLog"/>); a simulated disk has its own way.</summary>
    internal Action<string> RewriteLog { get; init; } = path => RewrittenLog.Make(path, DurableFile.Sync);

    /// <summary>SQLite's synchronous. No configuration reaches it: only the power-cut test asks for less, to see the losses.</summary>
    internal SqliteSynchronous Synchronous { get; init; } = SqliteSynchronous.Full;
}

/// <summary>SQLite's <c>PRAGMA synchronous</c>, by its number.</summary>
internal enum SqliteSynchronous
{
    /// <summary>Waits for the disk at checkpoints only: a power cut takes what was committed since.</summary>
    Normal = 1,

    /// <summary>Waits at each commit.</summary>
    Full = 2,
}

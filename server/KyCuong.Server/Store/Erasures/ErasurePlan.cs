using KyCuong.Protos;

namespace KyCuong.Server.Store.Erasures;

/// <summary>A tap of a kiosk that is to be erased.</summary>
/// <param name="JournalId">The journal's row.</param>
/// <param name="Key">What is kept of it.</param>
/// <param name="ReceivedUs">When it came.</param>
/// <param name="Backlog">It came late.</param>
/// <param name="Resolved">Its derived row; null: it is nobody's.</param>
internal sealed record DoomedTap(long JournalId, ErasedKey Key, long ReceivedUs, bool Backlog, DerivedPlace? Resolved);

/// <summary>Where the derived row of a tap with a person stands.</summary>
internal readonly record struct DerivedPlace(long Bucket, long StaffId, long AtUs);

/// <summary>An imported tap that is to be erased.</summary>
internal sealed record DoomedImport(long Id, DerivedPlace? Resolved);

/// <summary>An entry by which a kiosk contradicted itself.</summary>
internal sealed record DoomedConflict(long JournalId, ErasedKey Key);

/// <summary>Everything that one erasure takes away.</summary>
/// <param name="AgencyId">Whose.</param>
internal sealed record ErasurePlan(long AgencyId)
{
    /// <summary>Rows known by one number: table and number. Badges go with their hashes.</summary>
    public List<(string Table, long Id)> Rows { get; } = [];

    /// <summary>Taps of kiosks.</summary>
    public List<DoomedTap> Taps { get; } = [];

    /// <summary>Taps of files.</summary>
    public List<DoomedImport> Imports { get; } = [];

    /// <summary>Contradictions.</summary>
    public List<DoomedConflict> Conflicts { get; } = [];

    /// <summary>Entries that are not here and are not to be taken with their content.</summary>
    public List<ErasedKey> Awaited { get; } = [];

    /// <summary>The person of whom only the code stays; null: none.</summary>
    public long? Person { get; set; }

    /// <summary>True when there is nothing to erase.</summary>
    public bool IsEmpty => Rows.Count + Taps.Count + Imports.Count + Conflicts.Count == 0 && Person is null;
}

namespace KyCuong.Verify;

/// <summary>What may be wrong. The names are those of <c>--format json</c>.</summary>
internal enum FindingKind
{
    /// <summary>Numbers of the log have a hole.</summary>
    LogHole,

    /// <summary>An entry of the log, or one before it, was altered.</summary>
    LogAltered,

    /// <summary>An entry of the log that this verifier does not understand.</summary>
    LogUnknown,

    /// <summary>A head kept outside is not of this log.</summary>
    HeadDiffers,

    /// <summary>The log ends before a head kept outside.</summary>
    LogShortened,

    /// <summary>A row is not as it was written last.</summary>
    RowAltered,

    /// <summary>A row was never written by the server.</summary>
    RowUnknown,

    /// <summary>A row was taken away.</summary>
    RowGone,

    /// <summary>A journal entry's content is not that of its hash.</summary>
    EntryAltered,

    /// <summary>A journal entry never came from a kiosk.</summary>
    EntryUnknown,

    /// <summary>Journal entries were taken away.</summary>
    EntryGone,

    /// <summary>Journal entries were declared lost that no kiosk declared.</summary>
    LossUnknown,

    /// <summary>What the store says of a journal does not follow from its entries.</summary>
    JournalAltered,

    /// <summary>A kiosk's taps are said to be complete for longer than its journal shows.</summary>
    KnownTooFar,

    /// <summary>A head of a journal that its kiosk did not sign, or not while its certificate was good.</summary>
    HeadForged,

    /// <summary>The kiosk signed another journal than the one stored.</summary>
    HeadContradicts,

    /// <summary>Heads of no journal.</summary>
    HeadUnknown,

    /// <summary>Imported taps are not as they were imported.</summary>
    ImportAltered,

    /// <summary>Whose a tap is said to be, or when, does not follow from it.</summary>
    DerivedAltered,

    /// <summary>Nothing says whose a tap is, nor why it is nobody's.</summary>
    DerivedGone,

    /// <summary>A person is given a tap that nobody made.</summary>
    DerivedUnknown,

    /// <summary>A tombstone is not the server's, or its lists are not those it vouches for.</summary>
    ErasureForged,

    /// <summary>Journal entries are said to be erased that the tombstone does not name, or fewer.</summary>
    ErasureAltered,

    /// <summary>Something is gone, and no tombstone orders it.</summary>
    ErasureUnknown,

    /// <summary>Something was erased, and content or a trace of it is there.</summary>
    ErasureLeft,
}

/// <summary>Something wrong, where, and by which entry of the log it shows.</summary>
/// <param name="Kind">What.</param>
/// <param name="Where">Table and key, or kiosk, journal and sequence.</param>
/// <param name="Number">Entry of the log; 0: of none.</param>
internal sealed record Finding(FindingKind Kind, string Where, long Number);

namespace KyCuong.Server.Ingest;

/// <summary>What an operator should hear of once it is committed.</summary>
internal enum IngestNoticeKind
{
    /// <summary>A journal says two things under one key: the kiosk is quarantined.</summary>
    Fork,

    /// <summary>Entries came though those before them have not.</summary>
    GapNoticed,

    /// <summary>The kiosk said that entries are lost.</summary>
    EntriesLost,

    /// <summary>A kiosk signed another entry than the one stored: it is quarantined.</summary>
    HeadFork,

    /// <summary>A kiosk signed an entry that is not stored.</summary>
    HeadOfNothing,

    /// <summary>The kiosk's wall clock was set between an entry and the one before. No instant follows from it.</summary>
    WallClockSet,
}

/// <inheritdoc cref="IngestNoticeKind" />
/// <param name="JumpUs">Of <see cref="IngestNoticeKind.WallClockSet"/>: by how much, µs; above 0: put forward.</param>
internal readonly record struct IngestNotice(IngestNoticeKind Kind, long KioskId, UInt128 Epoch, long First, long Last, long JumpUs = 0);

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
}

/// <inheritdoc cref="IngestNoticeKind" />
internal readonly record struct IngestNotice(IngestNoticeKind Kind, long KioskId, UInt128 Epoch, long First, long Last);

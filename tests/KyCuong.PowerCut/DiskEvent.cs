namespace KyCuong.PowerCut;

/// <summary>What happened, in the letters of tests/powercut/recorder.c; the last three are the harness's own.</summary>
internal enum DiskEventKind
{
    DirectoryOpened = 'D',
    FileOpened = 'O',
    Written = 'W',
    Truncated = 'T',
    Unlinked = 'U',
    Renamed = 'R',
    SyncBegun = 'B',
    SyncEnded = 'E',
    Said = 'X',

    /// <summary>Nothing runs that writes this file: its whole content, or that it is not there (no data and offset 1).</summary>
    Seen = 'N',
}

/// <summary>One line of a recording.</summary>
/// <param name="Process">Whose.</param>
/// <param name="Kind">What.</param>
/// <param name="At">Nanoseconds of the machine's monotonic clock.</param>
/// <param name="File">Number of the opening in its process.</param>
/// <param name="Offset">Of a write; length of a truncate; flags of an opening; number of a sync.</param>
/// <param name="Name">Path; empty where there is none.</param>
/// <param name="Data">Bytes written or said; the new path of a renamed file.</param>
internal sealed record DiskEvent(int Process, DiskEventKind Kind, ulong At, ulong File, ulong Offset, string Name, byte[] Data);

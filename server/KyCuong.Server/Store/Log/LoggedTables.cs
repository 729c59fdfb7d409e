using System.Collections.Frozen;
using KyCuong.Server.Store.Rows;

namespace KyCuong.Server.Store.Log;

/// <summary>
/// Which tables the log keeps row by row: all that people or an operator change. Of the rest, what came from kiosks and imports is
/// logged as it came in, and what is derived from that the verifier works out and compares.
/// </summary>
internal static class LoggedTables
{
    // taps, kiosk_events, imported_taps: logged as they come in. journals, journal_gaps: follow from those.
    // resolved_taps, unresolved_taps, badgeless_taps: derived. erased_entries: a tombstone vouches for them, and the runs they came with.
    private static readonly FrozenSet<Type> Others = new[]
    {
        typeof(TapRow), typeof(KioskEventRow), typeof(ImportedTapRow), typeof(JournalRow), typeof(JournalGapRow),
        typeof(ResolvedTapRow), typeof(UnresolvedTapRow), typeof(BadgelessTapRow), typeof(LogEntryRow), typeof(ErasedEntryRow), typeof(ErasingRow),
    }.ToFrozenSet();

    // What the server notes of itself many times an hour, and what differs between two copies of the same fact. The verifier holds known_until_us,
    // which decides what is final, against the journal (JournalWriter.SaveKnown).
    private static readonly FrozenSet<(string Table, string Column)> Unlogged = new[]
    {
        ("agencies", "roster_version"),
        ("kiosks", "quarantined"), ("kiosks", "known_until_us"), ("kiosks", "seen_us"), ("kiosks", "software"),
        ("journal_conflicts", "received_us"),
    }.ToFrozenSet();

    /// <summary>True when each row of it is logged.</summary>
    public static bool Has(Type row) => !Others.Contains(row);

    /// <summary>True when a column is part of what is logged.</summary>
    public static bool Has(string table, string column) => !Unlogged.Contains((table, column));
}

using KyCuong.Protos;

namespace KyCuong.Server.Store.Log;

/// <summary>What is to be entered in the log with the transaction that does it.</summary>
/// <param name="Kind">What it says.</param>
/// <param name="AgencyId">Agency; 0: of none.</param>
/// <param name="Subject">A table, or <see cref="JournalEntries"/>.</param>
/// <param name="Key">Which row, or which entries (server/manual/log.md).</param>
/// <param name="Digest">Of the content; zeros where there is none.</param>
/// <param name="Salt">16 bytes that the digest of a row begins with, so that nobody guesses content from it; none: unsalted.</param>
public readonly record struct LogRecord(LogKind Kind, long AgencyId, string Subject, string Key, Digest Digest, byte[] Salt)
{
    /// <summary>The subject of what came from kiosks.</summary>
    public const string JournalEntries = "journal_entries";
}

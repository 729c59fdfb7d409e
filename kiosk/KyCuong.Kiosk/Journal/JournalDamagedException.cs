namespace KyCuong.Kiosk.Journal;

/// <summary>What lies in the journal's file is not what was written, or cannot be read: the file is to be put aside.</summary>
/// <param name="message">What, one sentence.</param>
/// <param name="cause">What SQLite said.</param>
public sealed class JournalDamagedException(string message, Exception cause) : Exception(message, cause);

namespace KyCuong.Kiosk.Journal;

/// <summary>The journal cannot take entries now: nothing was kept of what was to be appended, nobody may be shown green.</summary>
public sealed class JournalOutOfServiceException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>The run has its stop entry already; nothing is appended after it.</summary>
public sealed class JournalEndedException() : Exception("The journal's run has ended.");

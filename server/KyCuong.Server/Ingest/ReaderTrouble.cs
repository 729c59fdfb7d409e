using KyCuong.Protos.Journal;
using KyCuong.Rules;

namespace KyCuong.Server.Ingest;

/// <summary>Something at a reader that kept a badge from being taken. Whose badge it was is not known.</summary>
/// <param name="At">When, on the clock of the tap it stands beside.</param>
/// <param name="Reader">The reader's id at its kiosk.</param>
/// <param name="What">A <see cref="RefusedReadEntry"/>, <see cref="ReaderFaultEntry"/> or <see cref="ReaderRecoveryEntry"/>.</param>
internal sealed record ReaderTrouble(Instant At, string Reader, EntryBody What)
{
    /// <summary>What an entry says of this; null: it is about something else.</summary>
    public static ReaderTrouble? Of(Instant at, EntryBody body) => body switch
    {
        RefusedReadEntry refused => new ReaderTrouble(at, refused.Reader, refused),
        ReaderFaultEntry fault => new ReaderTrouble(at, fault.Reader, fault),
        ReaderRecoveryEntry recovery => new ReaderTrouble(at, recovery.Reader, recovery),
        _ => null,
    };
}

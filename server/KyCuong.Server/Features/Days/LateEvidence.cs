using KyCuong.Rules;
using KyCuong.Server.Ingest;

namespace KyCuong.Server.Features.Days;

/// <summary>
/// What stands beside a late arrival for people to decide by; it changes no verdict. Nobody knows whose a refused read was.
/// </summary>
/// <param name="Late">The arrival.</param>
/// <param name="Troubles">Of the tap's kiosk, in the two minutes before the tap, in order.</param>
/// <param name="Queue">The queue at the tap's reader that had begun while the person would have been in time; null: none.</param>
internal sealed record LateEvidence(LateTap Late, IReadOnlyList<ReaderTrouble> Troubles, QueuedArrival? Queue)
{
    /// <summary>There is nothing to tell.</summary>
    public bool IsEmpty => Troubles.Count == 0 && Queue is null;

    /// <summary>Those at the reader of the tap.</summary>
    public IEnumerable<ReaderTrouble> SameReader => Troubles.Where(trouble => trouble.Reader == Late.Tap.Reader);

    /// <summary>Those at other readers of the kiosk.</summary>
    public IEnumerable<ReaderTrouble> OtherReaders => Troubles.Where(trouble => trouble.Reader != Late.Tap.Reader);

    /// <summary>What stands beside the late arrivals of a verdict, by session; those without anything are left out.</summary>
    public static IReadOnlyList<LateEvidence> Of(ShiftVerdict verdict, TroubleBefore troubles, QueueBook queues) =>
        [.. LateTap.Of(verdict).Select(late => new LateEvidence(late, troubles.Of(late.Tap), queues.Of(late))).Where(evidence => !evidence.IsEmpty)];
}

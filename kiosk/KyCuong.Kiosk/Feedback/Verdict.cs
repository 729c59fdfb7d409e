namespace KyCuong.Kiosk.Feedback;

/// <summary>What the officer at the gate is told. A closed list.</summary>
public enum VerdictKind
{
    /// <summary>Recorded; the badge is a known person's.</summary>
    Accepted,

    /// <summary>Recorded; no roster has come yet, so nobody can be named.</summary>
    AcceptedWithoutRoster,

    /// <summary>Recorded; the roster does not know the badge.</summary>
    UnknownBadge,

    /// <summary>Recorded; the badge is lost, returned, damaged, revoked or out of its time.</summary>
    BlockedBadge,

    /// <summary>Recorded; several badges could be meant, so nobody is named.</summary>
    AmbiguousBadge,

    /// <summary>Read badly or no badge; present it again.</summary>
    Refused,

    /// <summary>A citizen ID card was shown; nothing of it was kept.</summary>
    NationalId,

    /// <summary>The reader does not work.</summary>
    ReaderFault,

    /// <summary>The reader works again.</summary>
    ReaderRecovered,

    /// <summary>Not recorded: the journal takes nothing.</summary>
    OutOfService,

    /// <summary>The server retired this kiosk.</summary>
    Retired,
}

/// <summary>One verdict. Immutable.</summary>
/// <param name="Kind">Which.</param>
/// <param name="Reader">At which reader; empty for the whole kiosk.</param>
/// <param name="AtUs">When, µs since 1970, as well as it is known.</param>
/// <param name="Unsent">Entries not yet on the server.</param>
/// <param name="Name">Of the person, for <see cref="VerdictKind.Accepted"/>.</param>
/// <param name="Unit">Of the person.</param>
public sealed record Verdict(VerdictKind Kind, string Reader, long AtUs, ulong Unsent, string? Name = null, string? Unit = null);

/// <summary>The one seam to screen, lights and sound. Show returns at once, whatever it drives; newer verdicts win over older ones not yet shown.</summary>
public interface IFeedback
{
    /// <summary>Tells the officer. Any thread.</summary>
    public void Show(Verdict verdict);
}

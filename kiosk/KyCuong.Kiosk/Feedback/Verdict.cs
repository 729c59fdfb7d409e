namespace KyCuong.Kiosk.Feedback;

/// <summary>What the officer at the gate is told. A closed list.</summary>
public enum VerdictKind
{
    /// <summary>Recorded; the badge is a known person's.</summary>
    Accepted,

    /// <summary>Recorded; the shift's first tap, in time.</summary>
    OnTime,

    /// <summary>Recorded; for certain the shift's first tap, and late.</summary>
    Late,

    /// <summary>Recorded at a reader for going out.</summary>
    Left,

    /// <summary>Recorded again, moments after a tap that counts.</summary>
    Repeat,

    /// <summary>Recorded; no roster has come yet, so nobody can be named.</summary>
    AcceptedWithoutRoster,

    /// <summary>Recorded; the roster does not know the badge.</summary>
    UnknownBadge,

    /// <summary>Recorded; the badge is reported lost.</summary>
    LostBadge,

    /// <summary>Recorded; the badge is returned, damaged, revoked or out of its time.</summary>
    BlockedBadge,

    /// <summary>Recorded; several badges could be meant, so nobody is named.</summary>
    AmbiguousBadge,

    /// <summary>Read badly or no badge; present it again.</summary>
    Refused,

    /// <summary>A citizen ID card was shown; nothing of it was kept.</summary>
    NationalId,

    /// <summary>Two cards were presented together and it cannot be said whose tap it is; present one.</summary>
    TwoCards,

    /// <summary>Recorded; a staff code was entered while the server could not be asked, so nobody is named.</summary>
    Claimed,

    /// <summary>The server refused a staff code and its PIN.</summary>
    WrongPin,

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
/// <param name="Reader">At which reader; <c>keypad</c> where a staff code was entered; empty for the whole kiosk.</param>
/// <param name="AtUs">When, µs since 1970, as well as it is known.</param>
/// <param name="Unsent">Entries before this one that are not yet on the server.</param>
/// <param name="Name">Of the person, when one is known.</param>
/// <param name="Unit">Of the person.</param>
/// <param name="LateMinutes">Of <see cref="VerdictKind.Late"/>; else 0.</param>
/// <param name="PersonId">Of the person; 0 when nobody is named.</param>
/// <param name="Photo">Of the person: the portrait's SHA-256, small hexadecimal digits; null for none.</param>
/// <param name="EarlierUs">Of <see cref="VerdictKind.Repeat"/>: the tap that counts, µs since 1970; else null.</param>
public sealed record Verdict(VerdictKind Kind, string Reader, long AtUs, ulong Unsent, string? Name = null, string? Unit = null, int LateMinutes = 0, long? EarlierUs = null,
    ulong PersonId = 0, string? Photo = null);

/// <summary>The one seam to screen, lights and sound. Show returns at once, whatever it drives; newer verdicts win over older ones not yet shown.</summary>
public interface IFeedback
{
    /// <summary>Tells the officer. Any thread.</summary>
    public void Show(Verdict verdict);
}

using KyCuong.Kiosk.Feedback;

namespace KyCuong.Kiosk.Screen;

/// <summary>How the agency wants verdicts shown. Immutable.</summary>
/// <param name="Zone">Its time zone.</param>
/// <param name="Discreet">"Kín đáo": the same neutral panel and sound for everyone; nobody behind in the queue learns who is late.</param>
/// <param name="Speak">The verdict is spoken as well.</param>
/// <param name="Show">How long a panel stays.</param>
public sealed record PanelRules(TimeZoneInfo Zone, bool Discreet, bool Speak, TimeSpan Show);

/// <summary>A verdict as the page shows it. Pure.</summary>
public static class PanelText
{
    /// <summary>The panel; null for what the idle view shows instead (a reader's fault, the kiosk's retirement).</summary>
    /// <param name="id">Of the panel.</param>
    /// <param name="verdict">What to show.</param>
    /// <param name="rules">The agency's wishes.</param>
    public static Panel? Of(long id, Verdict verdict, PanelRules rules)
    {
        if (Look(verdict.Kind) is not var (tone, sound)) return null;
        var title = VerdictText.Title(verdict, rules.Zone);
        if (rules.Discreet && verdict.Name is not null)
        {
            (tone, sound) = (Tone.Plain, Sound.Accepted);
            if (verdict.Kind != VerdictKind.Repeat) title = VerdictText.Title(verdict with { Kind = VerdictKind.Accepted }, rules.Zone);
        }

        return new Panel(
            id, tone, title, verdict.Name, verdict.Unit, Initial(verdict.Name), verdict.Photo is { } photo ? "/photo/" + photo : null, VerdictText.Clock(verdict.AtUs, "HH:mm:ss", rules.Zone),
            sound, rules.Speak ? title : null, (int)rules.Show.TotalMilliseconds);
    }

    private static (Tone Tone, Sound Sound)? Look(VerdictKind kind) => kind switch
    {
        VerdictKind.OnTime or VerdictKind.Accepted or VerdictKind.Left => (Tone.Good, Sound.Accepted),
        VerdictKind.Repeat or VerdictKind.AcceptedWithoutRoster or VerdictKind.Claimed => (Tone.Plain, Sound.Accepted),
        VerdictKind.Late => (Tone.Late, Sound.Late),
        VerdictKind.UnknownBadge or VerdictKind.LostBadge or VerdictKind.BlockedBadge or VerdictKind.AmbiguousBadge
            or VerdictKind.Refused or VerdictKind.NationalId or VerdictKind.TwoCards or VerdictKind.WrongPin or VerdictKind.OutOfService => (Tone.Bad, Sound.Refused),
        VerdictKind.ReaderFault or VerdictKind.ReaderRecovered or VerdictKind.Retired => null,
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "This verdict has no look."),
    };

    /// <summary>Vietnamese names end with the given name, by which people are called.</summary>
    private static string? Initial(string? name)
    {
        var given = name?.Split(' ', StringSplitOptions.RemoveEmptyEntries).LastOrDefault();
        return given is null ? null : System.Globalization.StringInfo.GetNextTextElement(given).ToUpperInvariant();
    }
}

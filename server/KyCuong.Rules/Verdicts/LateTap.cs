namespace KyCuong.Rules;

/// <summary>The tap by which somebody came late to a session, also where so much lateness makes it absence.</summary>
/// <param name="Session">Index in <see cref="ShiftVerdict.Sessions"/>.</param>
/// <param name="Limit">The last instant that was on time for this person.</param>
/// <param name="Minutes">Of the finding, floored; where it is absence, from the start of what was due.</param>
public readonly record struct LateTap(int Session, Tap Tap, Instant Limit, int Minutes)
{
    /// <summary>The late arrivals of a verdict by session; each rests on one tap.</summary>
    public static IEnumerable<LateTap> Of(ShiftVerdict verdict)
    {
        for (int i = 0; i < verdict.Sessions.Count; i++)
        {
            var session = verdict.Sessions[i];
            if (session.In is not { } arrival || session.LateLimit is not { } limit || arrival <= limit || (session.LateMinutes == 0 && !session.Absent))
                continue;
            // The first tap of the event at its instant is the one that was judged.
            foreach (var tap in verdict.Taps)
            {
                if (tap.Event < 0 || tap.Tap.At != arrival)
                    continue;
                yield return new LateTap(i, tap.Tap, limit, session.LateMinutes > 0 ? session.LateMinutes : SinceDue(session, arrival));
                break;
            }
        }
    }

    private static int SinceDue(SessionVerdict session, Instant arrival) => KyCuong.Rules.Minutes.Floor(arrival.Micros - session.Due[0].Start.Micros);
}

using KyCuong.Rules;

namespace KyCuong.Server.Features.Days;

/// <summary>Why a session counts as absence: an officer who did tap asks first of all.</summary>
internal static class AbsenceSentence
{
    /// <summary>The reason in a sentence.</summary>
    public static string Of(ShiftVerdict verdict, SessionVerdict session, DayWords words)
    {
        var schedule = verdict.Schedule!;
        if (verdict.HandKept) return DayText.Get("absent.handKept");
        if (session.In is { } arrival && schedule.AbsentAfterLateMinutes is { } most && session.Due.Count > 0 && arrival.Micros > session.Due[0].Start.Micros + (most * Instant.PerMinute))
            return DayText.Get("absent.late", words.Second(arrival, verdict.Date), most);
        var used = verdict.Taps.Any(tap => tap.Use is TapUse.Arrival or TapUse.Departure);
        if (used && schedule.AbsentBelowMinutes is { } least && verdict.Sessions.All(one => one.Due.Count == 0 || one.Absent))
            return DayText.Get("absent.belowThreshold", verdict.WorkedMinutes, least);
        if (used && schedule.Taps == TapMode.FirstLast) return DayText.Get("absent.untouched");
        return DayText.Get("absent.noTap");
    }
}

namespace KyCuong.Rules;

/// <summary>
/// Ra ngoài trong giờ. "A pair out → in wholly inside due time is time outside; without a pass it is a finding if the schedule
/// says outsCount." A pass has cut due time already.
/// </summary>
internal static class TimeOutside
{
    public static void Apply(ShiftWork work, int index)
    {
        if (!work.Schedule.OutsCount || work.Sessions[index].Absent)
            return;
        ref readonly var session = ref work.Sessions[index];
        for (int i = 0; i + 1 < work.EventCount; i++)
        {
            ref readonly var left = ref work.Events[i];
            ref readonly var back = ref work.Events[i + 1];
            if (!left.IsOut || !back.IsIn || left.Use == TapUse.Departure || back.Use == TapUse.Arrival)
                continue;
            for (int part = session.PartFrom; part < session.PartFrom + session.PartCount; part++)
                if (work.Parts[part].Start <= left.Last && back.First <= work.Parts[part].End && Minutes.Floor(back.First - left.Last) is > 0 and var minutes)
                    work.Find(FindingKind.TimeOutside, index, minutes, work.Settled(back), open: work.Settled(back) > back.First, since: left.Last);
        }
    }
}

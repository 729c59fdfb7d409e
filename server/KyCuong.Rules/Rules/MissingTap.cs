namespace KyCuong.Rules;

/// <summary>
/// Thiếu lượt quẹt. "Missing arrival or departure is a finding of its own, never an invented time; it sits on its session, in
/// firstLast on the first or last due session." Nobody misses a tap before the moment it was due.
/// </summary>
internal static class MissingTap
{
    public static void Apply(ShiftWork work, int index)
    {
        ref var session = ref work.Sessions[index];
        if (session.OwnEvents == 0 || session.Absent)
            return;
        if (session.AsksArrival && session.Arrival < 0 && work.Now > session.Due.Start)
        {
            session.MissingIn = true;
            work.Find(FindingKind.MissingArrival, index, 0, work.Closes, open: true);
        }
        if (session.AsksDeparture && session.Departure < 0 && work.Now > session.Due.End)
        {
            session.MissingOut = true;
            work.Find(FindingKind.MissingDeparture, index, 0, work.Closes, open: true);
        }
    }
}

namespace KyCuong.Rules;

/// <summary>Leave first: what leave, trips, passes and reductions leave of each session.</summary>
internal static class DueParts
{
    public static void Apply(ShiftWork work)
    {
        (work.FirstDue, work.LastDue) = (-1, -1);
        if (work.CutCount > 1)
            work.Cuts.AsSpan(0, work.CutCount).Sort(static (a, b) => (a.Start, a.End).CompareTo((b.Start, b.End)));
        for (int i = 0; i < work.SessionCount; i++)
        {
            ref var session = ref work.Sessions[i];
            session.PartFrom = work.PartCount;
            if (work.CutCount == 0)
                work.AddPart(session.Whole);
            else
                Cut(work, ref session);
            session.PartCount = work.PartCount - session.PartFrom;
            if (!session.IsDue)
                continue;
            session.Due = new Stretch(work.Parts[session.PartFrom].Start, work.Parts[work.PartCount - 1].End);
            if (work.FirstDue < 0) work.FirstDue = i;
            work.LastDue = i;
        }
    }

    private static void Cut(ShiftWork work, ref SessionWork session)
    {
        long from = session.Whole.Start, most = 0;
        for (int i = 0; i < work.CutCount; i++)
        {
            var cut = work.Cuts[i];
            var hit = session.Whole.Within(cut.Start.Micros, cut.End.Micros);
            if (hit.Length == 0)
                continue;
            if (hit.Start > from)
                work.AddPart(new Stretch(from, hit.Start));
            if (hit.End > from)
            {
                session.LeaveMicros += hit.End - Math.Max(from, hit.Start);
                from = hit.End;
            }
            // A reduction's reason is health data: it shortens the session but is not shown as what cuts it.
            if (cut.Kind != LeaveKind.Reduction && hit.Length > most)
                (session.Leave, session.HasLeave, most) = (cut.Kind, true, hit.Length);
        }
        if (from < session.Whole.End)
            work.AddPart(new Stretch(from, session.Whole.End));
    }
}

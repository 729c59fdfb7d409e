namespace KyCuong.Rules;

/// <summary>How two entries of one person stand to each other.</summary>
public enum LeaveRelation : byte
{
    /// <summary>Both may stand as they are.</summary>
    Apart,
    /// <summary>They give different reasons for time that may be the same: the later entered counts.</summary>
    Overlapping,
    /// <summary>The same reduction twice on a date: it would be added up.</summary>
    ReductionTwice,
}

/// <summary>Finds entries that speak of the same time. Pure.</summary>
public static class LeaveConflict
{
    /// <summary>
    /// The relation, symmetric. A notice cuts nothing and a reduction is taken from what leave leaves, so neither
    /// contradicts leave; two entries of the same kind only cover more together.
    /// </summary>
    public static LeaveRelation Between(LeaveEntry a, LeaveEntry b)
    {
        if (a.From > b.To || b.From > a.To || a.Kind == LeaveKind.LateNotice || b.Kind == LeaveKind.LateNotice)
            return LeaveRelation.Apart;
        if (a.Part.IsReduction || b.Part.IsReduction)
            return a.Part == b.Part ? LeaveRelation.ReductionTwice : LeaveRelation.Apart;
        return a.Kind != b.Kind && MayMeet(a.Part, b.Part) ? LeaveRelation.Overlapping : LeaveRelation.Apart;
    }

    /// <summary>Whether the parts can share time on a date. Where a half day ends depends on the hours, so hours may meet either half.</summary>
    private static bool MayMeet(LeavePart a, LeavePart b)
    {
        if (a.Kind == LeavePartKind.Times && b.Kind == LeavePartKind.Times)
            return Within(a.Start, b) || Within(b.Start, a);
        return a.Kind == b.Kind || a.Kind is LeavePartKind.Day or LeavePartKind.Times || b.Kind is LeavePartKind.Day or LeavePartKind.Times;
    }

    private static bool Within(TimeOnly time, LeavePart part) =>
        part.Start < part.End ? part.Start <= time && time < part.End : part.Start <= time || time < part.End;
}

namespace KyCuong.Rules;

/// <summary>Why a schedule cannot be used. Session and value say where.</summary>
public enum ScheduleProblemKind
{
    /// <summary>No session, or more than <see cref="ScheduleLimits.Sessions"/>.</summary>
    SessionCount,
    /// <summary>A session overlaps the one before it, or the shift is longer than a day.</summary>
    SessionsOverlap,
    /// <summary>No day of the week.</summary>
    NoDays,
    /// <summary>Ends before it begins.</summary>
    Dates,
    /// <summary>A number is negative or past its bound.</summary>
    OutOfRange,
    /// <summary>A second version of the code is in force on the same dates.</summary>
    VersionsOverlap,
    /// <summary>Dates between two versions of a code without either.</summary>
    Hole,
}

/// <summary>One problem: which schedule, which session (null: the whole), which field, and the value.</summary>
public sealed record ScheduleProblem(ScheduleProblemKind Kind, string Code, int? Session, string Field, string Value);

/// <summary>Checks a schedule before it is stored.</summary>
public static class ScheduleCheck
{
    /// <summary>All problems of one version; empty when it can be used.</summary>
    public static IReadOnlyList<ScheduleProblem> Problems(WorkSchedule schedule)
    {
        var found = new List<ScheduleProblem>();
        void Add(ScheduleProblemKind kind, string field, object value, int? session = null) =>
            found.Add(new ScheduleProblem(kind, schedule.Code, session, field, Convert.ToString(value, System.Globalization.CultureInfo.InvariantCulture) ?? ""));

        if (schedule.Sessions.Count is 0 or > ScheduleLimits.Sessions)
            Add(ScheduleProblemKind.SessionCount, "sessions", schedule.Sessions.Count);
        else
            Overlaps(schedule, found);
        if (schedule.Days == Weekdays.None)
            Add(ScheduleProblemKind.NoDays, "days", "");
        if (schedule.To is { } to && to < schedule.From)
            Add(ScheduleProblemKind.Dates, "to", to.ToString("O", System.Globalization.CultureInfo.InvariantCulture));
        Range("opensBeforeMinutes", schedule.OpensBeforeMinutes, ScheduleLimits.WindowMinutes);
        Range("closesAfterMinutes", schedule.ClosesAfterMinutes, ScheduleLimits.WindowMinutes);
        Range("repeatSeconds", schedule.RepeatSeconds, ScheduleLimits.RepeatSeconds);
        Range("lateGraceMinutes", schedule.LateGraceMinutes, ScheduleLimits.GraceMinutes);
        Range("earlyGraceMinutes", schedule.EarlyGraceMinutes, ScheduleLimits.GraceMinutes);
        Range("absentAfterLateMinutes", schedule.AbsentAfterLateMinutes, ScheduleLimits.GraceMinutes);
        Range("partialBelowMinutes", schedule.PartialBelowMinutes, ScheduleLimits.GraceMinutes);
        Range("absentBelowMinutes", schedule.AbsentBelowMinutes, ScheduleLimits.GraceMinutes);
        return found;

        void Range(string field, int? value, int most)
        {
            if (value is { } number && (number < 0 || number > most))
                Add(ScheduleProblemKind.OutOfRange, field, number);
        }
    }

    private static void Overlaps(WorkSchedule schedule, List<ScheduleProblem> found)
    {
        var offsets = schedule.Offsets();
        for (int i = 0; i < offsets.Length; i++)
            if (offsets[i].End - offsets[0].Start > ScheduleLimits.ShiftMinutes)
            {
                found.Add(new ScheduleProblem(ScheduleProblemKind.SessionsOverlap, schedule.Code, i, "sessions", $"{schedule.Sessions[i].Start:HH\\:mm}-{schedule.Sessions[i].End:HH\\:mm}"));
                return;
            }
    }

    /// <summary>Problems between the versions of one code: overlapping dates, holes.</summary>
    public static IReadOnlyList<ScheduleProblem> Versions(IEnumerable<WorkSchedule> versions)
    {
        var found = new List<ScheduleProblem>();
        WorkSchedule? before = null;
        foreach (var version in versions.OrderBy(version => version.From))
        {
            if (before is not null)
            {
                string dates = $"{version.From:yyyy-MM-dd}";
                if (before.To is not { } to || to >= version.From)
                    found.Add(new ScheduleProblem(ScheduleProblemKind.VersionsOverlap, version.Code, null, "from", dates));
                else if (to.AddDays(1) < version.From)
                    found.Add(new ScheduleProblem(ScheduleProblemKind.Hole, version.Code, null, "from", dates));
            }
            before = version;
        }
        return found;
    }
}

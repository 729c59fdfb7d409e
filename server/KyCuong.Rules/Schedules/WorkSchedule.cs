namespace KyCuong.Rules;

/// <summary>Where taps are expected.</summary>
public enum TapMode : byte
{
    /// <summary>At both ends of each session.</summary>
    EverySession,
    /// <summary>At both ends of the shift; what lies between is not checked.</summary>
    FirstLast,
}

/// <summary>What counts once the grace is exceeded.</summary>
public enum GraceCounts : byte
{
    /// <summary>The whole lateness.</summary>
    Whole,
    /// <summary>What exceeds the grace.</summary>
    Beyond,
}

/// <summary>Whether a schedule is due on public holidays.</summary>
public enum HolidayRule : byte
{
    Off,
    Worked,
}

/// <summary>One session (buổi) by the clock. An end at or before the start lies on the next day.</summary>
public readonly record struct SessionTimes(TimeOnly Start, TimeOnly End);

/// <summary>One version of a schedule: the hours of a kind of day, in force <see cref="From"/>–<see cref="To"/> (both inclusive). Immutable.</summary>
public sealed record WorkSchedule
{
    public required string Code { get; init; }
    public string Name { get; init; } = "";
    public DateOnly From { get; init; } = DateOnly.MinValue;
    /// <summary>Last date in force; null: open.</summary>
    public DateOnly? To { get; init; }
    /// <summary>In order. A session that starts before the one before it ends lies on the next day.</summary>
    public required IReadOnlyList<SessionTimes> Sessions { get; init; }
    public Weekdays Days { get; init; } = Weekdays.WorkWeek;
    public HolidayRule Holidays { get; init; } = HolidayRule.Off;
    public TapMode Taps { get; init; } = TapMode.EverySession;
    /// <summary>Minutes; null: lateness is not judged.</summary>
    public int? LateGraceMinutes { get; init; } = 0;
    /// <summary>Minutes; null: early departure is not judged.</summary>
    public int? EarlyGraceMinutes { get; init; } = 0;
    public GraceCounts GraceCounts { get; init; } = GraceCounts.Whole;
    /// <summary>The tap window opens this long before the first session.</summary>
    public int OpensBeforeMinutes { get; init; } = 120;
    /// <summary>The tap window closes this long after the last session.</summary>
    public int ClosesAfterMinutes { get; init; } = 240;
    /// <summary>Taps within this time of an event's first tap belong to it; 0: never merged.</summary>
    public int RepeatSeconds { get; init; } = 120;
    /// <summary>A session entered more than this late is absence; null: off.</summary>
    public int? AbsentAfterLateMinutes { get; init; }
    /// <summary>A shift with less work than this is partial; null: off.</summary>
    public int? PartialBelowMinutes { get; init; }
    /// <summary>A shift with less work than this is absence; null: off.</summary>
    public int? AbsentBelowMinutes { get; init; }
    /// <summary>Whether time outside during a session without a pass is a finding.</summary>
    public bool OutsCount { get; init; }

    public bool InForce(DateOnly date) => From <= date && (To is not { } to || date <= to);

    /// <summary>
    /// Whether it asks for a date (design section 6, calendar): holidays as the schedule says; else the pattern of the day of
    /// the week, on a worked swap day that of the day replaced.
    /// </summary>
    public bool IsDue(CalendarDay day) => (!day.IsOff || Holidays == HolidayRule.Worked) && Days.Contains(day.Pattern);

    /// <summary>Sessions as minutes from the midnight that begins the shift's date; past midnight they exceed 1440.</summary>
    public (int Start, int End)[] Offsets()
    {
        var offsets = new (int Start, int End)[Sessions.Count];
        int previousEnd = 0;
        for (int i = 0; i < offsets.Length; i++)
        {
            int start = Minutes(Sessions[i].Start), end = Minutes(Sessions[i].End);
            if (end <= start) end += ScheduleLimits.MinutesPerDay;
            while (start < previousEnd)
                (start, end) = (start + ScheduleLimits.MinutesPerDay, end + ScheduleLimits.MinutesPerDay);
            offsets[i] = (start, end);
            previousEnd = end;
        }
        return offsets;
    }

    private static int Minutes(TimeOnly time) => (time.Hour * 60) + time.Minute;
}

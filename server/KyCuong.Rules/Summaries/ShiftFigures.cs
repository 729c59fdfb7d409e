namespace KyCuong.Rules;

/// <summary>
/// What a summary needs of one shift: figures only, no lists, so that a month of ten thousand people is judged without
/// making an explanation for each. Only final findings are counted; what is still open stands in the two pending numbers.
/// </summary>
public record struct ShiftFigures
{
    public long Staff { get; set; }
    public long Unit { get; set; }
    public DateOnly Date { get; set; }
    /// <summary>The version in force; null: unscheduled.</summary>
    public WorkSchedule? Schedule { get; set; }
    public ShiftState State { get; set; }
    public bool Final { get; set; }
    public bool Unscheduled { get; set; }
    /// <summary>Sessions as scheduled.</summary>
    public int Sessions { get; set; }
    /// <summary>Sessions with something left to keep after leave.</summary>
    public int DueSessions { get; set; }
    public int AttendedSessions { get; set; }
    /// <summary>Absent without leave, final.</summary>
    public int AbsentSessions { get; set; }
    /// <summary>Absent, and the explanation was accepted.</summary>
    public int ExcusedAbsentSessions { get; set; }
    /// <summary>On leave altogether.</summary>
    public int LeaveSessions { get; set; }
    /// <summary>Due sessions of which nothing is known for certain yet, or never will because a device is lost, or absent in an incident.</summary>
    public int PendingSessions { get; set; }
    public int LateTimes { get; set; }
    public int LateMinutes { get; set; }
    public int EarlyTimes { get; set; }
    public int EarlyMinutes { get; set; }
    public int MissingTaps { get; set; }
    public int OutsideTimes { get; set; }
    public int OutsideMinutes { get; set; }
    /// <summary>Final findings of which the explanation was accepted: not among the times above.</summary>
    public int ExcusedFindings { get; set; }
    /// <summary>Final findings in the time of an incident, which nobody has confirmed: not among the times above.</summary>
    public int IncidentFindings { get; set; }
    /// <summary>Due sessions of hand-kept days; not among the due ones above.</summary>
    public int HandKeptSessions { get; set; }
    /// <summary>Of them confirmed as present.</summary>
    public int HandKeptAttended { get; set; }
    /// <summary>Of them confirmed as absent.</summary>
    public int HandKeptAbsent { get; set; }
    /// <summary>Of them still waiting for the timekeeper or the head.</summary>
    public int HandKeptPending { get; set; }
    /// <summary>Findings that something may still change.</summary>
    public int ProvisionalFindings { get; set; }
    /// <summary>1: on the date a tap was made without a badge of one's own, and this is its first shift.</summary>
    public int ForgottenBadge { get; set; }
    public int WorkedMinutes { get; set; }
    public int PresentMinutes { get; set; }
}

/// <summary>Receives the figures of each shift, in order of date.</summary>
public interface IFiguresSink
{
    public void Add(in ShiftFigures shift);
}

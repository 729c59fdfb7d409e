namespace KyCuong.Rules;

/// <summary>Sums of a period: of a person, of a person in a unit, of a unit, of the agency. Mutable; one thread at a time.</summary>
public sealed class PeriodFigures
{
    /// <summary>A work day (ngày công) is counted in sixtieths, so that halves and thirds of it add up exactly.</summary>
    public const int WorkDayParts = 60;

    public long DueSessions { get; private set; }
    public long AttendedSessions { get; private set; }
    public long AbsentSessions { get; private set; }
    public long LeaveSessions { get; private set; }
    public long PendingSessions { get; private set; }
    public long LateTimes { get; private set; }
    public long LateMinutes { get; private set; }
    public long EarlyTimes { get; private set; }
    public long EarlyMinutes { get; private set; }
    public long MissingTaps { get; private set; }
    public long OutsideTimes { get; private set; }
    public long OutsideMinutes { get; private set; }
    public long ProvisionalFindings { get; private set; }
    /// <summary>As in <see cref="ShiftFigures.ExcusedFindings"/>.</summary>
    public long ExcusedFindings { get; private set; }
    /// <summary>As in <see cref="ShiftFigures.IncidentFindings"/>.</summary>
    public long IncidentFindings { get; private set; }
    public long ExcusedAbsentSessions { get; private set; }
    public long HandKeptSessions { get; private set; }
    public long HandKeptAttended { get; private set; }
    public long HandKeptAbsent { get; private set; }
    public long HandKeptPending { get; private set; }
    /// <summary>Dates with a tap made without a badge of one's own.</summary>
    public long ForgottenBadge { get; private set; }
    /// <summary>Dates of people without a schedule: they block closing.</summary>
    public long UnscheduledDays { get; private set; }
    public long WorkedMinutes { get; private set; }
    public long PresentMinutes { get; private set; }
    /// <summary>Work days in sixtieths: each shift is one, shared among its sessions.</summary>
    public long WorkDaySixtieths { get; private set; }

    /// <summary>Ngày công: attended sessions, by taps or confirmed by hand, each as its share of the day.</summary>
    public decimal WorkDays => (decimal)WorkDaySixtieths / WorkDayParts;

    /// <summary>
    /// Attended of the due sessions of which it is known, 0–1; null: none yet. What is still open is no absence, so it does
    /// not lower the rate either.
    /// </summary>
    public double? AttendanceRate => AttendedSessions + AbsentSessions == 0 ? null : (double)AttendedSessions / (AttendedSessions + AbsentSessions);

    /// <summary>Sessions entered on time of those attended, 0–1; null: none attended.</summary>
    public double? PunctualityRate => AttendedSessions == 0 ? null : (double)Math.Max(0, AttendedSessions - LateTimes) / AttendedSessions;

    public void Add(in ShiftFigures shift)
    {
        DueSessions += shift.DueSessions;
        AttendedSessions += shift.AttendedSessions;
        AbsentSessions += shift.AbsentSessions;
        LeaveSessions += shift.LeaveSessions;
        PendingSessions += shift.PendingSessions;
        LateTimes += shift.LateTimes;
        LateMinutes += shift.LateMinutes;
        EarlyTimes += shift.EarlyTimes;
        EarlyMinutes += shift.EarlyMinutes;
        MissingTaps += shift.MissingTaps;
        OutsideTimes += shift.OutsideTimes;
        OutsideMinutes += shift.OutsideMinutes;
        ProvisionalFindings += shift.ProvisionalFindings;
        ExcusedFindings += shift.ExcusedFindings;
        IncidentFindings += shift.IncidentFindings;
        ExcusedAbsentSessions += shift.ExcusedAbsentSessions;
        HandKeptSessions += shift.HandKeptSessions;
        HandKeptAttended += shift.HandKeptAttended;
        HandKeptAbsent += shift.HandKeptAbsent;
        HandKeptPending += shift.HandKeptPending;
        ForgottenBadge += shift.ForgottenBadge;
        WorkedMinutes += shift.WorkedMinutes;
        PresentMinutes += shift.PresentMinutes;
        if (shift.Unscheduled) UnscheduledDays++;
        if (shift.Sessions > 0) WorkDaySixtieths += (long)WorkDayParts * (shift.AttendedSessions + shift.HandKeptAttended) / shift.Sessions;
    }

    public void Add(PeriodFigures other)
    {
        DueSessions += other.DueSessions;
        AttendedSessions += other.AttendedSessions;
        AbsentSessions += other.AbsentSessions;
        LeaveSessions += other.LeaveSessions;
        PendingSessions += other.PendingSessions;
        LateTimes += other.LateTimes;
        LateMinutes += other.LateMinutes;
        EarlyTimes += other.EarlyTimes;
        EarlyMinutes += other.EarlyMinutes;
        MissingTaps += other.MissingTaps;
        OutsideTimes += other.OutsideTimes;
        OutsideMinutes += other.OutsideMinutes;
        ProvisionalFindings += other.ProvisionalFindings;
        ExcusedFindings += other.ExcusedFindings;
        IncidentFindings += other.IncidentFindings;
        ExcusedAbsentSessions += other.ExcusedAbsentSessions;
        HandKeptSessions += other.HandKeptSessions;
        HandKeptAttended += other.HandKeptAttended;
        HandKeptAbsent += other.HandKeptAbsent;
        HandKeptPending += other.HandKeptPending;
        ForgottenBadge += other.ForgottenBadge;
        UnscheduledDays += other.UnscheduledDays;
        WorkedMinutes += other.WorkedMinutes;
        PresentMinutes += other.PresentMinutes;
        WorkDaySixtieths += other.WorkDaySixtieths;
    }
}

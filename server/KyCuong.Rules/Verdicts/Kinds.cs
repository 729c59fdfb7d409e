namespace KyCuong.Rules;

/// <summary>State of a shift: the first that fits, in this order (design section 6).</summary>
public enum ShiftState : byte
{
    /// <summary>Not due that day, or unscheduled.</summary>
    Off,
    /// <summary>On leave in all sessions.</summary>
    Leave,
    /// <summary>No event yet and not final, or the device that may hold it is lost.</summary>
    Pending,
    /// <summary>Absent in all sessions.</summary>
    Absent,
    /// <summary>Absent in some, or leave and absence, or less work than the threshold.</summary>
    Partial,
    Present,
}

public enum FindingKind : byte
{
    LateArrival,
    EarlyDeparture,
    MissingArrival,
    MissingDeparture,
    Absence,
    /// <summary>Out and in again within due time without a pass.</summary>
    TimeOutside,
    /// <summary>What would be another finding, but a lost device may hold the tap that refutes it.</summary>
    DeviceDataMissing,
}

/// <summary>Whether a finding counts.</summary>
public enum FindingStanding : byte
{
    /// <summary>It does, once it is final.</summary>
    Stands,
    /// <summary>Its explanation was accepted.</summary>
    Excused,
    /// <summary>An incident was declared for its time; it counts only when somebody confirms it.</summary>
    InIncident,
}

/// <summary>What a tap was used as.</summary>
public enum TapUse : byte
{
    Arrival,
    Departure,
    /// <summary>Belongs to an event another tap of which was used.</summary>
    Repeat,
    /// <summary>In the window, neither arrival nor departure.</summary>
    Between,
    /// <summary>In no window of the person.</summary>
    Outside,
}

/// <summary>How the direction of an event was found: the steps of design section 6, in order.</summary>
public enum DirectionStep : byte
{
    /// <summary>Not found: outside every window, and nobody said.</summary>
    None,
    /// <summary>1: fixed by the reader.</summary>
    ByReader,
    /// <summary>1: pressed by the person.</summary>
    ByPerson,
    /// <summary>2: at or before the first due start.</summary>
    BeforeStart,
    /// <summary>2: at or after the last due end.</summary>
    AfterEnd,
    /// <summary>3: the only event of the shift; the nearer expected end.</summary>
    OnlyEvent,
    /// <summary>4: in a gap between sessions; the nearer end.</summary>
    InGap,
    /// <summary>5: inside a session; by the event before it.</summary>
    ByPrevious,
}

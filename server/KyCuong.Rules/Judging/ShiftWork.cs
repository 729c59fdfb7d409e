namespace KyCuong.Rules;

/// <summary>Several taps of a person taken together, while a shift is judged.</summary>
internal struct EventWork
{
    /// <summary>Earliest and latest tap: microseconds, index among the shift's taps, uncertainty.</summary>
    public long First, Last, FirstUncertainty, LastUncertainty;
    /// <summary>Any of its taps may have been made as early, as late as this: microseconds.</summary>
    public long Earliest, Latest;
    public int FirstTap, LastTap;
    public TapDirection Direction;
    public DirectionStep Step;
    public bool Inferred;
    /// <summary>The only event; one more anywhere in the shift would turn it round.</summary>
    public bool TurnsAmongOthers;
    public TapUse Use;

    public readonly bool IsIn => Direction == TapDirection.In;
    public readonly bool IsOut => Direction == TapDirection.Out;
}

/// <summary>One session while it is judged.</summary>
internal struct SessionWork
{
    /// <summary>As scheduled.</summary>
    public Stretch Whole;
    /// <summary>From the first due part to the end of the last; meaningful when <see cref="IsDue"/>.</summary>
    public Stretch Due;
    /// <summary>Its due parts in <see cref="ShiftWork.Parts"/>.</summary>
    public int PartFrom, PartCount;
    public long LeaveMicros;
    public LeaveKind Leave;
    public bool HasLeave;
    /// <summary>Events of its own (design section 6).</summary>
    public int OwnEvents;
    /// <summary>Index among the events; −1: none.</summary>
    public int Arrival, Departure;
    /// <summary>This session answers for the arrival, the departure: each does by itself, in first-and-last mode one of the shift.</summary>
    public bool AsksArrival, AsksDeparture;
    public int LateMinutes, EarlyMinutes;
    public bool MissingIn, MissingOut, Absent, NoData, Uncertain;
    /// <summary>Of a hand-kept day: recorded and confirmed.</summary>
    public bool Kept;

    public readonly bool IsDue => PartCount > 0;
}

/// <summary>One finding while a shift is judged.</summary>
internal struct FindingWork
{
    public FindingKind Kind;
    public FindingKind? Instead;
    public int Session, Minutes;
    public long Since;
    /// <summary>Taps up to here could change it.</summary>
    public long Horizon;
    /// <summary>Such a tap can still be made as long as now is not past the horizon.</summary>
    public bool Open;
    public bool Final;
    public FindingStanding Standing;
}

/// <summary>The table on which one shift after another is judged: inputs, then events, sessions, findings. Reused; one thread.</summary>
internal sealed class ShiftWork
{
    // Inputs.
    public WorkSchedule Schedule = null!;
    public long Opens, Closes, Now;
    public long ReductionMicros;
    public KioskKnowledge[] Kiosks = [];
    public LeaveCut[] Cuts = new LeaveCut[8];
    public int CutCount;
    public List<FindingDecision> Decisions = [];
    public List<Incident> Incidents = [];
    public bool HandKept;
    public List<HandKeptMark> Marks = [];
    /// <summary>In the window.</summary>
    public List<WaitingClaim> Claims = [];
    /// <summary>That may have been made in the window.</summary>
    public List<UntimedTap> Untimed = [];

    // Found on the way.
    public EventWork[] Events = new EventWork[16];
    public int EventCount;
    /// <summary>Taps after the window that are repeats of its last event.</summary>
    public int TrailingTaken;
    public SessionWork[] Sessions = new SessionWork[ScheduleLimits.Sessions];
    public int SessionCount;
    public Stretch[] Parts = new Stretch[16];
    public int PartCount;
    public FindingWork[] Findings = new FindingWork[16];
    public int FindingCount;
    /// <summary>First and last session with something due; −1: none.</summary>
    public int FirstDue, LastDue;
    public long WorkedMicros, PresentMicros;
    public bool BelowPartial;
    public bool Final;
    public ShiftState State;

    public bool FirstLast => Schedule.Taps == TapMode.FirstLast;
    public bool AnyDue => FirstDue >= 0;

    public void Start(WorkSchedule schedule, ReadOnlySpan<Stretch> sessions, long opens, long closes, long now, KioskKnowledge[] kiosks)
    {
        (Schedule, Opens, Closes, Now, Kiosks) = (schedule, opens, closes, now, kiosks);
        if (Sessions.Length < sessions.Length)
            Sessions = new SessionWork[sessions.Length];
        SessionCount = sessions.Length;
        for (int i = 0; i < sessions.Length; i++)
            Sessions[i] = new SessionWork { Whole = sessions[i], Arrival = -1, Departure = -1 };
        CutCount = EventCount = PartCount = FindingCount = TrailingTaken = 0;
        ReductionMicros = WorkedMicros = PresentMicros = 0;
        BelowPartial = Final = HandKept = false;
        Decisions.Clear();
        Incidents.Clear();
        Marks.Clear();
        Claims.Clear();
        Untimed.Clear();
    }

    public void AddCut(LeaveCut cut)
    {
        if (CutCount == Cuts.Length) Array.Resize(ref Cuts, CutCount * 2);
        Cuts[CutCount++] = cut;
    }

    public void AddPart(Stretch part)
    {
        if (PartCount == Parts.Length) Array.Resize(ref Parts, PartCount * 2);
        Parts[PartCount++] = part;
    }

    /// <summary>Undoes <see cref="DueParts"/>, before cuts are added that depend on what it found.</summary>
    public void ForgetParts()
    {
        PartCount = 0;
        for (int i = 0; i < SessionCount; i++)
            Sessions[i] = new SessionWork { Whole = Sessions[i].Whole, Arrival = -1, Departure = -1 };
    }

    public ref EventWork AddEvent()
    {
        if (EventCount == Events.Length) Array.Resize(ref Events, EventCount * 2);
        ref var made = ref Events[EventCount++];
        made = default;
        return ref made;
    }

    /// <param name="horizon">Taps up to here could change the finding.</param>
    /// <param name="open">Whether such a tap can also still be made.</param>
    /// <param name="since">When what was found began; asked of time outside only.</param>
    public void Find(FindingKind kind, int session, int minutes, long horizon, bool open, long since = 0)
    {
        if (FindingCount == Findings.Length) Array.Resize(ref Findings, FindingCount * 2);
        Findings[FindingCount++] = new FindingWork { Kind = kind, Session = session, Minutes = minutes, Horizon = horizon, Open = open, Since = since };
    }

    /// <summary>
    /// Until when the direction of an event can still change: a tap within the repeat time joins it, and one whose direction
    /// is recorded gives it that of an event which has none; a lone one may read otherwise among several.
    /// </summary>
    public long Settled(in EventWork one) => one.TurnsAmongOthers ? Closes
        : one.Step is DirectionStep.ByReader or DirectionStep.ByPerson ? one.First : one.First + (Schedule.RepeatSeconds * Instant.PerSecond);

    /// <summary>How much earlier the person may have come than by this event: this or a later one in or undirected may truly be that early, microseconds.</summary>
    public long PerhapsEarlier(int arrival)
    {
        long earliest = Events[arrival].Earliest;
        for (int i = arrival + 1; i < EventCount; i++)
            if (!Events[i].IsOut && Events[i].Earliest < earliest) earliest = Events[i].Earliest;
        return Events[arrival].First - earliest;
    }

    /// <summary>How much later the person may have left than by this event: this or an earlier one out or undirected may truly be that late, microseconds.</summary>
    public long PerhapsLater(int departure)
    {
        long latest = Events[departure].Latest;
        for (int i = departure - 1; i >= 0; i--)
            if (!Events[i].IsIn && Events[i].Latest > latest) latest = Events[i].Latest;
        return latest - Events[departure].Last;
    }

    /// <summary>
    /// From when on a tap could change the finding. A session counts as attended by its own taps alone; anything else may hang on the direction of all that came
    /// before in the shift.
    /// </summary>
    public long ChangeableFrom(in FindingWork finding) =>
        finding.Kind == FindingKind.Absence && !FirstLast && DueBefore(finding.Session) is >= 0 and var before ? Sessions[before].Due.End : Opens;

    /// <summary>The session before or after with something due; −1: none.</summary>
    public int DueBefore(int session)
    {
        do session--; while (session >= 0 && !Sessions[session].IsDue);
        return session;
    }

    public int DueAfter(int session)
    {
        do session++; while (session < SessionCount && !Sessions[session].IsDue);
        return session < SessionCount ? session : -1;
    }
}

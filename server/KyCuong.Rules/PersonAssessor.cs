namespace KyCuong.Rules;

/// <summary>
/// Judges one person after another over a range of dates. Keeps its buffers between calls: make one for each thread and
/// reuse it. Reads no clock: <c>now</c> is an argument.
/// </summary>
public sealed class PersonAssessor(AgencyRules rules)
{
    private readonly ShiftWork _work = new();
    private ShiftSlot[] _slots = new ShiftSlot[64];
    private int _slotCount;
    private (long Unit, DayPlan Plan)[] _days = new (long, DayPlan)[64];
    private int _dayCount;
    private int _near;
    private ShiftPlan[] _ordinary = new ShiftPlan[4];
    private Tap[] _sorted = [];
    private (DateOnly Date, long Micros) _reduced;

    /// <summary>
    /// The instants between which taps have to be handed in for a range of dates: its windows and those of the
    /// neighbouring days that may touch them.
    /// </summary>
    public (Instant From, Instant To) TapRange(DateOnly from, DateOnly to) =>
        (new Instant(rules.Days.Midnight(from.AddDays(-1 - rules.Schedules.Reach))), new Instant(rules.Days.Midnight(to.AddDays(2 + rules.Schedules.Reach))));

    /// <summary>Verdicts with everything an explanation needs, by date and schedule; dates without a posting are left out.</summary>
    /// <param name="taps">Of the person, over <see cref="TapRange"/>; any order.</param>
    /// <param name="now">What "still to come" is measured against.</param>
    public IReadOnlyList<ShiftVerdict> Judge(PersonRecord person, DateOnly from, DateOnly to, ReadOnlySpan<Tap> taps, Instant now)
    {
        taps = Sorted(taps);
        // One day more on either side, so that a tap taken by yesterday's window is not shown as outside today.
        Prepare(person, from, to, rules.Schedules.Reach + 1, taps);
        var verdicts = new List<ShiftVerdict>();
        foreach (var (unit, plan) in _days.AsSpan(0, _dayCount))
        {
            if (plan.Date < from || plan.Date > to)
                continue;
            var outside = Outside(plan, taps);
            if (plan.Shifts.Length == 0)
                verdicts.Add(ShiftJudge.Judge(Inputs(person, unit, plan, null, now, outside)));
            foreach (var shift in plan.Shifts)
            {
                if (!shift.Due)
                {
                    verdicts.Add(ShiftJudge.Judge(Inputs(person, unit, plan, shift, now, outside)));
                }
                else
                {
                    int at = SlotOf(shift);
                    ref readonly var slot = ref _slots[at];
                    Start(person, slot, now);
                    var inputs = Inputs(person, unit, plan, shift, now, outside) with
                    {
                        Sessions = [.. shift.Sessions.Select(session => new DuePart(new Instant(session.Start), new Instant(session.End)))],
                        Window = new DuePart(new Instant(slot.Opens), new Instant(slot.Closes)),
                        Leave = _work.Cuts[.._work.CutCount],
                        ReductionMicros = _work.ReductionMicros,
                        Taps = taps[slot.TapFrom..(slot.TapTo + slot.Trailing)].ToArray(),
                        Kiosks = _work.Kiosks,
                        Decisions = [.. _work.Decisions],
                        Incidents = [.. _work.Incidents],
                        Claims = [.. _work.Claims],
                        Untimed = [.. _work.Untimed],
                        HandKept = person.HandKeptOn(plan.Date),
                        HandKeptMarks = [.. _work.Marks],
                    };
                    verdicts.Add(ShiftJudge.Judge(inputs));
                    // What this shift uses up of the day's reduction is gone for the next one.
                    if (plan.Shifts.Length > 1 && _work.ReductionMicros > 0)
                        Run(slot, taps);
                }
                outside = [];
            }
        }
        return verdicts;
    }

    /// <summary>The same judgement as figures only, handed to <paramref name="sink"/> in order of date. Allocates nothing for a person without leave and own assignments once the buffers have grown.</summary>
    public void Summarise(PersonRecord person, DateOnly from, DateOnly to, ReadOnlySpan<Tap> taps, Instant now, IFiguresSink sink)
    {
        taps = Sorted(taps);
        Prepare(person, from, to, rules.Schedules.Reach, taps);
        for (int day = 0; day < _dayCount; day++)
        {
            var (unit, plan) = _days[day];
            var date = plan.Date;
            if (date < from || date > to)
                continue;
            // A date counts once, with its first shift.
            int badgeless = Badgeless(person, date) ? 1 : 0;
            if (plan.Shifts.Length == 0)
                sink.Add(new ShiftFigures { Staff = person.Staff, Unit = unit, Date = date, Final = true, Unscheduled = true, ForgottenBadge = badgeless });
            foreach (var shift in plan.Shifts)
            {
                if (!shift.Due)
                {
                    sink.Add(new ShiftFigures { Staff = person.Staff, Unit = unit, Date = date, Final = true, Schedule = shift.Schedule, ForgottenBadge = badgeless });
                    badgeless = 0;
                    continue;
                }
                int at = SlotOf(shift);
                ref readonly var slot = ref _slots[at];
                Start(person, slot, now);
                Run(slot, taps);
                sink.Add(FiguresOf.Shift(_work, person.Staff, unit, date) with { ForgottenBadge = badgeless });
                badgeless = 0;
            }
        }
    }

    /// <summary>What gates may say of the person's first tap of a day, over a range of dates, in order (design section 5).</summary>
    public IReadOnlyList<GateSegment> Segments(PersonRecord person, DateOnly from, DateOnly to)
    {
        Prepare(person, from, to, rules.Schedules.Reach, []);
        var segments = new List<GateSegment>();
        for (int i = 0; i < _slotCount; i++)
        {
            ref readonly var slot = ref _slots[i];
            if (slot.Plan.Date < from || slot.Plan.Date > to)
                continue;
            Start(person, slot, default);
            DueParts.Apply(_work);
            GateSegments.Add(_work, segments);
        }
        return segments;
    }

    private static bool Badgeless(PersonRecord person, DateOnly date)
    {
        for (int i = 0; i < person.BadgelessDates.Count; i++)
            if (person.BadgelessDates[i] == date)
                return true;
        return false;
    }

    /// <summary>Finds the due shifts of the range and beside it, trims their windows and gives each its taps.</summary>
    private void Prepare(PersonRecord person, DateOnly from, DateOnly to, int reach, ReadOnlySpan<Tap> taps)
    {
        (_slotCount, _dayCount, _near, _reduced) = (0, 0, 0, default);
        for (var date = from.AddDays(-reach); date <= to.AddDays(reach); date = date.AddDays(1))
        {
            if (person.On(date) is not { } posting)
                continue;
            var plan = rules.Days.Of(person.Staff, posting.Unit, date);
            if (_dayCount == _days.Length) Array.Resize(ref _days, _dayCount * 2);
            _days[_dayCount++] = (posting.Unit, plan);
            foreach (var shift in plan.Shifts)
                if (shift.Due)
                    Add(new ShiftSlot { Plan = shift, Unit = posting.Unit, Opens = shift.Opens, Closes = shift.Closes });
        }
        var slots = _slots.AsSpan(0, _slotCount);
        Windows.Trim(slots);
        Distribute(slots, taps);
    }

    private int SlotOf(ShiftPlan shift)
    {
        for (int i = 0; i < _slotCount; i++)
            if (ReferenceEquals(_slots[(_near + i) % _slotCount].Plan, shift))
                return _near = (_near + i) % _slotCount;
        throw new InvalidOperationException($"The shift {shift.Schedule.Code} of {shift.Date:yyyy-MM-dd} was not prepared.");
    }

    private void Add(ShiftSlot slot)
    {
        if (_slotCount == _slots.Length) Array.Resize(ref _slots, _slotCount * 2);
        int at = _slotCount++;
        for (; at > 0 && _slots[at - 1].Plan.Start > slot.Plan.Start; at--)
            _slots[at] = _slots[at - 1];
        _slots[at] = slot;
    }

    private void Distribute(Span<ShiftSlot> slots, ReadOnlySpan<Tap> taps)
    {
        int from = 0, consumed = 0;
        for (int i = 0; i < slots.Length; i++)
        {
            ref var slot = ref slots[i];
            while (from < taps.Length && (taps[from].At.Micros < slot.Opens || from < consumed)) from++;
            int to = from;
            while (to < taps.Length && taps[to].At.Micros <= slot.Closes) to++;
            (slot.TapFrom, slot.TapTo, slot.Trailing) = (from, to, 0);
            if (slot.Adjoins && to > from && to < taps.Length)
            {
                slot.Trailing = Repeats(slot, taps[from..], to - from);
                consumed = to + slot.Trailing;
            }
        }
    }

    /// <summary>How many taps after the window belong to its last event: they are not the next shift's.</summary>
    private int Repeats(in ShiftSlot slot, ReadOnlySpan<Tap> taps, int inside)
    {
        long until = taps[inside - 1].At.Micros + (slot.Plan.Schedule.RepeatSeconds * Instant.PerSecond);
        int offered = inside;
        while (offered < taps.Length && taps[offered].At.Micros <= until) offered++;
        if (offered == inside)
            return 0;
        _work.Start(slot.Plan.Schedule, slot.Plan.Sessions, slot.Opens, slot.Closes, 0, []);
        EventBuilder.Apply(_work, taps[..offered], offered - inside);
        return _work.TrailingTaken;
    }

    private void Start(PersonRecord person, in ShiftSlot slot, Instant now)
    {
        _work.Start(slot.Plan.Schedule, slot.Plan.Sessions, slot.Opens, slot.Closes, now.Micros, rules.Kiosks.ServingArray(slot.Unit));
        Decide(person, slot);
        if (person.Leave.Count == 0)
            return;
        LeaveCutter.Apply(_work, person, slot.Plan, Ordinary(slot.Plan), rules.Days.Clock);
        // It is minutes a day, however many shifts the day has.
        _work.ReductionMicros = Math.Max(0, _work.ReductionMicros - UsedOn(slot.Plan.Date));
    }

    /// <summary>Judges what was started, and remembers what it used up of the day's reduction.</summary>
    private void Run(in ShiftSlot slot, ReadOnlySpan<Tap> taps)
    {
        long offered = _work.ReductionMicros;
        ShiftCore.Run(_work, taps[slot.TapFrom..(slot.TapTo + slot.Trailing)], slot.Trailing);
        _reduced = (slot.Plan.Date, UsedOn(slot.Plan.Date) + offered - _work.ReductionMicros);
    }

    private long UsedOn(DateOnly date) => _reduced.Date == date ? _reduced.Micros : 0;

    /// <summary>What people decided of the shift.</summary>
    private void Decide(PersonRecord person, in ShiftSlot slot)
    {
        var date = slot.Plan.Date;
        for (int i = 0; i < person.Decisions.Count; i++)
            if (person.Decisions[i] is var decision && decision.Date == date && (decision.Schedule is null || decision.Schedule == slot.Plan.Schedule.Code))
                _work.Decisions.Add(decision);
        for (int i = 0; i < rules.Incidents.Count; i++)
            if (rules.Incidents[i].Concerns(slot.Unit, rules.Units, _work.Kiosks, new Instant(slot.Opens), new Instant(slot.Closes)))
                _work.Incidents.Add(rules.Incidents[i]);
        for (int i = 0; i < person.Claims.Count; i++)
            if (person.Claims[i].At.Micros >= slot.Opens && person.Claims[i].At.Micros <= slot.Closes)
                _work.Claims.Add(person.Claims[i]);
        for (int i = 0; i < person.Untimed.Count; i++)
            if (person.Untimed[i].To.Micros >= slot.Opens && person.Untimed[i].From.Micros <= slot.Closes)
                _work.Untimed.Add(person.Untimed[i]);
        _work.HandKept = person.HandKeptOn(date) is not null;
        for (int i = 0; _work.HandKept && i < person.HandKeptMarks.Count; i++)
            if (person.HandKeptMarks[i].Date == date)
                _work.Marks.Add(person.HandKeptMarks[i]);
    }

    /// <summary>The due shifts of the date that are its working hours; when there are none, the shift itself.</summary>
    private ReadOnlySpan<ShiftPlan> Ordinary(ShiftPlan shift)
    {
        int count = 0;
        for (int i = 0; i < _slotCount; i++)
        {
            var plan = _slots[i].Plan;
            if (plan.Date != shift.Date || plan.InForce.Assignment.Mode != AssignmentMode.Replace)
                continue;
            if (count == _ordinary.Length) Array.Resize(ref _ordinary, count * 2);
            _ordinary[count++] = plan;
        }
        if (count == 0)
            _ordinary[count++] = shift;
        return _ordinary.AsSpan(0, count);
    }

    private static JudgementInputs Inputs(PersonRecord person, long unit, DayPlan plan, ShiftPlan? shift, Instant now, Tap[] outside) => new()
    {
        Staff = person.Staff,
        Unit = unit,
        Date = plan.Date,
        Now = now,
        Calendar = plan.Calendar,
        Schedule = shift?.Schedule,
        Assignment = shift?.InForce.Assignment,
        Due = shift is { Due: true },
        Sessions = [],
        Window = null,
        Leave = [],
        ReductionMicros = 0,
        LeaveEntries = [.. person.Leave.Where(leave => leave.InForce(plan.Date))],
        Taps = [],
        Outside = outside,
        Kiosks = [],
    };

    /// <summary>Taps of the local date that no window took.</summary>
    private Tap[] Outside(DayPlan plan, ReadOnlySpan<Tap> taps)
    {
        List<Tap>? found = null;
        for (int i = 0; i < taps.Length; i++)
            if (taps[i].At.Micros >= plan.Midnight && taps[i].At.Micros < plan.NextMidnight && !Taken(i))
                (found ??= []).Add(taps[i]);
        return found is null ? [] : [.. found];
    }

    private bool Taken(int tap)
    {
        for (int i = 0; i < _slotCount; i++)
            if (_slots[i].TapFrom <= tap && tap < _slots[i].TapTo + _slots[i].Trailing)
                return true;
        return false;
    }

    private ReadOnlySpan<Tap> Sorted(ReadOnlySpan<Tap> taps)
    {
        bool inOrder = true;
        for (int i = 1; i < taps.Length && inOrder; i++)
            inOrder = taps[i - 1].At.Micros < taps[i].At.Micros || Tap.Compare(taps[i - 1], taps[i]) <= 0;
        if (inOrder)
            return taps;
        if (_sorted.Length < taps.Length)
            _sorted = new Tap[taps.Length];
        taps.CopyTo(_sorted);
        var sorted = _sorted.AsSpan(0, taps.Length);
        sorted.Sort(static (a, b) => Tap.Compare(a, b));
        return sorted;
    }
}

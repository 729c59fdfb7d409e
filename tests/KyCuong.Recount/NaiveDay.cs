namespace KyCuong.Recount;

/// <summary>
/// One due day of one person, judged long after it is over. Written from the sentences of the design's section on judging,
/// each as literally as C# allows and without regard for speed; it shares nothing with the rules but those sentences.
/// </summary>
public sealed class NaiveDay
{
    private sealed record Event(DateTime Begin, DateTime End, List<NaiveTap> Taps)
    {
        public char Direction { get; set; }
        public bool In => Direction == 'I';
        public bool Out => Direction == 'O';
    }

    private sealed record Span(DateTime Start, DateTime End)
    {
        public bool Holds(DateTime at) => Start <= at && at <= End;
    }

    /// <summary>From an arrival to a departure, and the due time it is work for: that of its session, or of the whole shift.</summary>
    private sealed record Stay(Event Arrival, Event Departure, IReadOnlyList<Span> Due);

    private readonly NaiveSchedule _schedule;
    private readonly List<Span> _whole;
    private readonly List<List<Span>> _parts;
    private readonly List<Event> _events;

    private NaiveDay(NaiveSchedule schedule, DateOnly date, IEnumerable<NaiveTap> taps, IReadOnlyList<NaiveCut> cuts)
    {
        _schedule = schedule;
        var midnight = date.ToDateTime(TimeOnly.MinValue);
        _whole = [.. schedule.Sessions.Select(session => new Span(midnight + session.Start, midnight + session.End))];
        _parts = [.. _whole.Select(session => Remains(session, cuts))];
        var opens = _whole[0].Start.AddMinutes(-schedule.OpensBeforeMinutes);
        var closes = _whole[^1].End.AddMinutes(schedule.ClosesAfterMinutes);
        _events = Events(taps.Where(tap => opens <= tap.At && tap.At <= closes));
        foreach (var one in _events)
            one.Direction = Direction(one);
    }

    public static NaiveCounts Count(NaiveSchedule schedule, DateOnly date, IEnumerable<NaiveTap> taps, IReadOnlyList<NaiveCut> cuts)
    {
        var day = new NaiveDay(schedule, date, taps, cuts);
        if (day._parts.All(parts => parts.Count == 0))
            return NaiveCounts.None with { Leave = day._whole.Count, PresentMinutes = day.PresentOnLeave() };
        return schedule.FirstLast ? day.WholeShift() : day.EachSession();
    }

    private static List<Span> Remains(Span session, IReadOnlyList<NaiveCut> cuts)
    {
        // Between any two neighbouring edges time is either all cut or all due.
        var edges = cuts.SelectMany(cut => new[] { cut.Start, cut.End }).Where(session.Holds).Append(session.Start).Append(session.End).Distinct().Order().ToList();
        var remains = new List<Span>();
        for (int i = 0; i + 1 < edges.Count; i++)
        {
            var middle = edges[i] + ((edges[i + 1] - edges[i]) / 2);
            if (cuts.Any(cut => cut.Start < middle && middle < cut.End))
                continue;
            if (remains.Count > 0 && remains[^1].End == edges[i])
                remains[^1] = new Span(remains[^1].Start, edges[i + 1]);
            else
                remains.Add(new Span(edges[i], edges[i + 1]));
        }
        return remains;
    }

    private List<Event> Events(IEnumerable<NaiveTap> taps)
    {
        var events = new List<Event>();
        foreach (var tap in taps.OrderBy(tap => tap.At).ThenBy(tap => "IO?".IndexOf(tap.Direction, StringComparison.Ordinal)))
        {
            var current = events.LastOrDefault();
            char said = current is null ? '?' : Said(current);
            bool opposite = said != '?' && tap.Direction != '?' && said != tap.Direction;
            if (current is not null && _schedule.RepeatSeconds > 0 && (tap.At - current.Begin).TotalSeconds <= _schedule.RepeatSeconds && !opposite)
                events[^1] = current with { End = tap.At, Taps = [.. current.Taps, tap] };
            else
                events.Add(new Event(tap.At, tap.At, [tap]));
        }
        return events;
    }

    private static char Said(Event one) => one.Taps.Select(tap => tap.Direction).FirstOrDefault(direction => direction != '?', '?');

    private List<Span> DueSpans() => [.. _parts.Where(parts => parts.Count > 0).Select(parts => new Span(parts[0].Start, parts[^1].End))];

    private char Direction(Event one)
    {
        if (Said(one) != '?')
            return Said(one);
        var due = DueSpans();
        if (due.Count == 0) due = _whole;
        var shift = new Span(due[0].Start, due[^1].End);
        if (one.Begin <= shift.Start) return 'I';
        if (one.Begin >= shift.End) return 'O';

        if (_schedule.FirstLast && _events.Count == 1)
            return Nearer(one.Begin, shift.Start, shift.End);
        // The gap comes before the session in the design's order, so an edge they share is the gap's.
        var left = due.LastOrDefault(session => session.End <= one.Begin);
        var right = due.FirstOrDefault(session => session.Start >= one.Begin);
        bool within = due.Exists(session => session.Start < one.Begin && one.Begin < session.End);
        if (!within && left is not null && right is not null && left.End < right.Start)
            return Nearer(one.Begin, right.Start, left.End);
        var inside = due.FindLast(session => session.Holds(one.Begin))!;
        return _events.Count == 1 ? Nearer(one.Begin, inside.Start, inside.End) : AfterPrevious(one);
    }

    private char AfterPrevious(Event one) => _events.TakeWhile(other => other != one).LastOrDefault() is { In: true } ? 'O' : 'I';

    private static char Nearer(DateTime at, DateTime comesIn, DateTime goesOut) => (at - comesIn).Duration() <= (at - goesOut).Duration() ? 'I' : 'O';

    private NaiveCounts EachSession()
    {
        var counts = NaiveCounts.None;
        var due = DueSpans();
        var there = new List<Stay>();
        var ends = new List<Event?>();
        for (int i = 0; i < _parts.Count; i++)
        {
            if (_parts[i].Count == 0)
            {
                counts = counts with { Leave = counts.Leave + 1 };
                continue;
            }
            counts = counts with { Due = counts.Due + 1 };
            var session = new Span(_parts[i][0].Start, _parts[i][^1].End);
            int number = due.IndexOf(session);
            var scheduled = _whole[i].Start;
            var dueBefore = number == 0 ? DateTime.MinValue : due[number - 1].End;
            var nextScheduled = number == due.Count - 1 ? DateTime.MaxValue : _whole.First(whole => whole.End >= due[number + 1].End).Start;

            var inside = _events.Where(one => scheduled <= one.Begin && one.Begin <= session.End).ToList();
            var before = _events.Where(one => one.In && dueBefore < one.Begin && one.Begin < scheduled).ToList();
            var after = _events.Where(one => one.Out && session.End < one.Begin && one.Begin < nextScheduled).ToList();
            var notUndone = before.Where(come => !_events.Any(go => go.Out && _events.IndexOf(go) > _events.IndexOf(come) && go.Begin < scheduled)).ToList();
            var notVisits = after.Where(go => !_events.Any(come => come.In && session.End < come.Begin && _events.IndexOf(come) < _events.IndexOf(go))).ToList();
            if (inside.Count + notUndone.Count + notVisits.Count == 0)
            {
                counts = counts with { Absent = counts.Absent + 1 };
                continue;
            }
            var arrival = notUndone.Concat(inside.Where(one => one.In)).FirstOrDefault();
            var departure = inside.Where(one => one.Out).Concat(after)
                .LastOrDefault(go => !_events.Any(come => come.In && _events.IndexOf(come) > _events.IndexOf(go) && come.Begin < session.End));
            if (arrival is not null && departure is not null && departure.End < session.Start)
            {
                // There only while leave excused it from being there.
                counts = counts with { Absent = counts.Absent + 1 };
                there.Add(new Stay(arrival, departure, _parts[i]));
                continue;
            }
            counts = counts with { Attended = counts.Attended + 1 };
            counts = counts.Plus(Ends(arrival, departure, session.Start, session.End));
            ends.AddRange([arrival, departure]);
            if (arrival is not null && departure is not null)
                there.Add(new Stay(arrival, departure, _parts[i]));
        }
        return counts.Plus(Presence(there)).Plus(Outside(ends));
    }

    private NaiveCounts WholeShift()
    {
        var due = DueSpans();
        var counts = NaiveCounts.None with { Due = due.Count, Leave = _whole.Count - due.Count };
        var shift = new Span(_whole[0].Start, due[^1].End);
        // Nobody was there who only came and went before it, or only after it.
        bool during = _events.Any(one => shift.Holds(one.Begin));
        bool stayed = _events.LastOrDefault(one => one.Begin < shift.Start) is { In: true };
        bool leftAfter = _events.FirstOrDefault(one => one.Begin > shift.End) is { Out: true };
        if (!during && !stayed && !leftAfter)
            return counts with { Absent = due.Count };
        var arrival = _events.FirstOrDefault(come => come.In && come.Begin <= shift.End
            && !_events.Any(go => go.Out && _events.IndexOf(go) > _events.IndexOf(come) && go.Begin < shift.Start));
        var departure = _events[^1].In ? null : _events.LastOrDefault(go => go.Out && go.Begin >= shift.Start
            && !_events.Any(come => come.In && _events.IndexOf(come) > _events.IndexOf(go) && come.Begin < shift.End));
        if (arrival is null || departure is null)
            return counts.Plus(Ends(arrival, departure, due[0].Start, due[^1].End)).Plus(Outside([arrival, departure])) with { Attended = due.Count };

        var touched = due.Where(session => arrival.Begin <= session.End && departure.End >= session.Start).ToList();
        counts = counts with { Attended = touched.Count, Absent = due.Count - touched.Count };
        if (touched.Count > 0)
            counts = counts.Plus(Ends(arrival, departure, touched[0].Start, touched[^1].End));
        var there = new List<Stay> { new(arrival, departure, [.. _parts.SelectMany(part => part)]) };
        return counts.Plus(Presence(there)).Plus(Outside([arrival, departure]));
    }

    private NaiveCounts Ends(Event? arrival, Event? departure, DateTime start, DateTime end)
    {
        var counts = NaiveCounts.None with { Missing = (arrival is null ? 1 : 0) + (departure is null ? 1 : 0) };
        if (arrival is not null && Judge(arrival.Begin - start, _schedule.LateGrace) is > 0 and var late)
            counts = counts with { LateTimes = 1, LateMinutes = late };
        if (arrival is not null && departure is not null && Judge(end - departure.End, _schedule.EarlyGrace) is > 0 and var early)
            counts = counts with { EarlyTimes = 1, EarlyMinutes = early };
        return counts;
    }

    private long Judge(TimeSpan over, int? grace) =>
        grace is not { } minutes || over <= TimeSpan.FromMinutes(minutes) ? 0
        : (long)Math.Floor((_schedule.Beyond ? over - TimeSpan.FromMinutes(minutes) : over).TotalMinutes);

    /// <summary>Cuts the day at every edge there is and asks of each piece whether the person was there and what it was.</summary>
    private NaiveCounts Presence(List<Stay> there)
    {
        var outs = there.SelectMany(Outs).ToList();
        var edges = _whole.Concat(_parts.SelectMany(part => part)).Concat(outs).SelectMany(span => new[] { span.Start, span.End })
            .Concat(there.SelectMany(stay => new[] { stay.Arrival.Begin, stay.Departure.End })).Distinct().Order().ToList();
        TimeSpan worked = default, present = default;
        for (int i = 0; i + 1 < edges.Count; i++)
        {
            var middle = edges[i] + ((edges[i + 1] - edges[i]) / 2);
            var length = edges[i + 1] - edges[i];
            var stays = outs.Any(span => span.Holds(middle)) ? [] : there.Where(stay => stay.Arrival.Begin < middle && middle < stay.Departure.End).ToList();
            bool gap = _whole.Exists(session => session.End < middle) && _whole.Exists(session => session.Start > middle) && !_whole.Exists(session => session.Holds(middle));
            if (stays.Count > 0 && !gap) present += length;
            if (stays.Exists(stay => stay.Due.Any(span => span.Holds(middle)))) worked += length;
        }
        return NaiveCounts.None with { WorkedMinutes = (long)Math.Floor(worked.TotalMinutes), PresentMinutes = (long)Math.Floor(present.TotalMinutes) };
    }

    private IEnumerable<Span> Outs(Stay stay)
    {
        var during = _events.SkipWhile(one => one != stay.Arrival).TakeWhile(one => one != stay.Departure).Append(stay.Departure).ToList();
        for (int i = 0; i + 1 < during.Count; i++)
            if (during[i].Out && during[i + 1].In)
                yield return new Span(during[i].End, during[i + 1].Begin);
    }

    /// <summary>Every out followed by an in, wholly inside due time, that is not itself a departure or an arrival.</summary>
    private NaiveCounts Outside(List<Event?> ends)
    {
        if (!_schedule.OutsCount)
            return NaiveCounts.None;
        var minutes = _events.Zip(_events.Skip(1))
            .Where(pair => pair.First.Out && pair.Second.In && !ends.Contains(pair.First) && !ends.Contains(pair.Second))
            .Where(pair => _parts.Exists(part => part.Exists(due => due.Start <= pair.First.End && pair.Second.Begin <= due.End)))
            .Select(pair => (long)Math.Floor((pair.Second.Begin - pair.First.End).TotalMinutes)).Where(whole => whole > 0).ToList();
        return NaiveCounts.None with { OutsideTimes = minutes.Count, OutsideMinutes = minutes.Sum() };
    }

    private long PresentOnLeave()
    {
        var arrival = _events.FirstOrDefault(one => one.In);
        var departure = arrival is null ? null : _events.SkipWhile(one => one != arrival).LastOrDefault(one => one.Out);
        return arrival is null || departure is null ? 0 : Presence([new Stay(arrival, departure, [])]).PresentMinutes;
    }
}

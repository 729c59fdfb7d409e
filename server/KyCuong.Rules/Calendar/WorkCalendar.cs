using System.Collections.Concurrent;

namespace KyCuong.Rules;

/// <summary>
/// The calendar of one agency, in the order of law: explicit notices, swaps, statutory days, make-up by art. 111(3).
/// Weekly rest is not here: a schedule's days of the week say it. Safe to use from several threads.
/// </summary>
public sealed class WorkCalendar
{
    private readonly Weekdays _restDays;
    private readonly ShippedCalendar _shipped;
    private readonly Dictionary<DateOnly, CalendarDay> _explicit = [];
    private readonly HashSet<DateOnly> _noticed = [];
    private readonly ConcurrentDictionary<int, Dictionary<DateOnly, CalendarDay>> _years = new();

    /// <param name="restDays">The agency's weekly rest: make-up and shipped swaps depend on it.</param>
    /// <param name="notices">The agency's own rows; they go before everything else.</param>
    /// <param name="swaps">The agency's own swaps, on top of the shipped ones.</param>
    public WorkCalendar(Weekdays restDays, IEnumerable<CalendarNotice>? notices = null, IEnumerable<DaySwap>? swaps = null, ShippedCalendar? shipped = null)
    {
        _restDays = restDays;
        _shipped = shipped ?? ShippedCalendar.Instance;
        // A shipped swap moves a weekly rest day; where the agency works on that day anyway there is nothing to exchange. One of
        // the agency's own that moves either of its days stands in its place.
        var own = (swaps ?? []).ToList();
        foreach (var swap in _shipped.Swaps)
            if (restDays.Contains(swap.Worked.DayOfWeek) && !restDays.Contains(swap.Off.DayOfWeek) && !own.Exists(other => other.Off == swap.Off || other.Worked == swap.Worked))
                Add(swap);
        foreach (var swap in own)
            Add(swap);
        foreach (var notice in notices ?? [])
        {
            _explicit[notice.Date] = new CalendarDay(notice.Date, notice.Worked ? CalendarKind.NoticeWorked : CalendarKind.Notice, notice.Name, notice.Source);
            _noticed.Add(notice.Date);
        }
    }

    public Weekdays RestDays => _restDays;

    /// <summary>Whether the yearly notice (Tết, the day beside 2/9) of the year is in the shipped calendar; else see <see cref="CalendarDay.Awaits"/>.</summary>
    public bool NoticeKnown(int year) => _shipped.NoticeKnown(year);

    public CalendarDay On(DateOnly date)
    {
        if (_explicit.TryGetValue(date, out var found))
            return found;
        return Year(date.Year).TryGetValue(date, out var day) ? day : new CalendarDay(date, CalendarKind.Ordinary);
    }

    /// <summary>Whether the agency as a whole works on the date: by notice, else neither holiday nor weekly rest.</summary>
    public bool IsWorkingDay(DateOnly date)
    {
        var day = On(date);
        return day.IsWorkedByNotice || (!day.IsOff && !_restDays.Contains(date.DayOfWeek));
    }

    /// <summary>The working days among some dates that a notice not yet known may make off ("chờ thông báo"), in order.</summary>
    public IEnumerable<CalendarDay> Awaited(DateOnly from, DateOnly to)
    {
        for (var date = from; date <= to; date = date.AddDays(1))
            if (On(date) is { Awaits: not null } day)
                yield return day;
    }

    private void Add(DaySwap swap)
    {
        _explicit[swap.Off] = new CalendarDay(swap.Off, CalendarKind.SwapOff, null, swap.Source, swap.Worked);
        _explicit[swap.Worked] = new CalendarDay(swap.Worked, CalendarKind.SwapWorked, null, swap.Source, swap.Off);
    }

    private Dictionary<DateOnly, CalendarDay> Year(int year) => _years.GetOrAdd(year, Compute);

    private Dictionary<DateOnly, CalendarDay> Compute(int year)
    {
        // A day at the end of the year before may be made up in this one.
        var statutory = Statutory(year - 1).Concat(Statutory(year)).ToList();
        var days = Off(statutory);
        foreach (var choices in year < 1 ? [] : _shipped.Awaited(year))
            Await(statutory, choices, days);
        return days;
    }

    /// <summary>Statutory days and what they are made up by.</summary>
    private Dictionary<DateOnly, CalendarDay> Off(IEnumerable<StatutoryDay> all)
    {
        var statutory = all.OrderBy(day => day.Date).ToList();
        var days = new Dictionary<DateOnly, CalendarDay>();
        foreach (var day in statutory)
            days[day.Date] = new CalendarDay(day.Date, CalendarKind.Statutory, day.Name, day.Source);
        foreach (var day in statutory)
            if (day.MadeUp && _restDays != Weekdays.All && _restDays.Contains(day.Date.DayOfWeek))
            {
                var made = day.Date.AddDays(1);
                while (_restDays.Contains(made.DayOfWeek) || days.ContainsKey(made) || (_explicit.TryGetValue(made, out var said) && said.IsOff))
                    made = made.AddDays(1);
                days[made] = new CalendarDay(made, CalendarKind.MakeUp, day.Name, day.Source, day.Date);
            }
        return days;
    }

    /// <summary>
    /// Marks the working days that one of the choices would make off. Where the agency has entered a notice for one of them,
    /// the choice has been made known.
    /// </summary>
    private void Await(List<StatutoryDay> statutory, IReadOnlyList<IReadOnlyList<StatutoryDay>> choices, Dictionary<DateOnly, CalendarDay> days)
    {
        var may = choices.SelectMany(choice => Off(statutory.Concat(choice)).Keys.Where(date => !days.ContainsKey(date)))
            .Concat(choices.SelectMany(choice => choice).Select(day => day.Date)).Distinct().ToList();
        if (may.Exists(_noticed.Contains))
            return;
        foreach (var date in may)
            if (!days.ContainsKey(date) && !_explicit.ContainsKey(date) && !_restDays.Contains(date.DayOfWeek))
                days[date] = new CalendarDay(date, CalendarKind.Ordinary, Awaits: choices[0][0].Name);
    }

    private IEnumerable<StatutoryDay> Statutory(int year) => year < 1 ? [] : _shipped.StatutoryDays(year);
}

namespace KyCuong.Kiosk.Taps;

/// <summary>
/// How soon a staff code may be tried at this gate: the gate takes a try each two seconds and ten a minute; after two wrong
/// PINs of one code it waits, twice as long after each more. Holds at most the codes of the last quarter of an hour. Pure.
/// Not thread-safe.
/// </summary>
public sealed class StaffCodeBudget
{
    /// <summary>Between two tries, µs.</summary>
    public const long BetweenUs = 2_000_000;

    /// <summary>Tries in a minute.</summary>
    public const int PerMinute = 10;

    /// <summary>Wrong PINs of a code before it waits.</summary>
    public const int FreeWrong = 2;

    /// <summary>The first wait, µs.</summary>
    public const long FirstWaitUs = 10_000_000;

    /// <summary>The longest wait, and how long a wrong PIN is remembered, µs.</summary>
    public const long LongestWaitUs = 900_000_000;

    private const long MinuteUs = 60_000_000;
    private readonly Queue<long> _tries = new();
    private readonly Dictionary<string, (int Wrong, long LastUs, long UntilUs)> _codes = new(StringComparer.Ordinal);
    private long? _lastUs;

    /// <summary>Begins a try at this boot time; or says how many µs to wait, and nothing has begun.</summary>
    public long Begin(string code, long nowUs)
    {
        while (_tries.TryPeek(out var oldest) && nowUs - oldest >= MinuteUs) _tries.Dequeue();
        foreach (var (known, of) in _codes)
            if (nowUs - of.LastUs >= LongestWaitUs && nowUs >= of.UntilUs) _codes.Remove(known);
        var until = Math.Max(_lastUs is { } last ? last + BetweenUs : nowUs, _tries.Count < PerMinute ? nowUs : _tries.Peek() + MinuteUs);
        if (_codes.TryGetValue(code, out var mine)) until = Math.Max(until, mine.UntilUs);
        if (until > nowUs) return until - nowUs;
        _tries.Enqueue(nowUs);
        _lastUs = nowUs;
        return 0;
    }

    /// <summary>The PIN was wrong.</summary>
    public void Wrong(string code, long nowUs)
    {
        var wrong = _codes.TryGetValue(code, out var before) ? before.Wrong + 1 : 1;
        var wait = wrong < FreeWrong ? 0 : Math.Min(LongestWaitUs, FirstWaitUs << Math.Min(wrong - FreeWrong, 7));
        _codes[code] = (wrong, nowUs, nowUs + wait);
    }

    /// <summary>The server will not look at this code before so many µs.</summary>
    public void Hold(string code, long nowUs, long waitUs) =>
        _codes[code] = (_codes.TryGetValue(code, out var before) ? before.Wrong : 0, nowUs, nowUs + Math.Min(waitUs, LongestWaitUs));

    /// <summary>The PIN was right.</summary>
    public void Right(string code) => _codes.Remove(code);
}

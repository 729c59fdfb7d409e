namespace KyCuong.Kiosk.Link;

/// <summary>Something due every so often, the first time at once. Pure but for the clock it is given. Not thread-safe.</summary>
internal sealed class Periodic(TimeProvider time, TimeSpan every)
{
    private long? _last;

    /// <summary>True when due; then it counts as done.</summary>
    public bool IsDue()
    {
        if (_last is { } last && time.GetElapsedTime(last) < every) return false;
        _last = time.GetTimestamp();
        return true;
    }
}

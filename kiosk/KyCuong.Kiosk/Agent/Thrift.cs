namespace KyCuong.Kiosk.Agent;

/// <summary>
/// When the kiosk hands back the memory it needed only for a while (<see cref="Native.FilePages"/>): when it holds more than it means to, not
/// again and again, and while nobody taps if that can be had soon. Pure; one thread.
/// </summary>
internal sealed class Thrift
{
    /// <summary>What it means to hold, bytes: some megabytes below the 60 MB that are promised.</summary>
    public const long Bound = 54_000_000;

    /// <summary>Between two times, and after the start, which touches much once.</summary>
    public static readonly TimeSpan Least = TimeSpan.FromSeconds(10);

    /// <summary>A queue that does not end is not waited for longer: what is handed back comes back at the price of a verdict that waits for it.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromMinutes(5);

    private TimeSpan _last;
    private ulong _taps;

    /// <summary>True: now. To be asked every few seconds.</summary>
    /// <param name="now">Since the start.</param>
    /// <param name="resident">Bytes held.</param>
    /// <param name="taps">Taps so far; none since the last question means that nobody stands at the gate.</param>
    public bool IsDue(TimeSpan now, long resident, ulong taps)
    {
        var quiet = taps == _taps;
        _taps = taps;
        if (resident < Bound || now - _last < (quiet ? Least : Longest)) return false;
        _last = now;
        return true;
    }
}

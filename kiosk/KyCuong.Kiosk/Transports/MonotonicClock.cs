namespace KyCuong.Kiosk.Transports;

/// <summary>The clock of readers: microseconds that never go back and know nothing of the time of day.</summary>
public static class MonotonicClock
{
    /// <summary>Now, in microseconds since an instant that is fixed while the process lives. Thread-safe.</summary>
    public static long Microseconds(TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(time);
        return time.GetElapsedTime(0, time.GetTimestamp()).Ticks / TimeSpan.TicksPerMicrosecond;
    }
}

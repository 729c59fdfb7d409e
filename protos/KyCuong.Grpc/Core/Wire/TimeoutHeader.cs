using System.Globalization;

namespace Grpc.Core.Wire;

/// <summary>The grpc-timeout header: at most eight digits and a unit.</summary>
internal static class TimeoutHeader
{
    private const long MaxDigits = 99_999_999;

    /// <summary>The shortest form that is not shorter than the time given.</summary>
    public static string Encode(TimeSpan timeout)
    {
        if (timeout <= TimeSpan.Zero) return "1n";
        var ticks = timeout.Ticks;
        if (ticks <= MaxDigits / TimeSpan.NanosecondsPerTick) return Format(ticks * TimeSpan.NanosecondsPerTick, 'n');
        if (Up(ticks, TimeSpan.TicksPerMicrosecond) is <= MaxDigits and var micros) return Format(micros, 'u');
        if (Up(ticks, TimeSpan.TicksPerMillisecond) is <= MaxDigits and var millis) return Format(millis, 'm');
        if (Up(ticks, TimeSpan.TicksPerSecond) is <= MaxDigits and var seconds) return Format(seconds, 'S');
        if (Up(ticks, TimeSpan.TicksPerMinute) is <= MaxDigits and var minutes) return Format(minutes, 'M');
        return Format(Math.Min(Up(ticks, TimeSpan.TicksPerHour), MaxDigits), 'H');
    }

    /// <summary>False when the text is no timeout. A time beyond <see cref="TimeSpan"/> becomes its maximum.</summary>
    public static bool TryParse(string text, out TimeSpan timeout)
    {
        timeout = default;
        if (text.Length is < 2 or > 9) return false;
        // The parser takes NULs behind a number for nothing.
        if (text.Contains('\0') || !long.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var value)) return false;
        switch (text[^1])
        {
            case 'n':
                timeout = new TimeSpan(Up(value, TimeSpan.NanosecondsPerTick));
                return true;
            case 'u': return Scale(value, TimeSpan.TicksPerMicrosecond, out timeout);
            case 'm': return Scale(value, TimeSpan.TicksPerMillisecond, out timeout);
            case 'S': return Scale(value, TimeSpan.TicksPerSecond, out timeout);
            case 'M': return Scale(value, TimeSpan.TicksPerMinute, out timeout);
            case 'H': return Scale(value, TimeSpan.TicksPerHour, out timeout);
            default: return false;
        }
    }

    private static bool Scale(long value, long unit, out TimeSpan timeout)
    {
        timeout = value > TimeSpan.MaxValue.Ticks / unit ? TimeSpan.MaxValue : new TimeSpan(value * unit);
        return true;
    }

    private static long Up(long value, long unit) => (value / unit) + (value % unit == 0 ? 0 : 1);

    private static string Format(long value, char unit) => value.ToString(CultureInfo.InvariantCulture) + unit;
}

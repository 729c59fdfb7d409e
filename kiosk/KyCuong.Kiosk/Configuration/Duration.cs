using System.Globalization;

namespace KyCuong.Kiosk.Configuration;

/// <summary>Times in configuration: a whole number and <c>ms</c>, <c>s</c>, <c>m</c> or <c>h</c>. Pure.</summary>
public static class Duration
{
    /// <summary>Reads one; null when it is none.</summary>
    public static TimeSpan? Parse(string text)
    {
        var digits = text.AsSpan().TrimEnd("mhs");
        if (!int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var number)) return null;
        return text[digits.Length..] switch
        {
            "ms" => TimeSpan.FromMilliseconds(number),
            "s" => TimeSpan.FromSeconds(number),
            "m" => TimeSpan.FromMinutes(number),
            "h" => TimeSpan.FromHours(number),
            _ => null,
        };
    }

    /// <summary>Writes one as <see cref="Parse"/> reads it.</summary>
    public static string Format(TimeSpan time) => time switch
    {
        _ when time.Ticks % TimeSpan.TicksPerMinute == 0 && time > TimeSpan.Zero => string.Create(CultureInfo.InvariantCulture, $"{time.Ticks / TimeSpan.TicksPerMinute}m"),
        _ when time.Ticks % TimeSpan.TicksPerSecond == 0 => string.Create(CultureInfo.InvariantCulture, $"{time.Ticks / TimeSpan.TicksPerSecond}s"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{time.Ticks / TimeSpan.TicksPerMillisecond}ms"),
    };
}

using System.Globalization;
using KyCuong.Rules;

namespace KyCuong.Server.Formats;

/// <summary>What is wrong with a written moment.</summary>
public enum MomentFault
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>It is not of the grammar, or no such date or time exists.</summary>
    Malformed,

    /// <summary>The zone's clock jumps over it.</summary>
    Skipped,

    /// <summary>The zone's clock shows it twice.</summary>
    Ambiguous,
}

/// <summary>
/// A moment as files and options write it: <c>yyyy-MM-ddTHH:mm[:ss[.ffffff]]</c> by the clock of a zone, or with an offset
/// (<c>Z</c>, <c>+07:00</c>). Pure.
/// </summary>
public static class MomentGrammar
{
    private static readonly string[] Local =
        ["yyyy-MM-dd'T'HH:mm", "yyyy-MM-dd'T'HH:mm:ss", "yyyy-MM-dd'T'HH:mm:ss.FFFFFF"];

    private static readonly string[] WithOffset = [.. Local.Select(format => format + "zzz"), .. Local.Select(format => format + "'Z'")];

    /// <summary>The moment, or what is wrong with it.</summary>
    public static MomentFault Parse(string text, TimeZoneInfo zone, out Instant moment)
    {
        moment = default;
        if (DateTime.TryParseExact(text, Local, CultureInfo.InvariantCulture, DateTimeStyles.None, out var local))
        {
            if (!IsSensible(local)) return MomentFault.Malformed;
            if (zone.IsInvalidTime(local)) return MomentFault.Skipped;
            if (zone.IsAmbiguousTime(local)) return MomentFault.Ambiguous;
            moment = Instant.From(new DateTimeOffset(local, zone.GetUtcOffset(local)));
            return MomentFault.None;
        }

        if (!DateTimeOffset.TryParseExact(text, WithOffset, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var given) || !IsSensible(given.DateTime))
            return MomentFault.Malformed;
        moment = Instant.From(given);
        return MomentFault.None;
    }

    /// <summary>The moment by the zone's clock with seconds and offset; parts of a second are dropped.</summary>
    public static string Write(Instant moment, TimeZoneInfo zone) => moment.In(zone).ToString("yyyy-MM-dd'T'HH:mm:sszzz", CultureInfo.InvariantCulture);

    private static bool IsSensible(DateTime time) => DateOnly.FromDateTime(time) >= Grammar.FirstDate && DateOnly.FromDateTime(time) <= Grammar.LastDate;
}

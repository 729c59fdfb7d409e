using System.Globalization;

namespace KyCuong.Rules;

public enum LeavePartKind : byte
{
    Day,
    Morning,
    Afternoon,
    /// <summary>By the clock; an end at or before the start lies on the next day.</summary>
    Times,
    /// <summary>Reduction: minutes at the start of the day.</summary>
    AtStart,
    /// <summary>Reduction: minutes at the end of the day.</summary>
    AtEnd,
    /// <summary>Reduction: minutes, anywhere in the day.</summary>
    Anywhere,
}

/// <summary>Which part of each day a leave covers. Text form: day, morning, afternoon, HH:MM-HH:MM, start+60, end-60, any60.</summary>
/// <param name="Minutes">Of a reduction, 1–480; else 0.</param>
public readonly record struct LeavePart(LeavePartKind Kind, TimeOnly Start = default, TimeOnly End = default, int Minutes = 0)
{
    /// <summary>Longest reduction, minutes a day.</summary>
    public const int MostMinutes = 480;

    public bool IsReduction => Kind is LeavePartKind.AtStart or LeavePartKind.AtEnd or LeavePartKind.Anywhere;

    public static bool TryParse(string text, out LeavePart part)
    {
        part = default;
        switch (text)
        {
            case "day": return true;
            case "morning": part = new LeavePart(LeavePartKind.Morning); return true;
            case "afternoon": part = new LeavePart(LeavePartKind.Afternoon); return true;
            default: break;
        }
        return Reduction(text, "start+", LeavePartKind.AtStart, ref part)
            || Reduction(text, "end-", LeavePartKind.AtEnd, ref part)
            || Reduction(text, "any", LeavePartKind.Anywhere, ref part)
            || Between(text, ref part);
    }

    private static bool Reduction(string text, string prefix, LeavePartKind kind, ref LeavePart part)
    {
        if (!text.StartsWith(prefix, StringComparison.Ordinal)
            || !int.TryParse(text.AsSpan(prefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out int minutes)
            || minutes is < 1 or > MostMinutes)
            return false;
        part = new LeavePart(kind, Minutes: minutes);
        return true;
    }

    private static bool Between(string text, ref LeavePart part)
    {
        if (text.Length != 11 || text[5] != '-'
            || !TimeOnly.TryParseExact(text.AsSpan(0, 5), "HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out var start)
            || !TimeOnly.TryParseExact(text.AsSpan(6), "HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out var end)
            || start == end)
            return false;
        part = new LeavePart(LeavePartKind.Times, start, end);
        return true;
    }

    public override string ToString() => Kind switch
    {
        LeavePartKind.Day => "day",
        LeavePartKind.Morning => "morning",
        LeavePartKind.Afternoon => "afternoon",
        LeavePartKind.Times => string.Create(CultureInfo.InvariantCulture, $"{Start:HH\\:mm}-{End:HH\\:mm}"),
        LeavePartKind.AtStart => string.Create(CultureInfo.InvariantCulture, $"start+{Minutes}"),
        LeavePartKind.AtEnd => string.Create(CultureInfo.InvariantCulture, $"end-{Minutes}"),
        LeavePartKind.Anywhere => string.Create(CultureInfo.InvariantCulture, $"any{Minutes}"),
        _ => throw new InvalidOperationException($"No such part: {(int)Kind}."),
    };
}

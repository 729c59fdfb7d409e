using System.Globalization;
using KyCuong.Kiosk.Resources;

namespace KyCuong.Kiosk.Feedback;

/// <summary>A verdict as a line of Vietnamese, e.g. "07:21:05 · Đã ghi nhận · Nguyễn Văn A · Văn phòng". Pure.</summary>
public static class VerdictText
{
    private const string Separator = " · ";

    /// <summary>The line.</summary>
    /// <param name="verdict">What to say.</param>
    /// <param name="zone">The agency's time zone.</param>
    public static string Of(Verdict verdict, TimeZoneInfo zone)
    {
        var at = TimeZoneInfo.ConvertTime(DateTimeOffset.UnixEpoch.AddMicroseconds(verdict.AtUs), zone);
        var parts = new List<string> { at.ToString("HH:mm:ss", CultureInfo.InvariantCulture), Word(verdict.Kind) };
        if (verdict.Name is { Length: > 0 } name) parts.Add(name);
        if (verdict.Unit is { Length: > 0 } unit) parts.Add(unit);
        if (verdict.Reader.Length > 0 && verdict.Kind is VerdictKind.ReaderFault or VerdictKind.ReaderRecovered) parts.Add(verdict.Reader);
        if (verdict.Unsent > 0) parts.Add(Text.Unsent(verdict.Unsent));
        return string.Join(Separator, parts);
    }

    private static string Word(VerdictKind kind) => kind switch
    {
        VerdictKind.Accepted => Text.Accepted,
        VerdictKind.AcceptedWithoutRoster => Text.AcceptedWithoutRoster,
        VerdictKind.UnknownBadge => Text.UnknownBadge,
        VerdictKind.BlockedBadge => Text.BlockedBadge,
        VerdictKind.AmbiguousBadge => Text.AmbiguousBadge,
        VerdictKind.Refused => Text.Refused,
        VerdictKind.NationalId => Text.NationalId,
        VerdictKind.ReaderFault => Text.ReaderFault,
        VerdictKind.ReaderRecovered => Text.ReaderRecovered,
        VerdictKind.OutOfService => Text.OutOfService,
        VerdictKind.Retired => Text.Retired,
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "This verdict has no text."),
    };
}

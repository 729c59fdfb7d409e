using System.Globalization;
using KyCuong.Kiosk.Resources;

namespace KyCuong.Kiosk.Feedback;

/// <summary>A verdict as a line of Vietnamese, e.g. "07:21:05 · Đi muộn 21 phút · Nguyễn Văn A · Văn phòng". Pure.</summary>
public static class VerdictText
{
    private const string Separator = " · ";

    /// <summary>The line.</summary>
    /// <param name="verdict">What to say.</param>
    /// <param name="zone">The agency's time zone.</param>
    public static string Of(Verdict verdict, TimeZoneInfo zone)
    {
        var parts = new List<string> { Clock(verdict.AtUs, "HH:mm:ss", zone), Title(verdict, zone) };
        if (verdict.Name is { Length: > 0 } name) parts.Add(name);
        if (verdict.Unit is { Length: > 0 } unit) parts.Add(unit);
        if (verdict.Reader.Length > 0 && verdict.Kind is VerdictKind.ReaderFault or VerdictKind.ReaderRecovered) parts.Add(verdict.Reader);
        if (verdict.Unsent > 0) parts.Add(Text.Unsent(verdict.Unsent));
        return string.Join(Separator, parts);
    }

    /// <summary>The same with no word on who came nor how late.</summary>
    public static Verdict Unnamed(Verdict verdict) => verdict with
    {
        Kind = verdict.Kind is VerdictKind.OnTime or VerdictKind.Late or VerdictKind.Left ? VerdictKind.Accepted : verdict.Kind,
        Name = null,
        Unit = null,
    };

    /// <summary>The verdict itself, e.g. "Đi muộn 21 phút".</summary>
    public static string Title(Verdict verdict, TimeZoneInfo zone) => verdict.Kind switch
    {
        VerdictKind.Accepted => Text.Accepted(Clock(verdict.AtUs, "HH:mm", zone)),
        VerdictKind.OnTime => Text.OnTime,
        VerdictKind.Late => Text.Late(verdict.LateMinutes),
        VerdictKind.Left => Text.Left(Clock(verdict.AtUs, "HH:mm", zone)),
        VerdictKind.Repeat => Text.Repeat(Clock(verdict.EarlierUs ?? verdict.AtUs, "HH:mm", zone)),
        VerdictKind.AcceptedWithoutRoster => Text.AcceptedWithoutRoster,
        VerdictKind.UnknownBadge => Text.UnknownBadge,
        VerdictKind.LostBadge => Text.LostBadge,
        VerdictKind.BlockedBadge => Text.BlockedBadge,
        VerdictKind.AmbiguousBadge => Text.AmbiguousBadge,
        VerdictKind.Refused => Text.Refused,
        VerdictKind.NationalId => Text.NationalId,
        VerdictKind.TwoCards => Text.TwoCards,
        VerdictKind.Claimed => Text.Claimed,
        VerdictKind.WrongPin => Text.WrongPin,
        VerdictKind.ReaderFault => Text.ReaderFault,
        VerdictKind.ReaderRecovered => Text.ReaderRecovered,
        VerdictKind.OutOfService => Text.OutOfService,
        VerdictKind.Retired => Text.Retired,
        _ => throw new ArgumentOutOfRangeException(nameof(verdict), verdict.Kind, "This verdict has no text."),
    };

    /// <summary>An instant as the agency's clocks show it.</summary>
    /// <param name="us">µs since 1970.</param>
    /// <param name="format">E.g. <c>HH:mm:ss</c>.</param>
    /// <param name="zone">The agency's.</param>
    public static string Clock(long us, string format, TimeZoneInfo zone) =>
        TimeZoneInfo.ConvertTime(DateTimeOffset.UnixEpoch.AddMicroseconds(us), zone).ToString(format, CultureInfo.InvariantCulture);
}

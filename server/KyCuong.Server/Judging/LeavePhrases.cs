using KyCuong.Rules;
using KyCuong.Server.Resources;

namespace KyCuong.Server.Judging;

/// <summary>Leave in the words of an office.</summary>
internal static class LeavePhrases
{
    /// <summary>nghỉ phép năm.</summary>
    public static string Of(LeaveKind kind) => Text.Get($"leave.{kind.Word()}");

    /// <summary>buổi sáng, 09:00–10:30, 60 phút đầu ngày.</summary>
    public static string Of(LeavePart part) => part.Kind == LeavePartKind.Times
        ? part.ToString().Replace('-', '–')
        : Text.Get($"leavePart.{part.Kind}", part.Minutes);
}

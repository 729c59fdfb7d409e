using KyCuong.Rules;
using KyCuong.Server.Judging;

namespace KyCuong.Server.Features.Days;

/// <summary>What was entered for the date, when, and what of it was withdrawn.</summary>
internal static class LeaveSentences
{
    /// <summary>One sentence an entry.</summary>
    public static IEnumerable<string> Of(ShiftVerdict verdict, DayAnswer answer, DayWords words)
    {
        var day = answer.Days[0];
        foreach (var (entry, afterwards) in day.LeaveOf(verdict, answer.Agency.Zone))
            yield return DayText.Get("explain.leave", LeavePhrases.Of(entry.Kind), LeavePhrases.Of(entry.Part), entry.Document ?? "–", words.Moment(entry.EnteredAt),
                entry.ApprovedAt is { } approved ? DayText.Get("explain.leave.approved", words.Moment(approved)) : DayText.Get("explain.leave.byImport"),
                afterwards ? DayText.Get("explain.leave.afterwards") : "");
        foreach (var row in day.Person.Withdrawn)
        {
            var entry = LeaveRecords.EntryOf(row);
            yield return DayText.Get("explain.leave.withdrawn", LeavePhrases.Of(entry.Kind), LeavePhrases.Of(entry.Part), row.Document ?? "–",
                words.Moment(new Instant(row.WithdrawnUs!.Value)), row.WithdrawnDocument, row.WithdrawnReason);
        }
    }
}

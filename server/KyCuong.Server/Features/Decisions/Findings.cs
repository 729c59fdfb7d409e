using KyCuong.Rules;
using KyCuong.Server.Cli;
using KyCuong.Server.Judging;
using KyCuong.Server.Resources;

namespace KyCuong.Server.Features.Decisions;

/// <summary>What the rules find of a person's date right now: a decision is about something that is there.</summary>
internal static class Findings
{
    /// <summary>Each finding with the code of its schedule.</summary>
    public static async Task<IReadOnlyList<(string Schedule, Finding Finding)>> OfAsync(CommandContext context, string staff, DateOnly date, CancellationToken cancel)
    {
        await using var db = context.Store.NewReader();
        var agency = await AgencyData.LoadAsync(db, context.Agency, (date, date), cancel);
        var person = agency.Person(staff);
        var assessor = new PersonAssessor(agency.Rules);
        using var reader = context.Store.OpenReader();
        var taps = PersonTaps.Read(reader, agency, assessor.TapRange(date, date), person.Row.StaffId);
        return [.. assessor.Judge(person.Record, date, date, taps.Of(person.Row.StaffId), Instant.From(context.Time.GetUtcNow()))
            .SelectMany(verdict => verdict.Findings.Select(finding => (verdict.Schedule!.Code, finding)))];
    }

    /// <summary>Đi muộn 20 phút (buổi 1), …</summary>
    public static string Shown(IEnumerable<(string Schedule, Finding Finding)> found)
    {
        var words = found.Select(one => DecisionText.Get(
            one.Finding.Minutes > 0 ? "finding.minutes" : "finding.plain", Text.Get($"finding.{DecisionRecords.Word(one.Finding.Kind)}"), one.Finding.Session + 1, one.Finding.Minutes)).ToList();
        return words.Count == 0 ? DecisionText.Get("finding.none") : string.Join(", ", words);
    }
}

using System.Text.Json;
using System.Text.Json.Nodes;

namespace KyCuong.Verify;

/// <summary>A verification in words and as JSON.</summary>
internal static class Report
{
    private const int MostShown = 20;
    private static readonly JsonSerializerOptions Json = new() { WriteIndented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string Text(Verification verification, int heads, bool signatures)
    {
        var lines = new List<string>
        {
            VerifyText.Get("Log", verification.End, HeadOf(verification)),
            VerifyText.Get("Rows", verification.Rows),
            VerifyText.Get("Entries", verification.Entries, verification.Imported),
            VerifyText.Get("KioskHeads", verification.KioskHeads),
            heads == 0 ? VerifyText.Get("NoHeads") : VerifyText.Get("Heads", heads),
            VerifyText.Get("Erasures", verification.Erasures),
            "",
        };
        if (verification.Erasures > 0 && !signatures) lines.Insert(lines.Count - 1, VerifyText.Get("NoAuthority"));
        foreach (var fork in verification.Forks) lines.Insert(lines.Count - 1, VerifyText.Get("Fork", fork.Kiosk, fork.Epoch[..8], fork.First, fork.Entries));
        if (verification.Findings.Count == 0)
        {
            lines.Add(VerifyText.Get("Fine"));
            return string.Join('\n', lines);
        }

        lines.Add(VerifyText.Get("Wrong", verification.Findings.Count, First(verification)?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "–"));
        foreach (var finding in verification.Findings.Take(MostShown))
            lines.Add($"  {Line(finding)}");
        if (verification.Findings.Count > MostShown) lines.Add($"  {VerifyText.Get("More", verification.Findings.Count - MostShown)}");
        return string.Join('\n', lines);
    }

    /// <summary>A finding in words, without a stop.</summary>
    public static string Line(Finding finding) =>
        VerifyText.Get(finding.Kind.ToString(), finding.Where) + (finding.Number == 0 ? "" : $" {VerifyText.Get("AtEntry", finding.Number)}");

    public static string ToJson(Verification verification, int heads, bool signatures) => new JsonObject
    {
        ["ok"] = verification.Findings.Count == 0,
        ["head"] = HeadOf(verification),
        ["headHash"] = Convert.ToHexStringLower(verification.EndHash),
        ["logEntries"] = verification.End,
        ["rows"] = verification.Rows,
        ["journalEntries"] = verification.Entries,
        ["kioskHeads"] = verification.KioskHeads,
        ["forks"] = new JsonArray([.. verification.Forks.Select(fork => new JsonObject { ["kiosk"] = fork.Kiosk, ["epoch"] = fork.Epoch, ["firstSequence"] = fork.First, ["entries"] = fork.Entries })]),
        ["importedTaps"] = verification.Imported,
        ["outsideHeads"] = heads,
        ["erasures"] = verification.Erasures,
        ["signaturesChecked"] = signatures,
        ["firstWrong"] = First(verification),
        ["findings"] = new JsonArray([.. verification.Findings.Select(finding => new JsonObject
        {
            ["kind"] = JsonNamingPolicy.CamelCase.ConvertName(finding.Kind.ToString()),
            ["where"] = finding.Where,
            ["logEntry"] = finding.Number == 0 ? null : finding.Number,
        })]),
    }.ToJsonString(Json);

    private static long? First(Verification verification) =>
        verification.Findings.Where(finding => finding.Number > 0).Select(finding => (long?)finding.Number).Min();

    private static string HeadOf(Verification verification)
    {
        var hex = Convert.ToHexStringLower(verification.EndHash);
        return $"{verification.End}:{string.Join('-', Enumerable.Range(0, 8).Select(i => hex.Substring(4 * i, 4)))}";
    }
}

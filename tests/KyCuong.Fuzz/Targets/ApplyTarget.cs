using System.Text;
using KyCuong.Server.Features.Apply;
using KyCuong.Server.Formats;

namespace KyCuong.Fuzz.Targets;

/// <summary>A file of <c>apply</c>: JSON with comments. Refused with a sentence, or read with every problem said at a line of it.</summary>
internal sealed class ApplyTarget : ITarget
{
    private const string Whole = """
        {
          "agency": { "code": "BQLKCN", "name": "Ban Quản lý", "timeZone": "Asia/Ho_Chi_Minh", "restDays": ["Sat", "Sun"] }, // ghi chú
          "units": [ { "code": "VP", "name": "Văn phòng", "parent": null, "heads": [ { "staff": "NV001", "from": "2026-05-01" } ] } ],
          "schedules": [ { "code": "HC", "name": "Hành chính", "from": "2026-04-16", "to": "2026-10-15", "days": ["Mon"], "holidays": "off", "sessions": [ { "start": "07:00", "end": "11:30" }, { "start": "22:30", "end": "06:00" } ],
            "taps": "everySession", "lateGraceMinutes": 5, "earlyGraceMinutes": null, "graceCounts": "whole", "opensBeforeMinutes": 120, "closesAfterMinutes": 240, "repeatSeconds": 120 } ],
          "assignments": [ { "unit": "VP", "schedule": "HC" }, { "staff": "NV007", "schedule": "HC", "from": "2026-05-01", "to": null, "mode": "add", "dates": ["2026-05-13"], "remove": true } ],
          "calendar": { "holidays": [ { "date": "2026-11-24", "name": "Ngày Văn hóa" } ], "swaps": [ { "off": "2026-08-31", "worked": "2026-08-22", "notice": "12/VP" } ] },
          "policy": { "gate": { "discreet": true } }
        }
        """;

    public string Name => "apply";

    public int Weight => 20;

    public IReadOnlyList<byte[]> Seeds { get; } = [Encoding.UTF8.GetBytes(Whole)];

    public byte[] Generate(Random random)
    {
        string[] values = ["null", "true", "-1", "1e999", "99999999999999999999", "\"\"", "\"\\uD800\"", "\"9999-12-31\"", "\"0001-01-01\"", "\"24:00\"", "[]", "{}", "\"Etc/GMT-99\"", "\"../x\"", new string('[', 200)];
        var places = Enumerable.Range(0, Whole.Length).Where(i => Whole[i] == ':' && Whole[i + 1] == ' ').ToList();
        var from = places[random.Next(places.Count)] + 2;
        var to = Whole.AsSpan(from).IndexOfAny(",}]");
        return Encoding.UTF8.GetBytes(random.Next(8) == 0 ? Whole.Replace("\"code\"", "\"\\uDC00\"", StringComparison.Ordinal) : Whole[..from] + values[random.Next(values.Length)] + Whole[(from + to)..]);
    }

    public long MostAllocated(int inputBytes) => (1L << 20) + (512L * inputBytes);

    public string? Take(byte[] input)
    {
        var problems = new ProblemList();
        try
        {
            ApplyFileReader.Read(input, problems);
        }
        catch (FormatException refused)
        {
            return string.IsNullOrWhiteSpace(refused.Message) ? "refused without a sentence" : null;
        }

        var lines = input.Count(b => b == '\n') + 1;
        return problems.Kept.Any(problem => string.IsNullOrWhiteSpace(problem.Reason) || problem.Line > lines) ? "a problem without a sentence or beyond the file" : null;
    }
}

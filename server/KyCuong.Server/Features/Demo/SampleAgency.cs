using System.Text.Json;
using System.Text.Json.Nodes;
using KyCuong.Protos;
using KyCuong.Protos.Badges;

namespace KyCuong.Server.Features.Demo;

/// <summary>One person of the sample agency: an EM4100 tag or a badge code, and habits.</summary>
internal sealed record SamplePerson(
    string Code, string Name, string Unit, string Position, string Category, byte[] Tag, string? BadgeCode, double LateChance);

/// <summary>
/// The sample agency: 5 units, 60 people, the hours of the season for the years around <c>today</c>. Pure: the same random
/// source and day give the same agency.
/// </summary>
internal sealed class SampleAgency
{
    /// <summary>The agency's code.</summary>
    public const string Code = "BQLKCN";

    /// <summary>The agency's time zone.</summary>
    public const string TimeZone = "Asia/Ho_Chi_Minh";

    private const string ScheduleCode = "HC";
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Makes the agency as it stands on <paramref name="today"/>.</summary>
    public SampleAgency(DateOnly today, Random random)
    {
        Today = today;
        Units = [.. DemoSample.Lines("units.txt").Select(line => line.Split(" | ")).Select(parts => (parts[0], parts[1]))];
        var names = DemoSample.Lines("names.txt").ToArray();
        People = new SamplePerson[names.Length];
        for (var i = 0; i < names.Length; i++)
        {
            var unit = Units[i % Units.Count].Code;
            var rank = i / Units.Count;
            var tag = new byte[5];
            random.NextBytes(tag);
            tag[0] = 0x0C;
            var symbols = new byte[BadgeToken.BodyLength - 1];
            for (var k = 0; k < symbols.Length; k++) symbols[k] = (byte)random.Next(Crockford.Alphabet.Length);
            People[i] = new SamplePerson(
                $"NV{i + 1:000}", names[i], unit,
                DemoText.Get(rank switch { 0 when i == 0 => "position.office", 0 => "position.head", 1 when i == Units.Count => "position.officeDeputy", 1 => "position.deputy", _ => "position.specialist" }),
                rank < 10 ? "CivilServant" : "ContractWorker",
                tag,
                i % 4 == 3 ? BadgeToken.Format(symbols) : null,
                i % 7 == 0 ? 0.25 : 0.03);
        }
    }

    /// <summary>The day the sample is made for, in the agency's zone.</summary>
    public DateOnly Today { get; }

    /// <summary>Units, the office first.</summary>
    public IReadOnlyList<(string Code, string Name)> Units { get; }

    /// <summary>Everyone.</summary>
    public SamplePerson[] People { get; }

    /// <summary>First day of last month.</summary>
    public DateOnly LastMonth => new DateOnly(Today.Year, Today.Month, 1).AddMonths(-1);

    /// <summary>The two sessions due on a date.</summary>
    public static ((TimeOnly Start, TimeOnly End) Morning, (TimeOnly Start, TimeOnly End) Afternoon) Sessions(DateOnly date) =>
        IsSummer(date)
            ? ((new TimeOnly(7, 0), new TimeOnly(11, 30)), (new TimeOnly(13, 30), new TimeOnly(17, 0)))
            : ((new TimeOnly(7, 30), new TimeOnly(12, 0)), (new TimeOnly(13, 30), new TimeOnly(17, 0)));

    /// <summary>The file for <c>apply</c>.</summary>
    public string AgencyFile()
    {
        var units = new JsonArray();
        foreach (var (code, name) in Units)
            units.Add(new JsonObject { ["code"] = code, ["name"] = name, ["parent"] = null, ["head"] = People.First(person => person.Unit == code).Code });
        var schedules = new JsonArray();
        for (var year = Today.Year - 2; year <= Today.Year + 1; year++)
        {
            schedules.Add(Schedule(DemoText.Get("schedule.summer"), new DateOnly(year, 4, 16), new DateOnly(year, 10, 15)));
            schedules.Add(Schedule(DemoText.Get("schedule.winter"), new DateOnly(year, 10, 16), new DateOnly(year + 1, 4, 15)));
        }

        return new JsonObject
        {
            ["agency"] = new JsonObject
            {
                ["code"] = Code,
                ["name"] = DemoText.Get("agency.name"),
                ["superior"] = DemoText.Get("agency.superior"),
                ["timeZone"] = TimeZone,
                ["restDays"] = new JsonArray("Sat", "Sun"),
            },
            ["units"] = units,
            ["schedules"] = schedules,
            ["assignments"] = new JsonArray(new JsonObject { ["schedule"] = ScheduleCode }),
        }.ToJsonString(Indented);
    }

    /// <summary>The file for <c>import staff</c>.</summary>
    public string StaffFile()
    {
        var from = new DateOnly(Today.Year - 1, 1, 1);
        var lines = People.Select(person => $"{person.Code},{person.Name},{person.Unit},{person.Position},{person.Category},{from:yyyy-MM-dd},");
        return string.Join('\n', ["staff_code,full_name,unit,position,category,from,to", .. lines]) + "\n";
    }

    /// <summary>The file for <c>import badges</c>.</summary>
    public string BadgeFile()
    {
        var from = new DateOnly(Today.Year - 1, 1, 1);
        var lines = People.Select(person => person.BadgeCode is { } code
            ? $"{person.Code},{code},kc1,{from:yyyy-MM-dd},"
            : $"{person.Code},{Convert.ToHexString(person.Tag)},em10h,{from:yyyy-MM-dd},");
        return string.Join('\n', ["staff_code,badge,kind,from,to", .. lines]) + "\n";
    }

    private static bool IsSummer(DateOnly date) => (date.Month, date.Day).CompareTo((4, 16)) >= 0 && (date.Month, date.Day).CompareTo((10, 15)) <= 0;

    private static JsonObject Schedule(string name, DateOnly from, DateOnly to)
    {
        var (morning, afternoon) = Sessions(from);
        return new JsonObject
        {
            ["code"] = ScheduleCode,
            ["name"] = name,
            ["from"] = from.ToString("yyyy-MM-dd", null),
            ["to"] = to.ToString("yyyy-MM-dd", null),
            ["days"] = new JsonArray("Mon", "Tue", "Wed", "Thu", "Fri"),
            ["holidays"] = "off",
            ["sessions"] = new JsonArray(Session(morning), Session(afternoon)),
            ["taps"] = "everySession",
            ["lateGraceMinutes"] = 5,
            ["earlyGraceMinutes"] = 5,
            ["graceCounts"] = "whole",
            ["opensBeforeMinutes"] = 120,
            ["closesAfterMinutes"] = 240,
            ["repeatSeconds"] = 120,
        };
    }

    private static JsonObject Session((TimeOnly Start, TimeOnly End) session) =>
        new() { ["start"] = session.Start.ToString("HH:mm", null), ["end"] = session.End.ToString("HH:mm", null) };
}

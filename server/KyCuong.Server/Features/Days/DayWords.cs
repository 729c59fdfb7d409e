using System.Globalization;
using KyCuong.Rules;
using KyCuong.Server.Judging;
using KyCuong.Server.Resources;

namespace KyCuong.Server.Features.Days;

/// <summary>Dates, times and names as a Vietnamese office writes them.</summary>
internal sealed class DayWords(AgencyData agency)
{
    /// <summary>Thứ Tư, 13/05/2026.</summary>
    public static string Long(DateOnly date) => $"{Text.Get($"day.{date.DayOfWeek}")}, {Short(date)}";

    /// <summary>13/05/2026.</summary>
    public static string Short(DateOnly date) => date.ToString("dd/MM/yyyy", CultureInfo.InvariantCulture);

    /// <summary>07:06.</summary>
    public string Minute(Instant moment) => moment.In(agency.Zone).ToString("HH:mm", CultureInfo.InvariantCulture);

    /// <summary>07:06:20, with the date where it is not the shift's.</summary>
    public string Second(Instant moment, DateOnly shift)
    {
        var local = moment.In(agency.Zone);
        var clock = local.ToString("HH:mm:ss", CultureInfo.InvariantCulture);
        var date = DateOnly.FromDateTime(local.DateTime);
        return date == shift ? clock : $"{clock} {Short(date)}";
    }

    /// <summary>13/05/2026 07:06.</summary>
    public string Moment(Instant moment) => moment.In(agency.Zone).ToString("dd/MM/yyyy HH:mm", CultureInfo.InvariantCulture);

    /// <summary>Văn phòng (VP).</summary>
    public string Unit(long unit) => $"{agency.UnitsById[unit].Name} ({agency.UnitsById[unit].Code})";

    /// <summary>Names of kiosks, with commas.</summary>
    public string Kiosks(IEnumerable<long> kiosks) => string.Join(", ", kiosks.Select(id => $"{agency.KiosksById[id].Name} ({agency.KiosksById[id].Code})"));

    /// <summary>The state in words.</summary>
    public static string State(ShiftVerdict verdict) =>
        verdict.Unscheduled ? Text.Get("state.unscheduled") : Text.Get($"state.{VerdictJson.Word(verdict.State)}");

    /// <summary>The kind of a finding in words.</summary>
    public static string Finding(FindingKind kind) => Text.Get($"finding.{VerdictJson.Word(kind)}");
}

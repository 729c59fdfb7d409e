using System.Text;

namespace KyCuong.Server.Features.Demo;

/// <summary>
/// Taps as people leave them behind: mostly on time, some late, some forgotten, here and there a day away. Pure.
/// </summary>
internal static class SampleTaps
{
    private const double ForgetChance = 0.01;
    private const double AwayChance = 0.015;
    private const double EarlyChance = 0.02;
    private const string Gate = "CONG-CHINH";

    /// <summary>The file for <c>import taps</c>, for the working days of [from, to].</summary>
    public static string File(SampleAgency agency, DateOnly from, DateOnly to, Func<DateOnly, bool> isWorkingDay, Random random)
    {
        var file = new StringBuilder("staff_code_or_badge,at,direction,reader\n");
        for (var date = from; date <= to; date = date.AddDays(1))
        {
            if (!isWorkingDay(date)) continue;
            foreach (var person in agency.People)
                if (random.NextDouble() >= AwayChance)
                    AddDay(file, person, date, random);
        }

        return file.ToString();
    }

    private static void AddDay(StringBuilder file, SamplePerson person, DateOnly date, Random random)
    {
        var (morning, afternoon) = SampleAgency.Sessions(date);
        var late = random.NextDouble() < person.LateChance;
        Add(morning.Start, late ? random.Next(6 * 60, 45 * 60) : -random.Next(30, 25 * 60), "in");
        Add(morning.End, random.Next(10, 12 * 60), "out");
        Add(afternoon.Start, -random.Next(30, 20 * 60), "in");
        Add(afternoon.End, random.NextDouble() < EarlyChance ? -random.Next(6 * 60, 40 * 60) : random.Next(10, 30 * 60), "out");

        void Add(TimeOnly limit, int seconds, string direction)
        {
            if (random.NextDouble() < ForgetChance) return;
            var at = date.ToDateTime(limit).AddSeconds(seconds);
            file.Append(null, $"{person.Code},{at:yyyy-MM-ddTHH:mm:ss},{direction},{Gate}\n");
        }
    }
}

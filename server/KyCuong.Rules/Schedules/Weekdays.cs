namespace KyCuong.Rules;

/// <summary>A set of days of the week.</summary>
[Flags]
public enum Weekdays : byte
{
    None = 0,
    Sunday = 1 << DayOfWeek.Sunday,
    Monday = 1 << DayOfWeek.Monday,
    Tuesday = 1 << DayOfWeek.Tuesday,
    Wednesday = 1 << DayOfWeek.Wednesday,
    Thursday = 1 << DayOfWeek.Thursday,
    Friday = 1 << DayOfWeek.Friday,
    Saturday = 1 << DayOfWeek.Saturday,
    WorkWeek = Monday | Tuesday | Wednesday | Thursday | Friday,
    Weekend = Saturday | Sunday,
    All = WorkWeek | Weekend,
}

public static class WeekdaysExtensions
{
    public static bool Contains(this Weekdays days, DayOfWeek day) => ((int)days & (1 << (int)day)) != 0;
}

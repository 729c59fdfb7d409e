namespace KyCuong.Server.Features.Kiosks;

/// <summary>
/// The version of a roster on the wire: the agency's roster version, and below it the day it was made for, because who
/// belongs to it changes at midnight without anyone touching the store. Grows with each change, as the contract asks. Pure.
/// </summary>
internal static class RosterVersion
{
    private const int DayBits = 24;

    /// <summary>The version of a roster with this agency's version for this day.</summary>
    public static ulong Of(long agencyVersion, DateOnly day) => ((ulong)agencyVersion << DayBits) | (uint)day.DayNumber;
}

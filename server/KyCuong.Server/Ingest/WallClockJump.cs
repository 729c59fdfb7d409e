using KyCuong.Protos;
using KyCuong.Protos.Journal;

namespace KyCuong.Server.Ingest;

/// <summary>
/// A kiosk's wall clock that was set, as its journal records it: each entry bears both clocks, and of one boot they go on together. Pure.
/// </summary>
internal static class WallClockJump
{
    /// <summary>What moves the wall clock by less is its being kept right, µs.</summary>
    public const long LeastUs = 500_000;

    /// <summary>By how much the wall clock was set between two entries, µs, above 0: put forward; null: it was not, or the machine was started in between.</summary>
    public static long? Between(Stamp before, Stamp after)
    {
        if (before.BootId != after.BootId || before.BootId == 0) return null;
        var passed = (Int128)after.BootTimeUs - before.BootTimeUs;
        var moved = (Int128)after.WallClockUs - before.WallClockUs - passed;
        if (Int128.Abs(moved) <= LeastUs + ContractLimits.ClockDriftUs(Int128.Abs(passed))) return null;
        return (long)Int128.Clamp(moved, long.MinValue, long.MaxValue);
    }
}

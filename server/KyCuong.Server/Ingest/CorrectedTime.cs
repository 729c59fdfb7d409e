using KyCuong.Protos;

namespace KyCuong.Server.Ingest;

/// <summary>How a kiosk's boot-time clock stood to the server's, as an entry at <paramref name="BootTimeUs"/> knew it.</summary>
/// <param name="BootTimeUs">When, µs since the kiosk's boot.</param>
/// <param name="ServerMinusBootUs">Server's UTC µs minus boot-time µs.</param>
/// <param name="UncertaintyUs">True within ± this at that moment.</param>
internal readonly record struct BootEstimate(long BootTimeUs, long ServerMinusBootUs, long UncertaintyUs);

/// <summary>A corrected instant, UTC microseconds, true within ± <paramref name="UncertaintyUs"/>.</summary>
internal readonly record struct CorrectedTime(long AtUs, long UncertaintyUs)
{
    /// <summary>End of the year 9999: the last instant that has a date.</summary>
    private const long LastUs = 253_402_300_799_999_999;

    /// <summary>A day is kept free at either end, so that any zone's offset still gives a date.</summary>
    private const long MarginUs = 86_400_000_000;

    /// <summary>The instant of a boot time by an estimate, widened by the drift in between; null when it is no instant of years 1970 to 9999.</summary>
    public static CorrectedTime? Of(long bootTimeUs, BootEstimate estimate)
    {
        var at = (Int128)bootTimeUs + estimate.ServerMinusBootUs;
        if (at < MarginUs || at > LastUs - MarginUs) return null;
        var drift = ContractLimits.ClockDriftUs(Int128.Abs((Int128)bootTimeUs - estimate.BootTimeUs));
        var uncertainty = Int128.Min(estimate.UncertaintyUs + drift, LastUs);
        return new CorrectedTime((long)at, (long)uncertainty);
    }
}

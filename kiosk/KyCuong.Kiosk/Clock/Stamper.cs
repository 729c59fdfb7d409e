using KyCuong.Protos.Journal;

namespace KyCuong.Kiosk.Clock;

/// <summary>Puts the clocks' values on entries, for now or for an instant just past. Thread-safe.</summary>
/// <param name="clock">The machine's clocks.</param>
public sealed class Stamper(IKioskClock clock)
{
    private readonly Lock _gate = new();
    private readonly ClockDiscipline _discipline = new();

    /// <summary>The machine's clocks.</summary>
    public IKioskClock Clock => clock;

    /// <summary>The stamp of this instant.</summary>
    public Stamp Now() => At(clock.BootTimeUs);

    /// <summary>
    /// The stamp of an earlier instant of this boot, e.g. the first byte of a frame. Its wall clock is what the wall clock
    /// now makes of it.
    /// </summary>
    public Stamp At(long bootUs)
    {
        lock (_gate)
        {
            var nowBoot = clock.BootTimeUs;
#if PLANTED_BUGS
            if (Protos.PlantedBugs.Is(Protos.PlantedBugs.TrustWallClock))
                return new Stamp(clock.WallClockUs - (nowBoot - bootUs), bootUs, clock.BootId, new ClockReading(clock.WallClockUs - nowBoot, 1000, 0));
#endif
            return new Stamp(clock.WallClockUs - (nowBoot - bootUs), bootUs, clock.BootId, _discipline.At(bootUs));
        }
    }

    /// <summary>Takes in an exchange with the server's clock and returns the estimate after it; null when the exchange was impossible.</summary>
    public ClockReading? Add(ClockExchange exchange)
    {
        lock (_gate) return _discipline.Add(exchange) ? _discipline.At(clock.BootTimeUs) : null;
    }

    /// <summary>The instant of a stamp as well as it is known, µs since 1970: by the server's clock if it was met, else by the wall clock.</summary>
    public static long InstantUs(Stamp stamp) =>
        stamp.Estimate is { } estimate ? stamp.BootTimeUs + estimate.ServerMinusBootUs : stamp.WallClockUs;
}

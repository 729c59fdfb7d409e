using KyCuong.Protos.V1;

namespace KyCuong.Kiosk.Arrivals;

/// <summary>
/// What the server lets this gate say of a person's first tap of a shift (design section 5), µs since 1970: from
/// <paramref name="FromUs"/> up to before <paramref name="ToUs"/> it is an arrival, on time up to and including
/// <paramref name="LimitUs"/>; past it whole minutes late count from <paramref name="BaseUs"/>. Taps from
/// <paramref name="ShiftFromUs"/> on belong to the same shift.
/// </summary>
public readonly record struct GateSegment(long FromUs, long ToUs, long LimitUs, long BaseUs, long ShiftFromUs)
{
    /// <summary>A segment of the contract; null: of a direction this program knows nothing to say of.</summary>
    public static GateSegment? FromMessage(RosterSegment message) => message.Direction == Direction.In
        ? new GateSegment(message.FromUs, message.ToUs, message.LimitUs, message.BaseUs, message.ShiftFromUs)
        : null;
}

using KyCuong.Protos;
using KyCuong.Protos.Badges;
using KyCuong.Protos.Journal;
using KyCuong.Protos.V1;

namespace KyCuong.PowerCut;

/// <summary>Entries like those of a gate, each with a badge of its own.</summary>
internal static class SampleEntries
{
    private const long BootedUs = 1_778_630_400_000_000;

    public static Stamp Stamp(ulong number) => new(BootedUs + (long)number * 1000, (long)number * 1000, 7, new ClockReading(BootedUs, 3_000, 10_000_000));

    public static TapEntry Tap(ulong badge) => new(
        "r1", new EquatableList<BadgeKey>(new BadgeKey(CredentialLevel.Em, 1, badge + 1)), Technology.Em4100, 12, Direction.In, DirectionSource.Reader);
}

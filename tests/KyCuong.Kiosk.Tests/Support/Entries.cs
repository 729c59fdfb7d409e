using KyCuong.Protos;
using KyCuong.Protos.Badges;
using KyCuong.Protos.Journal;
using KyCuong.Protos.V1;

namespace KyCuong.Kiosk.Tests.Support;

internal static class Entries
{
    public static Stamp Stamp(long bootUs = 5_000_000, ClockReading? estimate = null) => new(1_700_000_000_000_000 + bootUs, bootUs, 7, estimate);

    public static TapEntry Tap(int badge) => new(
        "r1", new EquatableList<BadgeKey>(new BadgeKey(CredentialLevel.Em, 1, (UInt128)badge + 1)), Technology.Em4100, 12, Direction.In, DirectionSource.Reader);
}

using KyCuong.Kiosk.Arrivals;
using KyCuong.Kiosk.Roster;
using KyCuong.Kiosk.Tests.Support;
using KyCuong.Protos.Journal;
using KyCuong.Protos.V1;

namespace KyCuong.Kiosk.Tests.Arrivals;

/// <summary>What a staff code entered while the server was away does to what is said at the gate.</summary>
public sealed class ClaimTests : IDisposable
{
    private const long Minute = 60_000_000;
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Nobody_is_called_late_on_top_of_a_claim_that_may_be_confirmed()
    {
        Assert.Equal(ArrivalKind.Late, Gate().Tap(Person(1), Direction.Unspecified, At(30), RosterBook.Empty).Kind);
        var gate = Gate();
        gate.Claimed(Person(1), At(3));
        Assert.Equal(ArrivalKind.Recorded, gate.Tap(Person(1), Direction.Unspecified, At(30), RosterBook.Empty).Kind);
        // It is no tap: a repeat of it there is not, and others are not concerned.
        Assert.Equal(ArrivalKind.Late, gate.Tap(Person(2), Direction.Unspecified, At(30), RosterBook.Empty).Kind);
        var soon = Gate();
        soon.Claimed(Person(1), At(4));
        Assert.Equal(ArrivalKind.OnTime, soon.Tap(Person(1), Direction.Unspecified, At(5), RosterBook.Empty).Kind);
    }

    [Fact]
    public void Badge_tapped_without_end_fills_no_memory_and_its_last_taps_are_known()
    {
        var gate = Gate();
        for (var minute = 6; minute < 500; minute++) gate.Tap(Person(1), Direction.Unspecified, At(minute), RosterBook.Empty);
        Assert.Equal(GateBook.MostOfOne, gate.Remembered);
        Assert.Equal(ArrivalKind.Repeat, gate.Tap(Person(1), Direction.Unspecified, At(500), RosterBook.Empty).Kind);
        Assert.Equal(ArrivalKind.Recorded, gate.Tap(Person(1), Direction.Unspecified, At(510), RosterBook.Empty).Kind); // not the shift's first, so not late
        Assert.Equal(ArrivalKind.Late, gate.Tap(Person(2), Direction.Unspecified, At(510), RosterBook.Empty).Kind);
    }

    private GateBook Gate()
    {
        var gate = new GateBook(Path.Combine(_folder.Path, "gates"));
        gate.Apply(new PresenceUpdate());
        return gate;
    }

    private static RosterEntry Person(ulong id) => new(id, "An", "VP", [new GateSegment(0, 600 * Minute, 5 * Minute, 0, 0)]);

    private static Stamp At(long minutes) => new(0, minutes * Minute, 7, new ClockReading(0, 0, 0));
}

using KyCuong.Kiosk.Arrivals;
using KyCuong.Kiosk.Roster;
using KyCuong.Kiosk.Tests.Support;
using KyCuong.Protos.Journal;
using KyCuong.Protos.V1;

namespace KyCuong.Kiosk.Tests.Arrivals;

/// <summary>What the server said of other gates before the line to it was lost, and what it says afterwards.</summary>
public sealed class RelinkedTests : IDisposable
{
    private const long Minute = 60_000_000;
    private const ulong Seen = 1;
    private const ulong Other = 2;

    private readonly TempFolder _folder = new();
    private readonly GateBook _gate;

    public RelinkedTests()
    {
        _gate = new GateBook(Path.Combine(_folder.Path, "gates"));
        _gate.Linked();
        _gate.Apply(Update(At(60), Tapped(Seen, 3)));
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Who_was_seen_elsewhere_in_time_is_not_called_late_while_the_line_is_lost() => Assert.Equal(ArrivalKind.Recorded, Tap(Seen));

    [Fact]
    public void Nor_when_it_is_back_and_the_server_has_said_nothing_yet()
    {
        _gate.Linked();
        Assert.Equal(ArrivalKind.Recorded, Tap(Seen));
    }

    [Fact]
    public void What_was_taken_back_meanwhile_holds_no_more()
    {
        _gate.Linked();
        _gate.Apply(Update(At(60)));
        Assert.Equal(ArrivalKind.Late, Tap(Seen));
    }

    [Fact]
    public void What_one_message_cannot_hold_is_gathered_and_later_ones_add_to_it()
    {
        _gate.Linked();
        _gate.Apply(Update(0, Tapped(Seen, 3)));
        _gate.Apply(Update(At(60), Tapped(Other, 4)));
        Assert.Equal(ArrivalKind.Recorded, Tap(Seen));
        Assert.Equal(ArrivalKind.Recorded, Tap(Other));
    }

    private ArrivalKind Tap(ulong person) => _gate.Tap(
        new RosterEntry(person, "An", "VP", [new GateSegment(0, 600 * Minute, 5 * Minute, 0, 0)]), Direction.Unspecified, new Stamp(0, At(30), 7, new ClockReading(0, 0, 0)), RosterBook.Empty).Kind;

    private static PresenceUpdate Update(long knownUntilUs, params Presence[] people) =>
        new() { Kiosks = { new KioskKnown { KioskCode = "CONG-PHU", KnownUntilUs = knownUntilUs } }, People = { people } };

    private static Presence Tapped(ulong person, long minute) => new() { PersonId = person, FirstAtUs = At(minute), LastAtUs = At(minute) };

    private static long At(long minute) => minute * Minute;
}

using KyCuong.Protos.V1;

namespace KyCuong.Kiosk.Arrivals;

/// <summary>What an officer may be told of a tap, besides that it is recorded.</summary>
public enum ArrivalKind
{
    /// <summary>Nothing: what it means depends on more than this gate knows.</summary>
    Recorded,

    /// <summary>The shift's first, and in time.</summary>
    OnTime,

    /// <summary>The shift's first for certain, and late.</summary>
    Late,

    /// <summary>By a reader for going out.</summary>
    Left,

    /// <summary>The same person again, moments after.</summary>
    Repeat,
}

/// <summary>A tap of the same person at this gate before.</summary>
/// <param name="AtUs">When, µs since 1970.</param>
/// <param name="Direction">As the reader or the person said.</param>
public readonly record struct EarlierTap(long AtUs, Direction Direction);

/// <summary>One verdict.</summary>
/// <param name="Kind">Which.</param>
/// <param name="LateMinutes">Of <see cref="ArrivalKind.Late"/>: whole minutes; else 0.</param>
/// <param name="EarlierUs">Of <see cref="ArrivalKind.Repeat"/>: the tap that counts.</param>
public readonly record struct Arrival(ArrivalKind Kind, int LateMinutes = 0, long? EarlierUs = null)
{
    /// <summary>A tap so soon after another is the same visit to the gate, µs.</summary>
    public const long RepeatUs = 120_000_000;

    /// <summary>
    /// Nobody reaches another gate sooner than this, µs: what it may not yet have told the server of the last minute changes
    /// nothing.
    /// </summary>
    public const long BetweenGatesUs = 60_000_000;

    private const long MinuteUs = 60_000_000;

    /// <summary>
    /// Says only what no later tap and no other gate can undo: late when the tap is the shift's first as far as this and every other
    /// gate is known, past the limit by more than the clock may be wrong.
    /// </summary>
    /// <param name="segments">Of the person, in order.</param>
    /// <param name="direction">As the reader or the person says.</param>
    /// <param name="atUs">When.</param>
    /// <param name="uncertaintyUs">The true instant lies within ± this; null: the clock has not met the server.</param>
    /// <param name="earlier">The person's earlier taps at this gate, in order.</param>
    /// <param name="knownFromUs">All of the person's taps at this gate from here on are among <paramref name="earlier"/>, µs since 1970.</param>
    /// <param name="others">What is known of the other gates.</param>
    /// <param name="person">Whose, as the others know it.</param>
    public static Arrival Of(
        IReadOnlyList<GateSegment> segments, Direction direction, long atUs, long? uncertaintyUs, IReadOnlyList<EarlierTap> earlier, long knownFromUs, OtherGates others, ulong person)
    {
        // Earlier by the journal's order: after a restart, before the clock has met the server, its instant may seem the later one.
        if (earlier is [.., var last] && Math.Abs(atUs - last.AtUs) <= RepeatUs && !AreOpposite(direction, last.Direction)) return new Arrival(ArrivalKind.Repeat, EarlierUs: last.AtUs);
        if (direction == Direction.Out) return new Arrival(ArrivalKind.Left);
        if (uncertaintyUs is not { } uncertainty || Segment(segments, atUs) is not { } segment) return default;
        if (earlier.Any(tap => tap.AtUs >= segment.ShiftFromUs && tap.AtUs < atUs) || others.MayHaveSeen(person, segment.ShiftFromUs, atUs)) return default;
        var surelyLate = atUs - uncertainty > segment.LimitUs && atUs - uncertainty - segment.BaseUs >= MinuteUs;
        if (!surelyLate) return new Arrival(ArrivalKind.OnTime);
        return knownFromUs <= segment.ShiftFromUs && others.KnowAllUntil(Math.Max(segment.LimitUs, atUs - BetweenGatesUs))
            ? new Arrival(ArrivalKind.Late, (int)((atUs - segment.BaseUs) / MinuteUs))
            : default;
    }

    /// <summary>Who comes and goes again at once has tapped twice for two things (design section 6: opposite fixed directions never merge).</summary>
    private static bool AreOpposite(Direction one, Direction other) =>
        (one, other) is (Direction.In, Direction.Out) or (Direction.Out, Direction.In);

    private static GateSegment? Segment(IReadOnlyList<GateSegment> segments, long atUs)
    {
        foreach (var segment in segments)
            if (segment.FromUs <= atUs && atUs < segment.ToUs) return segment;
        return null;
    }
}

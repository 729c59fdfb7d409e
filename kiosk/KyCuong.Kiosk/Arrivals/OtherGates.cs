using System.Collections.Immutable;
using KyCuong.Protos.V1;

namespace KyCuong.Kiosk.Arrivals;

/// <summary>
/// What the server has said of the agency's other gates. Immutable and thread-safe. Before it has said which there are,
/// nobody is called late: another gate may have seen the person in time.
/// </summary>
public sealed record OtherGates
{
    /// <summary>Nothing has been said.</summary>
    public static OtherGates Unknown { get; } = new();

    /// <summary>The other gates by code, each with the instant up to which its taps are known, µs; null: not said.</summary>
    public ImmutableDictionary<string, long>? KnownUntilUs { get; init; }

    /// <summary>First and last tap of today at the others, by person, µs.</summary>
    public ImmutableDictionary<ulong, (long FirstUs, long LastUs)> Seen { get; init; } = ImmutableDictionary<ulong, (long, long)>.Empty;

    /// <summary>Takes in what the server says now: all gates anew, and the people whose presence changed.</summary>
    public OtherGates With(PresenceUpdate update) => new()
    {
        KnownUntilUs = update.Kiosks.ToImmutableDictionary(gate => gate.KioskCode, gate => gate.KnownUntilUs),
        Seen = Seen.SetItems(update.People.Select(person => KeyValuePair.Create(person.PersonId, (person.FirstAtUs, person.LastAtUs)))),
    };

    /// <summary>The same gates, of which nothing is known: after a restart, when their taps may have been missed.</summary>
    public static OtherGates Named(IEnumerable<string> codes) => new() { KnownUntilUs = codes.ToImmutableDictionary(code => code, _ => 0L) };

    /// <summary>Whether another gate has seen the person from one instant up to before another.</summary>
    public bool HasSeen(ulong person, long fromUs, long beforeUs) =>
        Seen.TryGetValue(person, out var seen) && ((seen.FirstUs >= fromUs && seen.FirstUs < beforeUs) || (seen.LastUs >= fromUs && seen.LastUs < beforeUs));

    /// <summary>Whether every other gate is known up to an instant.</summary>
    public bool KnowAllUntil(long us) => KnownUntilUs is { } gates && gates.Values.All(known => known >= us);
}

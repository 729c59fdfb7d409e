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

    /// <summary>Of whom the others have something, by person.</summary>
    public ImmutableDictionary<ulong, Elsewhere> Seen { get; init; } = ImmutableDictionary<ulong, Elsewhere>.Empty;

    /// <summary>Takes in what the server says now: all gates anew, and the people whose presence changed.</summary>
    public OtherGates With(PresenceUpdate update) => new()
    {
        KnownUntilUs = update.Kiosks.ToImmutableDictionary(gate => gate.KioskCode, gate => gate.KnownUntilUs),
        Seen = Seen.SetItems(update.People.Select(person => KeyValuePair.Create(person.PersonId, Elsewhere.FromMessage(person)))),
    };

    /// <summary>The same gates, of which nothing is known: after a restart, when their taps may have been missed.</summary>
    public static OtherGates Named(IEnumerable<string> codes) => new() { KnownUntilUs = codes.ToImmutableDictionary(code => code, _ => 0L) };

    /// <summary>Whether another gate has seen the person, or may have, from one instant up to before another.</summary>
    public bool MayHaveSeen(ulong person, long fromUs, long beforeUs) =>
        Seen.TryGetValue(person, out var seen)
        && ((seen.FirstUs >= fromUs && seen.FirstUs < beforeUs) || (seen.LastUs >= fromUs && seen.LastUs < beforeUs) || (seen.PerhapsToUs >= fromUs && seen.PerhapsFromUs < beforeUs));

    /// <summary>Whether every other gate is known up to an instant.</summary>
    public bool KnowAllUntil(long us) => KnownUntilUs is { } gates && gates.Values.All(known => known >= us);
}

/// <summary>What the other gates have of a person, µs since 1970.</summary>
/// <param name="FirstUs">The first tap of today.</param>
/// <param name="LastUs">The last.</param>
/// <param name="PerhapsFromUs">From here on there may have been another: a tap of which it is not known whose or when it was.</param>
/// <param name="PerhapsToUs">Up to here; 0: there is none.</param>
public readonly record struct Elsewhere(long FirstUs, long LastUs, long PerhapsFromUs, long PerhapsToUs)
{
    /// <summary>As the server says it.</summary>
    public static Elsewhere FromMessage(Presence message) => new(message.FirstAtUs, message.LastAtUs, message.PerhapsFromUs, message.PerhapsToUs);
}

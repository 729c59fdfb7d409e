using KyCuong.Protos.V1;
using KyCuong.Rules;
using KyCuong.Server.Store;
using Tap = KyCuong.Rules.Tap;

namespace KyCuong.Server.Judging;

/// <summary>The taps of some days with all they say, by person. Not thread-safe while read; afterwards it is.</summary>
internal sealed class PersonTaps
{
    private static readonly List<Tap> None = [];
    private readonly Dictionary<long, List<Tap>> _byPerson = [];

    /// <summary>Reads the taps of an agency between two moments, of one person or of everybody.</summary>
    public static PersonTaps Read(StoreSession session, AgencyData agency, (Instant From, Instant To) range, long? onlyStaff)
    {
        var taps = new PersonTaps();
        // A bucket is the tap's date in the zone.
        var from = DateOnly.FromDateTime(range.From.In(agency.Zone).DateTime);
        var to = DateOnly.FromDateTime(range.To.In(agency.Zone).DateTime);
        var badgeless = BadgelessTaps.Keys(session, agency.Row.AgencyId, from, to);
        using var reader = onlyStaff is { } staff
            ? new ResolvedTapReader(session, agency.Row.AgencyId, from, to, staff)
            : new ResolvedTapReader(session, agency.Row.AgencyId, from, to);
        while (reader.Read())
        {
            ref readonly var row = ref reader.Current;
            if (!taps._byPerson.TryGetValue(row.StaffId, out var list)) taps._byPerson[row.StaffId] = list = [];
            list.Add(new Tap(
                new Instant(row.AtUs), DirectionOf(row.Direction), SourceOf(row.DirectionSource), row.UncertaintyUs, row.KioskId, row.Reader,
                new TapKey(row.JournalId, row.Sequence), badgeless.Contains((row.JournalId, row.Sequence))));
        }

        return taps;
    }

    /// <summary>Everybody's taps, in no order.</summary>
    public IEnumerable<QueuePlace> All() => _byPerson.SelectMany(person => person.Value, (person, tap) => new QueuePlace(person.Key, tap));

    /// <summary>One person's taps.</summary>
    public ReadOnlySpan<Tap> Of(long staff) => System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_byPerson.GetValueOrDefault(staff, None));

    /// <summary>The contract's direction as the rules name it.</summary>
    public static TapDirection DirectionOf(Direction direction) => direction switch
    {
        Direction.In => TapDirection.In,
        Direction.Out => TapDirection.Out,
        _ => TapDirection.None,
    };

    /// <summary>The contract's source as the rules name it.</summary>
    public static Rules.DirectionSource SourceOf(Protos.V1.DirectionSource source) => source switch
    {
        Protos.V1.DirectionSource.Reader => Rules.DirectionSource.Reader,
        Protos.V1.DirectionSource.Person => Rules.DirectionSource.Person,
        _ => Rules.DirectionSource.None,
    };
}

using KyCuong.Kiosk.Clock;
using KyCuong.Kiosk.Files;
using KyCuong.Kiosk.Journal;
using KyCuong.Kiosk.Roster;
using KyCuong.Protos;
using KyCuong.Protos.Badges;
using KyCuong.Protos.Journal;
using KyCuong.Protos.V1;
using Microsoft.Extensions.Logging;

namespace KyCuong.Kiosk.Arrivals;

/// <summary>
/// Who has tapped at this gate since the shift began, and what is known of the others. Remembered from the journal after a
/// restart; which other gates there are is kept in a file, so that a kiosk that starts without the server does not take
/// itself for the only one. Thread-safe.
/// </summary>
public sealed class GateBook
{
    /// <summary>Longer ago no tap belongs to a shift that goes on, µs.</summary>
    private const long RememberedUs = 36L * 3600 * 1_000_000;

    /// <summary>Badges that named nobody remembered, the latest ones.</summary>
    private const int MostNameless = 4096;

    /// <summary>
    /// Taps remembered of one person, the latest ones: whether there was one since the shift began, and how long ago the last was, says
    /// the last alone. A badge that a machine taps without end does not fill the memory.
    /// </summary>
    public const int MostOfOne = 64;

    private readonly string _file;
    private readonly Lock _gate = new();
    private readonly Dictionary<ulong, List<EarlierTap>> _taps = [];
    private readonly Dictionary<ulong, List<EarlierTap>> _claims = [];
    private readonly Dictionary<ulong, UntimedTap> _untimed = [];
    private readonly Dictionary<EquatableList<BadgeKey>, long> _nameless = [];
    private OtherGates _others;
    private long? _knownFromUs = long.MinValue;

    /// <param name="file">Where the codes of the other gates are kept.</param>
    public GateBook(string file)
    {
        _file = file;
        _others = File.Exists(file) ? OtherGates.Named(File.ReadAllLines(file).Where(line => line.Length > 0)) : OtherGates.Unknown;
    }

    /// <summary>What is known of the other gates.</summary>
    public OtherGates Others
    {
        get { lock (_gate) return _others; }
    }

    /// <summary>Taps and claims remembered, of everybody.</summary>
    public int Remembered
    {
        get { lock (_gate) return _taps.Values.Concat(_claims.Values).Sum(taps => taps.Count); }
    }

    /// <summary>Takes in what the server says of the others.</summary>
    public void Apply(PresenceUpdate update)
    {
        lock (_gate)
        {
            var before = _others.KnownUntilUs?.Keys.Order(StringComparer.Ordinal);
            _others = _others.With(update);
            var now = _others.KnownUntilUs!.Keys.Order(StringComparer.Ordinal).ToList();
            if (before is null || !before.SequenceEqual(now)) AtomicFile.Write(_file, System.Text.Encoding.UTF8.GetBytes(string.Join('\n', now)));
        }
    }

    /// <summary>Remembers a tap, and says what the officer may be told of it.</summary>
    /// <param name="person">Whose.</param>
    /// <param name="direction">As the reader or the person said.</param>
    /// <param name="stamp">When.</param>
    /// <param name="roster">As it is now: who has badges that named nobody before.</param>
    public Arrival Tap(RosterEntry person, Direction direction, Stamp stamp, RosterBook roster)
    {
        var at = Stamper.InstantUs(stamp);
        lock (_gate)
        {
            var earlier = ListOf(_taps, person);
            Settle(person, stamp, earlier);
            // What was lost or cannot be read any more ended before the first tap whose instant is known.
            if (stamp.Estimate is not null) _knownFromUs ??= at;
            var arrival = Arrival.Of(person.Segments, direction, at, stamp.Estimate?.UncertaintyUs, earlier, _knownFromUs ?? long.MaxValue, _others, person.PersonId);
            Add(earlier, new EarlierTap(at, direction));
            var uncertain = arrival.Kind == ArrivalKind.Late && MayHaveComeBefore(person, at, stamp.BootTimeUs, roster);
            if (stamp.Estimate is null) _untimed[person.PersonId] = new UntimedTap(stamp.BootId, stamp.BootTimeUs, at, direction);
            return uncertain ? default : arrival;
        }
    }

    /// <summary>Remembers a tap that named nobody, or nobody who may enter: the server may yet know whose it was.</summary>
    public void Nameless(TapEntry tap, Stamp stamp)
    {
        lock (_gate)
        {
            // Of one that no clock says the time of, any time may have been it.
            var at = stamp.Estimate is null ? long.MaxValue : Stamper.InstantUs(stamp);
            _nameless[tap.Badge] = Math.Max(at, _nameless.GetValueOrDefault(tap.Badge));
            if (_nameless.Count > MostNameless) _nameless.Remove(_nameless.MinBy(seen => seen.Value).Key);
        }
    }

    /// <summary>Remembers that somebody claimed to be this person and the server could not be asked: nobody is called late on top of it.</summary>
    public void Claimed(RosterEntry person, Stamp stamp)
    {
        lock (_gate)
        {
            Add(ListOf(_claims, person), new EarlierTap(Stamper.InstantUs(stamp), Direction.Unspecified));
            if (stamp.Estimate is null) _untimed[person.PersonId] = new UntimedTap(stamp.BootId, stamp.BootTimeUs, Stamper.InstantUs(stamp), null);
        }
    }

    /// <summary>
    /// Remembers what the journal has of the last hours, and from when on it has all of it; beside the start, for thousands of entries take a moment. Until
    /// it is done nobody is called late.
    /// </summary>
    /// <param name="journal">Entries that it has now; whoever taps from now on is remembered by <see cref="Tap"/>.</param>
    /// <param name="journalPath">Its file.</param>
    /// <param name="roster">Whose badges they are.</param>
    /// <param name="now">Before it, if the clock has met the server.</param>
    /// <param name="logger">Gets to know of a file that cannot be read.</param>
    public Task RecallAsync(KioskJournal journal, string journalPath, RosterBook roster, Stamp now, ILogger logger)
    {
        lock (_gate) _knownFromUs = null;
        var epoch = journal.Current;
        return Task.Run(() =>
        {
            var knownFromUs = GateRecall.Read(journalPath, epoch, Stamper.InstantUs(now) - RememberedUs, stored => Remember(stored, now, roster), logger);
            lock (_gate) _knownFromUs = knownFromUs ?? _knownFromUs;
        });
    }

    private void Remember(StoredEntry stored, Stamp now, RosterBook roster)
    {
        var at = Stamper.InstantUs(stored.Entry.Stamp);
        var (person, direction, certain) = stored.Entry.Body switch
        {
            TapEntry tap => (roster.Find(tap.Badge, at).Person, tap.Direction, true),
            ClaimedTapEntry claim => (roster.PersonOf(claim.StaffCode), claim.Direction, claim.Check == ClaimCheck.Verified),
            _ => (null, Direction.Unspecified, false),
        };
        lock (_gate)
        {
            if (person is not null)
            {
                Add(ListOf(certain ? _taps : _claims, person), new EarlierTap(at, direction));
                // The newest comes first. One of an earlier boot may have been made at any time up to now.
                if (stored.Entry.Stamp is { Estimate: null } stamp) _untimed.TryAdd(person.PersonId, new UntimedTap(stamp.BootId, stamp.BootId == now.BootId ? stamp.BootTimeUs : now.BootTimeUs, at, certain ? direction : null));
            }
            else if (stored.Entry.Body is TapEntry nameless)
            {
                Nameless(nameless, stored.Entry.Stamp);
            }
        }
    }

    /// <summary>Once the clock has met the server, the instant of a tap before that is known too, if it was in the same boot.</summary>
    private void Settle(RosterEntry person, Stamp stamp, List<EarlierTap> earlier)
    {
        if (stamp.Estimate is not { } estimate || !_untimed.TryGetValue(person.PersonId, out var untimed) || untimed.BootId != stamp.BootId || untimed.Direction is not { } direction) return;
        _untimed.Remove(person.PersonId);
        earlier.RemoveAll(tap => tap.AtUs == untimed.WallUs);
        Add(earlier, new EarlierTap(untimed.BootUs + estimate.ServerMinusBootUs, direction));
    }

    /// <summary>Whether there is a tap or claim that may turn out to be this person's and to have been before: then this was not the first.</summary>
    private bool MayHaveComeBefore(RosterEntry person, long atUs, long bootUs, RosterBook roster) =>
        (_claims.TryGetValue(person.PersonId, out var claims) && claims.Any(claim => claim.AtUs < atUs))
        || (_untimed.TryGetValue(person.PersonId, out var untimed) && untimed.BootUs >= bootUs - RememberedUs)
        || _nameless.Any(seen => seen.Value >= atUs - RememberedUs && roster.Find(seen.Key, atUs).Person?.PersonId == person.PersonId);

    private static List<EarlierTap> ListOf(Dictionary<ulong, List<EarlierTap>> people, RosterEntry person) =>
        people.TryGetValue(person.PersonId, out var known) ? known : people[person.PersonId] = [];

    private static void Add(List<EarlierTap> taps, EarlierTap tap)
    {
        taps.RemoveAll(earlier => earlier.AtUs < tap.AtUs - RememberedUs);
        var place = taps.FindLastIndex(earlier => earlier.AtUs <= tap.AtUs) + 1;
        taps.Insert(place, tap);
        if (taps.Count > MostOfOne) taps.RemoveAt(0);
    }

    /// <summary>A person's latest tap or claim of which no clock says when it was.</summary>
    /// <param name="BootId">Of its boot.</param>
    /// <param name="BootUs">Boot time, µs: of its own boot; of another, the latest that it may have been in this one.</param>
    /// <param name="WallUs">Where it stands until then: what the wall clock said, µs since 1970.</param>
    /// <param name="Direction">As the reader or the person said; null: a claim, which is no tap until somebody confirms it.</param>
    private readonly record struct UntimedTap(UInt128 BootId, long BootUs, long WallUs, Direction? Direction);
}

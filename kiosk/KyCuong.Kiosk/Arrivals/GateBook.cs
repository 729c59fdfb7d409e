using KyCuong.Kiosk.Clock;
using KyCuong.Kiosk.Files;
using KyCuong.Kiosk.Journal;
using KyCuong.Kiosk.Roster;
using KyCuong.Protos.Journal;
using KyCuong.Protos.V1;

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

    /// <summary>Entries looked at after a restart, the latest ones.</summary>
    private const ulong MostEntries = 50_000;

    /// <summary>
    /// Taps remembered of one person, the latest ones: whether there was one since the shift began, and how long ago the last was, says
    /// the last alone. A badge that a machine taps without end does not fill the memory.
    /// </summary>
    public const int MostOfOne = 64;

    private const int Slice = 512;
    private readonly string _file;
    private readonly Lock _gate = new();
    private readonly Dictionary<ulong, List<EarlierTap>> _taps = [];
    private readonly Dictionary<ulong, List<EarlierTap>> _claims = [];
    private OtherGates _others;

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
    public Arrival Tap(RosterEntry person, Direction direction, Stamp stamp)
    {
        var at = Stamper.InstantUs(stamp);
        lock (_gate)
        {
            var earlier = ListOf(_taps, person);
            var arrival = Arrival.Of(person.Segments, direction, at, stamp.Estimate?.UncertaintyUs, earlier, _others, person.PersonId);
            Add(earlier, new EarlierTap(at, direction));
            // Should somebody confirm the claim, this was not the first.
            return arrival.Kind == ArrivalKind.Late && _claims.TryGetValue(person.PersonId, out var claims) && claims.Any(claim => claim.AtUs < at) ? default : arrival;
        }
    }

    /// <summary>Remembers that somebody claimed to be this person and the server could not be asked: nobody is called late on top of it.</summary>
    public void Claimed(RosterEntry person, Stamp stamp)
    {
        lock (_gate) Add(ListOf(_claims, person), new EarlierTap(Stamper.InstantUs(stamp), Direction.Unspecified));
    }

    /// <summary>Remembers what the journal has of the last hours. Of badges and staff codes that the roster does not know nothing is remembered.</summary>
    public void Recall(KioskJournal journal, string journalPath, RosterBook roster, long nowUs)
    {
        var epoch = journal.Current;
        if (epoch.Last == 0) return;
        using var reader = new JournalReader(journalPath);
        var next = Math.Max(Math.Max(1, epoch.First), epoch.Last > MostEntries ? epoch.Last - MostEntries + 1 : 1);
        lock (_gate)
        {
            while (next <= epoch.Last)
            {
                var slice = reader.Read(epoch, next, Slice);
                foreach (var stored in slice.Entries)
                {
                    var at = Stamper.InstantUs(stored.Entry.Stamp);
                    if (at < nowUs - RememberedUs) continue;
                    var (person, direction, certain) = stored.Entry.Body switch
                    {
                        TapEntry tap => (roster.Find(tap.Badge, at).Person, tap.Direction, true),
                        ClaimedTapEntry claim => (roster.PersonOf(claim.StaffCode), claim.Direction, claim.Check == ClaimCheck.Verified),
                        _ => (null, Direction.Unspecified, false),
                    };
                    if (person is not null) Add(ListOf(certain ? _taps : _claims, person), new EarlierTap(at, direction));
                }

                if (slice.Entries is [.., var last]) next = last.Entry.Sequence + 1;
                else if (slice.Lost is { } lost) next = lost.Last + 1;
                else break;
            }
        }
    }

    private static List<EarlierTap> ListOf(Dictionary<ulong, List<EarlierTap>> people, RosterEntry person) =>
        people.TryGetValue(person.PersonId, out var known) ? known : people[person.PersonId] = [];

    private static void Add(List<EarlierTap> taps, EarlierTap tap)
    {
        taps.RemoveAll(earlier => earlier.AtUs < tap.AtUs - RememberedUs);
        var place = taps.FindLastIndex(earlier => earlier.AtUs <= tap.AtUs) + 1;
        taps.Insert(place, tap);
        if (taps.Count > MostOfOne) taps.RemoveAt(0);
    }
}

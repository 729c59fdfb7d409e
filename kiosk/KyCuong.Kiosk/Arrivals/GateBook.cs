using KyCuong.Kiosk.Clock;
using KyCuong.Kiosk.Files;
using KyCuong.Kiosk.Journal;
using KyCuong.Kiosk.Roster;
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
    /// <summary>
    /// Taps remembered of one person, the latest ones: whether there was one since the shift began, and how long ago the last was, says
    /// the last alone. A badge that a machine taps without end does not fill the memory.
    /// </summary>
    public const int MostOfOne = 64;

    private readonly string _file;
    private readonly Lock _gate = new();
    private readonly Dictionary<ulong, PersonMemory> _people = [];
    private readonly NamelessBadges _nameless = new();
    private OtherGates _others;
    private long? _knownFromUs = long.MinValue;
    private bool _anew;

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
        get { lock (_gate) return _people.Values.Sum(memory => memory.Count); }
    }

    /// <summary>
    /// A stream to the server has begun: the first that it says on it is all there is. What it said on an earlier one holds until then, and no longer,
    /// for it may have been taken back while nobody was there to hear it.
    /// </summary>
    public void Linked()
    {
        lock (_gate) _anew = true;
    }

    /// <summary>Takes in what the server says of the others.</summary>
    public void Apply(PresenceUpdate update)
    {
        lock (_gate)
        {
            if (_anew) _others = _others with { Seen = OtherGates.Unknown.Seen };
            _anew = false;
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
            var memory = MemoryOf(person);
            memory.Settle(stamp);
            // What was lost or cannot be read any more ended before the first tap whose instant is known.
            if (stamp.Estimate is not null) _knownFromUs ??= at;
            var arrival = Arrival.Of(person.Segments, direction, at, stamp.Estimate?.UncertaintyUs, memory.Taps, _knownFromUs ?? long.MaxValue, _others, person.PersonId);
            var uncertain = arrival.Kind == ArrivalKind.Late
                && (memory.MayHaveComeBefore(at, stamp.BootTimeUs) || _nameless.MayBe(person, at - PersonMemory.RememberedUs, at, roster));
            memory.Tapped(stamp, direction);
            return uncertain ? default : arrival;
        }
    }

    /// <summary>Remembers a tap that named nobody, or nobody who may enter: the server may yet know whose it was.</summary>
    public void Nameless(TapEntry tap, Stamp stamp)
    {
        lock (_gate) _nameless.Tapped(tap.Badge, stamp);
    }

    /// <summary>Remembers that somebody claimed to be this person and the server could not be asked: nobody is called late on top of it.</summary>
    public void Claimed(RosterEntry person, Stamp stamp)
    {
        lock (_gate) MemoryOf(person).Claimed(stamp);
    }

    /// <summary>
    /// Remembers what the journal has of the last hours, and from when on it has all of it; beside the start, for thousands of entries take a moment. Until
    /// it is done nobody is called late.
    /// </summary>
    /// <param name="epoch">As it is now; whoever taps from now on is remembered by <see cref="Tap"/>.</param>
    /// <param name="journalPath">Its file.</param>
    /// <param name="roster">Whose badges they are.</param>
    /// <param name="now">Before it, if the clock has met the server.</param>
    /// <param name="logger">Gets to know of a file that cannot be read.</param>
    public Task RecallAsync(JournalEpoch epoch, string journalPath, RosterBook roster, Stamp now, ILogger logger)
    {
        lock (_gate) _knownFromUs = null;
        return Task.Run(() =>
        {
            var knownFromUs = GateRecall.Read(journalPath, epoch, Stamper.InstantUs(now) - PersonMemory.RememberedUs, stored => Remember(stored, now, roster), logger);
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
            if (person is not null) MemoryOf(person).Recalled(stored.Entry.Stamp, direction, isClaim: !certain, now);
            else if (stored.Entry.Body is TapEntry nameless) _nameless.Tapped(nameless.Badge, stored.Entry.Stamp);
        }
    }

    private PersonMemory MemoryOf(RosterEntry person)
    {
        if (!_people.TryGetValue(person.PersonId, out var memory)) _people.Add(person.PersonId, memory = new PersonMemory());
        return memory;
    }
}

namespace KyCuong.Readers;

/// <summary>
/// Makes one tap out of the many frames of a held card: a credential is present from its first good frame until
/// <c>hold</c> has passed without one, and only the first frame of a presence is a tap. Each credential is followed on its own,
/// so another card on the same reader is a tap at once, and two cards in the field together are two taps, not a stream.
/// Of a reader that looks by itself (<see cref="IReaderProtocol.Looks"/>) <see cref="MissesToGone"/> looks in a row must have missed it
/// besides: a reader that could not look for an hour makes no second tap of a card that is still held to it. Of others, where the owner tells when
/// the line was silent (<see cref="Silent"/>), it must have been found so <c>hold</c> after the last frame: a machine too busy to read makes no
/// second tap of the frames that waited meanwhile. Two cards that such a
/// reader finds in one look are one occurrence; which of them is a tap is for the caller to say (<see cref="Take"/>), and one that was
/// not taken becomes a tap when it stays and the other has gone.
/// Pure and bounded; one reader's owner calls it in order. Not thread-safe.
/// </summary>
public sealed class Presence
{
    /// <summary>Hold for readers that repeat a held card, e.g. an RDM6300 every 65 ms.</summary>
    public static readonly TimeSpan RepeatingReaderHold = TimeSpan.FromMilliseconds(400);

    /// <summary>Hold for readers that give no sign of a credential's leaving (scanners in continuous mode repeat slowly).</summary>
    public static readonly TimeSpan ScannerHold = TimeSpan.FromSeconds(3);

    /// <summary>Longest hold taken; more would swallow the tap of someone who comes back.</summary>
    public static readonly TimeSpan MaxHold = TimeSpan.FromMinutes(1);

    /// <summary>
    /// Credentials followed at once. People cannot present more within a hold; at the bound the one seen longest ago is
    /// forgotten, whose next frame would be a second tap (the server merges repeats), never a lost one.
    /// </summary>
    public const int Capacity = 64;

    /// <summary>Looks in a row that must miss a credential; one may miss a card that is held at an angle.</summary>
    public const int MissesToGone = 2;

    /// <summary>
    /// Longest time that an owner who tells of silences is taken to have been kept from reading. On a line that noise never leaves silent
    /// this much more than the hold ends a presence.
    /// </summary>
    public static readonly TimeSpan MostBusy = TimeSpan.FromSeconds(2);

    private static readonly long MostBusyMicroseconds = MostBusy.Ticks / TimeSpan.TicksPerMicrosecond;

    private readonly long _hold;
    private readonly bool _looks;
    private readonly bool _hearsSilence;
    private readonly List<Followed> _present = new(Capacity);
    private long _silentAt = long.MinValue;

    /// <summary>A new, empty presence.</summary>
    /// <param name="hold">Silence that ends a presence, above zero up to <see cref="MaxHold"/>.</param>
    /// <param name="looks">True when each call is a look of the reader, and what it does not name was missed.</param>
    /// <param name="hearsSilence">True when <see cref="Silent"/> is called, at <see cref="DueAt"/> at the latest. Not for readers that look.</param>
    public Presence(TimeSpan hold, bool looks = false, bool hearsSilence = false)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(hold, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(hold, MaxHold);
        _hold = hold.Ticks / TimeSpan.TicksPerMicrosecond;
        _looks = looks;
        _hearsSilence = hearsSilence && !looks;
    }

    /// <summary>How many credentials are being followed.</summary>
    public int Count => _present.Count;

    /// <summary>When it is worth knowing next whether the line is silent, microseconds; null = nothing depends on it.</summary>
    public long? DueAt
    {
        get
        {
            long? due = null;
            if (!_hearsSilence)
                return due;
            foreach (var followed in _present)
            {
                var end = followed.LastSeen + _hold;
                if (_silentAt < end && (due is null || end < due))
                    due = end;
            }

            return due;
        }
    }

    /// <summary>At this time, or later, nothing waited on the line to be read.</summary>
    public void Silent(long t) => _silentAt = Math.Max(_silentAt, t);

    /// <summary>True when this read is a tap: it begins a presence, or was not taken beside another card that has gone.</summary>
    public bool IsTap(RawRead read)
    {
        ArgumentNullException.ThrowIfNull(read);
        Look(read.At, read);
        var isNew = Follow(read, out var followed);
        var isTap = isNew || (!followed.IsTaken && _present.Count == 1);
        followed.IsTaken |= isTap;
        return isTap;
    }

    /// <summary>True when this look at two cards begins an occurrence: at least one of them was not there. Neither is taken by it.</summary>
    /// <param name="first">A card.</param>
    /// <param name="second">The other; null when it names nobody, and then it is not followed.</param>
    public bool BeginsTogether(RawRead first, RawRead? second)
    {
        ArgumentNullException.ThrowIfNull(first);
        Look(first.At, first, second);
        return Follow(first, out _) | (second is not null && Follow(second, out _));
    }

    /// <summary>True when a card that is present was a tap of this presence.</summary>
    public bool IsTaken(RawRead read) => Find(read) is { IsTaken: true };

    /// <summary>This one of two cards is a tap.</summary>
    public void Take(RawRead read)
    {
        if (Find(read) is { } followed)
            followed.IsTaken = true;
    }

    /// <summary>A look found nobody.</summary>
    public void Nothing(long t) => Look(t);

    private Followed? Find(RawRead read) => _present.Find(p => p.Credential.IsSameCredential(read));

    private bool Follow(RawRead read, out Followed followed)
    {
        if (Find(read) is { } known)
        {
            known.LastSeen = Math.Max(read.At, known.LastSeen);
            followed = known;
            return false;
        }

        if (_present.Count == Capacity)
            _present.Remove(_present.MinBy(p => p.LastSeen)!);
        followed = new Followed(read) { LastSeen = read.At };
        _present.Add(followed);
        return true;
    }

    private void Look(long now, params ReadOnlySpan<RawRead?> seen)
    {
        foreach (var followed in _present)
        {
            followed.Misses++;
            foreach (var read in seen)
            {
                if (read is not null && followed.Credential.IsSameCredential(read))
                    followed.Misses = 0;
            }
        }

        _present.RemoveAll(p => now - p.LastSeen >= _hold && (!_looks || p.Misses >= MissesToGone) && (!_hearsSilence || WasSilentAfter(p, now)));
    }

    private bool WasSilentAfter(Followed followed, long now) =>
        _silentAt >= followed.LastSeen + _hold || now - followed.LastSeen >= _hold + MostBusyMicroseconds;

    private sealed class Followed(RawRead credential)
    {
        public RawRead Credential { get; } = credential;

        public long LastSeen { get; set; }

        public int Misses { get; set; }

        public bool IsTaken { get; set; }
    }
}

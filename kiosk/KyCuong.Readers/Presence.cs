namespace KyCuong.Readers;

/// <summary>
/// Makes one tap out of the many frames of a held card: a credential is present from its first good frame until
/// <c>hold</c> has passed without one, and only the first frame of a presence is a tap. Each credential is followed on its own,
/// so another card on the same reader is a tap at once, and two cards in the field together are two taps, not a stream.
/// Of a reader that looks by itself (<see cref="IReaderProtocol.Looks"/>) <see cref="MissesToGone"/> looks in a row must have missed it
/// besides: a reader that could not look for an hour makes no second tap of a card that is still held to it.
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

    private readonly long _hold;
    private readonly bool _looks;
    private readonly List<Followed> _present = new(Capacity);

    /// <summary>A new, empty presence.</summary>
    /// <param name="hold">Silence that ends a presence, above zero up to <see cref="MaxHold"/>.</param>
    /// <param name="looks">True when each call is a look of the reader, and what it does not name was missed.</param>
    public Presence(TimeSpan hold, bool looks = false)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(hold, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(hold, MaxHold);
        _hold = hold.Ticks / TimeSpan.TicksPerMicrosecond;
        _looks = looks;
    }

    /// <summary>How many credentials are being followed.</summary>
    public int Count => _present.Count;

    /// <summary>True when this read begins a presence: it is a tap.</summary>
    public bool IsTap(RawRead read)
    {
        ArgumentNullException.ThrowIfNull(read);
        Look(read.At, read);
        if (_present.Find(p => p.Credential.IsSameCredential(read)) is { } known)
        {
            known.LastSeen = Math.Max(read.At, known.LastSeen);
            return false;
        }

        if (_present.Count == Capacity)
            _present.Remove(_present.MinBy(p => p.LastSeen)!);
        _present.Add(new Followed(read) { LastSeen = read.At });
        return true;
    }

    /// <summary>A look found nobody.</summary>
    public void Nothing(long t) => Look(t, null);

    private void Look(long now, RawRead? seen)
    {
        foreach (var followed in _present)
            followed.Misses = seen is not null && followed.Credential.IsSameCredential(seen) ? 0 : followed.Misses + 1;
        _present.RemoveAll(p => now - p.LastSeen >= _hold && (!_looks || p.Misses >= MissesToGone));
    }

    private sealed class Followed(RawRead credential)
    {
        public RawRead Credential { get; } = credential;

        public long LastSeen { get; set; }

        public int Misses { get; set; }
    }
}

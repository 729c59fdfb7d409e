namespace KyCuong.Readers;

/// <summary>
/// Makes one tap out of the many frames of a held card: a credential is present from its first good frame until
/// <c>hold</c> has passed without one, and only the first frame of a presence is a tap. Each credential is followed on its own,
/// so another card on the same reader is a tap at once, and two cards in the field together are two taps, not a stream.
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

    private readonly long _hold;
    private readonly List<(RawRead Credential, long LastSeen)> _present = new(Capacity);

    /// <summary>A new, empty presence.</summary>
    /// <param name="hold">Silence that ends a presence, above zero up to <see cref="MaxHold"/>.</param>
    public Presence(TimeSpan hold)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(hold, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(hold, MaxHold);
        _hold = hold.Ticks / TimeSpan.TicksPerMicrosecond;
    }

    /// <summary>How many credentials are being followed.</summary>
    public int Count => _present.Count;

    /// <summary>True when this read begins a presence: it is a tap.</summary>
    public bool IsTap(RawRead read)
    {
        ArgumentNullException.ThrowIfNull(read);
        var now = read.At;
        _present.RemoveAll(p => now - p.LastSeen >= _hold);
        var known = _present.FindIndex(p => p.Credential.IsSameCredential(read));
        if (known >= 0)
        {
            _present[known] = (_present[known].Credential, Math.Max(now, _present[known].LastSeen));
            return false;
        }

        if (_present.Count == Capacity)
            _present.RemoveAt(OldestIndex());
        _present.Add((read, now));
        return true;
    }

    private int OldestIndex()
    {
        var oldest = 0;
        for (var i = 1; i < _present.Count; i++)
        {
            if (_present[i].LastSeen < _present[oldest].LastSeen)
                oldest = i;
        }

        return oldest;
    }
}

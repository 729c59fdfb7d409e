namespace KyCuong.Verify;

/// <summary>
/// How far a kiosk is said to be known decides whether an absence is final, and changes too often to be logged. It must follow from the journal: a
/// connected kiosk writes an entry at least every ten minutes, and the server believes it no further than a quarter of an hour beyond the newest.
/// </summary>
internal sealed class KnownCheck(Store store, List<Finding> findings)
{
    private const long MostBeyondUs = 900_000_000;

    private readonly Dictionary<long, long> _newest = [];
    private UInt128 _boot;
    private (long BootTimeUs, long OffsetUs, long UncertaintyUs)? _estimate;

    /// <summary>The next entry of a journal.</summary>
    public void Take(long kiosk, JournalEntry entry)
    {
        if (entry.IsErased)
        {
            // It came after it was made.
            Seen(kiosk, entry.ReceivedUs);
            return;
        }

        var (boot, bootTime, own) = BootClock.Read(entry);
        if (boot != _boot) (_boot, _estimate) = (boot, null);
        _estimate = own ?? _estimate;
        if (_estimate is var (from, offset, uncertainty) && BootClock.At(bootTime, from, offset, uncertainty) is var (at, within)) Seen(kiosk, at + within);
    }

    /// <summary>A journal is over.</summary>
    public void EndJournal() => (_boot, _estimate) = (0, null);

    /// <summary>All entries were given.</summary>
    public void End()
    {
        foreach (var row in store.Rows("kiosks"))
        {
            if (row["known_until_us"] is not long known) continue;
            var kiosk = (long)row["kiosk_id"]!;
            if (known > _newest.GetValueOrDefault(kiosk, row["enrolled_us"] as long? ?? 0) + MostBeyondUs)
                findings.Add(new Finding(FindingKind.KnownTooFar, FormattableString.Invariant($"kiosks: {kiosk}"), 0));
        }
    }

    private void Seen(long kiosk, long us)
    {
        if (!_newest.TryGetValue(kiosk, out var newest) || newest < us) _newest[kiosk] = us;
    }
}

namespace KyCuong.Verify;

/// <summary>
/// When taps were made whose boot never met the server, as people decided it and have not withdrawn: what is said of a tap itself goes before what
/// is said of its boot, the later decision before the earlier.
/// </summary>
internal sealed class SettledTimes
{
    private readonly Dictionary<(long Journal, long Sequence), Ruling> _taps = [];
    private readonly Dictionary<(long Journal, string Boot), Ruling> _boots = [];

    public SettledTimes(Store store)
    {
        // A store that no newer server has opened has none.
        foreach (var row in store.Tables().Contains("time_decisions") ? store.Rows("time_decisions", "decision_id") : [])
        {
            if (row["withdrawn_us"] is not null) continue;
            var ruling = new Ruling((long)row["boot_time_us"]!, (string)row["ruling"]! == "settled" ? (long?)row["at_us"] : null, (long?)row["uncertainty_us"] ?? 0);
            var journal = (long)row["journal_id"]!;
            _taps[(journal, (long)row["sequence"]!)] = ruling;
            if ((long)row["whole_boot"]! != 0) _boots[(journal, Convert.ToHexString((byte[])row["boot_id"]!))] = ruling;
        }
    }

    /// <summary>The instant of a tap; null: nobody decided it.</summary>
    public (long AtUs, long UncertaintyUs)? Of(long journal, JournalEntry entry)
    {
        var tap = entry.Tap!;
        if (!_taps.TryGetValue((journal, entry.Sequence), out var ruling) && !_boots.TryGetValue((journal, Convert.ToHexString(tap.BootId)), out ruling)) return null;
        return ruling.AtUs is { } at ? BootClock.At(tap.BootTimeUs, ruling.BootTimeUs, at - ruling.BootTimeUs, ruling.UncertaintyUs) : null;
    }

    private sealed record Ruling(long BootTimeUs, long? AtUs, long UncertaintyUs);
}

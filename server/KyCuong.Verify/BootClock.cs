using System.Buffers.Binary;

namespace KyCuong.Verify;

/// <summary>
/// Gives the taps of one journal their instants, entry by entry in order: by the last estimate of the same boot before a tap, else
/// by the first after it, widened by the drift in between; none where the boot never met the server. Not thread-safe.
/// </summary>
internal sealed class BootClock
{
    private const int BootTimeOffset = 77;
    private const int BootIdOffset = 85;
    private const int SyncedOffset = 101;
    private const int EstimateOffset = 102;
    private const int PayloadOffset = 130;
    private const byte ClockSample = 7;
    // A clock 500 millionths slow counts 999500 us while a second goes by.
    private const long WrongUs = 500;
    private const long CountedUs = 999_500;
    private const long DayUs = 86_400_000_000;
    private const long LastUs = 253_402_300_799_999_999;

    private readonly List<JournalEntry> _waiting = [];
    private UInt128 _boot;
    private (long BootTimeUs, long OffsetUs, long UncertaintyUs)? _estimate;

    /// <summary>Takes the next entry and gives out the taps whose instant is decided now, in order; null: it is pending.</summary>
    public IEnumerable<(JournalEntry Tap, (long AtUs, long UncertaintyUs)? Time)> Take(JournalEntry entry)
    {
        var (boot, _, own) = Read(entry);
        if (boot != _boot)
        {
            foreach (var tap in End()) yield return tap;
            _boot = boot;
        }

        _estimate = own ?? _estimate;
        if (_estimate is null)
        {
            if (entry.Tap is not null) _waiting.Add(entry);
            yield break;
        }

        foreach (var tap in _waiting) yield return (tap, At(tap));
        _waiting.Clear();
        if (entry.Tap is not null) yield return (entry, At(entry));
    }

    /// <summary>The boot or the journal is over: what waits has no instant.</summary>
    public IEnumerable<(JournalEntry Tap, (long AtUs, long UncertaintyUs)? Time)> End()
    {
        foreach (var tap in _waiting) yield return (tap, null);
        _waiting.Clear();
        _estimate = null;
    }

    private (long, long)? At(JournalEntry entry)
    {
        var (from, offset, uncertainty) = _estimate!.Value;
        return At(entry.Tap!.BootTimeUs, from, offset, uncertainty);
    }

    /// <summary>The instant of a boot time by what was known at another; null: it has no date.</summary>
    public static (long AtUs, long UncertaintyUs)? At(long bootTime, long from, long offset, long uncertainty)
    {
        var at = (Int128)bootTime + offset;
        if (at < DayUs || at > LastUs - DayUs) return null;
        return ((long)at, (long)Int128.Min(uncertainty + ((Int128.Abs((Int128)bootTime - from) * WrongUs + CountedUs - 1) / CountedUs), LastUs));
    }

    /// <summary>The clocks of an entry that is not erased: its boot, its boot time, and what it knew of the server's clock; null: nothing.</summary>
    public static (UInt128 Boot, long BootTimeUs, (long BootTimeUs, long OffsetUs, long UncertaintyUs)? Estimate) Read(JournalEntry entry)
    {
        if (entry.Tap is { } tap)
            return (tap.BootId is { Length: 16 } id ? BinaryPrimitives.ReadUInt128BigEndian(id) : 0, tap.BootTimeUs, tap.ServerMinusBootUs is { } offset ? (tap.BootTimeUs, offset, tap.UncertaintyUs ?? 0) : null);
        var bytes = entry.Encoding!;
        if (bytes.Length < PayloadOffset) return (0, 0, null);
        var (boot, bootTime) = (BinaryPrimitives.ReadUInt128BigEndian(bytes.AsSpan(BootIdOffset)), Number(bytes, BootTimeOffset));
        if (bytes[4] == ClockSample && bytes.Length >= PayloadOffset + 24) return (boot, bootTime, (bootTime, Number(bytes, PayloadOffset), Number(bytes, PayloadOffset + 16)));
        return (boot, bootTime, bytes[SyncedOffset] == 1 ? (bootTime, Number(bytes, EstimateOffset), Number(bytes, EstimateOffset + 8)) : null);
    }

    private static long Number(byte[] bytes, int offset) => BinaryPrimitives.ReadInt64BigEndian(bytes.AsSpan(offset));
}

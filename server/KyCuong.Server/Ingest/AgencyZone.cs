namespace KyCuong.Server.Ingest;

/// <summary>Dates in an agency's zone. Not thread-safe: it remembers offsets.</summary>
public sealed class AgencyZone(TimeZoneInfo zone)
{
    private const long DayUs = 86_400_000_000;

    /// <summary>No zone changes its offset inside a quarter of an hour of UTC.</summary>
    private const long SlotUs = 900_000_000;

    /// <summary>Offsets remembered at once.</summary>
    private const int Most = 8_192;

    private static readonly int Epoch = new DateOnly(1970, 1, 1).DayNumber;
    private readonly Dictionary<long, long> _offsets = [];
    private long _lastSlot = long.MinValue;
    private long _lastOffset;

    /// <summary><see cref="DateOnly.DayNumber"/> of the local date of an instant, UTC microseconds.</summary>
    public int DayNumber(long atUs) => Epoch + (int)Math.DivRem(checked(atUs + OffsetUs(atUs)), DayUs).Quotient;

    private long OffsetUs(long atUs)
    {
        var slot = atUs / SlotUs;
        if (slot == _lastSlot) return _lastOffset;
        if (!_offsets.TryGetValue(slot, out var offset))
        {
            if (_offsets.Count >= Most) _offsets.Clear();
            offset = zone.GetUtcOffset(DateTimeOffset.UnixEpoch.AddTicks(slot * SlotUs * TimeSpan.TicksPerMicrosecond)).Ticks / TimeSpan.TicksPerMicrosecond;
            _offsets[slot] = offset;
        }

        _lastSlot = slot;
        _lastOffset = offset;
        return offset;
    }
}

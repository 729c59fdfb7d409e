namespace KyCuong.Server.Pins;

/// <summary>
/// Counts wrong PINs, by staff code and by kiosk, and says how long to wait. A try counts from its beginning and is forgiven
/// when it was right, so that many at once cannot slip past the count. Codes that nobody has count like others. Holds at
/// most <see cref="PinBounds.WrongPerKiosk"/> tries a kiosk. Thread-safe.
/// </summary>
internal sealed class PinGuard(TimeProvider time)
{
    private readonly Lock _lock = new();
    private readonly LinkedList<Try> _tries = [];

    /// <summary>A try that may go on; or null, and how long to wait until the next may.</summary>
    public Try? TryBegin(long agencyId, long kioskId, string staffCode, out TimeSpan wait)
    {
        wait = TimeSpan.Zero;
        lock (_lock)
        {
            var now = time.GetUtcNow();
            while (_tries.First is { } oldest && now - oldest.Value.At >= PinBounds.Window) _tries.RemoveFirst();
            var (ofCode, atKiosk) = (0, 0);
            // From the newest: the one at the bound is the one whose end makes room.
            for (var node = _tries.Last; node is not null; node = node.Previous)
            {
                var one = node.Value;
                var full = (one.AgencyId == agencyId && one.StaffCode == staffCode && ++ofCode == PinBounds.WrongPerCode)
                    | (one.KioskId == kioskId && ++atKiosk == PinBounds.WrongPerKiosk);
                // Two bounds may be met; the longer wait counts, and that is of the newer one.
                if (full && wait == TimeSpan.Zero) wait = one.At + PinBounds.Window - now;
            }

            if (wait > TimeSpan.Zero) return null;
            var begun = new Try(agencyId, kioskId, staffCode, now);
            _tries.AddLast(begun);
            return begun;
        }
    }

    /// <summary>The PIN was right: the try no longer counts.</summary>
    public void Forgive(Try right)
    {
        lock (_lock) _tries.Remove(right);
    }

    /// <summary>One try.</summary>
    internal sealed class Try(long agencyId, long kioskId, string staffCode, DateTimeOffset at)
    {
        public long AgencyId => agencyId;
        public long KioskId => kioskId;
        public string StaffCode => staffCode;
        public DateTimeOffset At => at;
    }
}

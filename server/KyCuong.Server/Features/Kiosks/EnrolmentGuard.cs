using System.Net;

namespace KyCuong.Server.Features.Kiosks;

/// <summary>
/// Counts failed enrolments, by address and in all, and says when to wait. An attempt counts from its beginning and is
/// forgiven when it succeeds, so that many at once cannot slip past the count. Holds at most
/// <see cref="KioskBounds.FailuresInAll"/> attempts a <see cref="KioskBounds.GlobalWindow"/>. Thread-safe.
/// </summary>
internal sealed class EnrolmentGuard(TimeProvider time)
{
    private readonly Lock _lock = new();
    private readonly LinkedList<Attempt> _attempts = [];

    /// <summary>An attempt that may go on, or null: too many failed, wait.</summary>
    public Attempt? TryBegin(IPAddress? address)
    {
        var from = CallerNetwork.Of(address);
        lock (_lock)
        {
            var now = time.GetUtcNow();
            while (_attempts.First is { } oldest && now - oldest.Value.At >= KioskBounds.AddressWindow) _attempts.RemoveFirst();
            var here = 0;
            var recent = 0;
            foreach (var attempt in _attempts)
            {
                if (attempt.From.Equals(from)) here++;
                if (now - attempt.At < KioskBounds.GlobalWindow) recent++;
            }

            if (here >= KioskBounds.FailuresPerAddress || recent >= KioskBounds.FailuresInAll) return null;
            var begun = new Attempt(from, now);
            _attempts.AddLast(begun);
            return begun;
        }
    }

    /// <summary>The attempt succeeded and no longer counts.</summary>
    public void Forgive(Attempt attempt)
    {
        lock (_lock) _attempts.Remove(attempt);
    }

    /// <summary>One attempt to enrol.</summary>
    internal sealed class Attempt(IPAddress from, DateTimeOffset at)
    {
        public IPAddress From => from;
        public DateTimeOffset At => at;
    }
}

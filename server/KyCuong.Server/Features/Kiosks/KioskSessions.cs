using Grpc.Core;
using KyCuong.Protos.V1;

namespace KyCuong.Server.Features.Kiosks;

/// <summary>
/// The streams that are open, one a kiosk, and what each kiosk last said of itself. Grows with the number of kiosks, never
/// with what they send. Thread-safe.
/// </summary>
public sealed class KioskSessions
{
    private readonly Lock _lock = new();
    private readonly Dictionary<long, Entry> _kiosks = [];

    /// <summary>What is known of a kiosk since the server started; nothing at all when it has not connected.</summary>
    public KioskLiveState Of(long kioskId)
    {
        lock (_lock) return _kiosks.TryGetValue(kioskId, out var entry) ? entry.State with { Connected = entry.Session is not null } : new(false, null, null, null);
    }

    /// <summary>Streams open now.</summary>
    public int Connected
    {
        get
        {
            lock (_lock) return _kiosks.Values.Count(entry => entry.Session is not null);
        }
    }

    /// <summary>A kiosk said Hello: its older stream ends with ABORTED (reliability rule D11).</summary>
    internal KioskSession Begin(KioskIdentity kiosk, string software)
    {
        var session = new KioskSession(kiosk);
        KioskSession? older;
        lock (_lock)
        {
            var entry = EntryOf(kiosk.KioskId);
            older = entry.Session;
            entry.Session = session;
            entry.IsNewSoftware |= entry.State.Software != software;
            entry.State = entry.State with { Software = software };
        }

        older?.End(StatusCode.Aborted, "A newer stream of this kiosk took over.");
        return session;
    }

    /// <summary>The stream is over.</summary>
    internal void Finish(KioskSession session)
    {
        lock (_lock)
        {
            var entry = EntryOf(session.Kiosk.KioskId);
            if (entry.Session == session) entry.Session = null;
        }
    }

    /// <summary>A message of the kiosk came.</summary>
    internal void Seen(long kioskId, long nowUs) => Update(kioskId, state => state with { SeenUs = nowUs });

    /// <summary>The kiosk reported how it is.</summary>
    internal void Report(long kioskId, Health health) => Update(kioskId, state => state with { Health = health });

    /// <summary>The open streams.</summary>
    internal IReadOnlyList<KioskSession> Open()
    {
        lock (_lock) return [.. _kiosks.Values.Where(entry => entry.Session is not null).Select(entry => entry.Session!)];
    }

    /// <summary>Kiosks that said Hello with another software version than the one written down.</summary>
    internal IReadOnlyList<(long KioskId, string Software)> NewSoftware()
    {
        lock (_lock) return [.. _kiosks.Where(kiosk => kiosk.Value.IsNewSoftware).Select(kiosk => (kiosk.Key, kiosk.Value.State.Software!))];
    }

    /// <summary>These are in the store.</summary>
    internal void SoftwareWritten(IEnumerable<(long KioskId, string Software)> written)
    {
        lock (_lock)
            foreach (var (id, software) in written)
                if (_kiosks.TryGetValue(id, out var entry) && entry.State.Software == software) entry.IsNewSoftware = false;
    }

    private void Update(long kioskId, Func<KioskLiveState, KioskLiveState> change)
    {
        lock (_lock)
        {
            var entry = EntryOf(kioskId);
            entry.State = change(entry.State);
        }
    }

    private Entry EntryOf(long kioskId)
    {
        if (!_kiosks.TryGetValue(kioskId, out var entry)) _kiosks[kioskId] = entry = new Entry();
        return entry;
    }

    private sealed class Entry
    {
        public KioskSession? Session { get; set; }
        public KioskLiveState State { get; set; } = new(false, null, null, null);
        public bool IsNewSoftware { get; set; }
    }
}

using KyCuong.Protos.Journal;

namespace KyCuong.Server.Ingest;

/// <summary>
/// How far each connected kiosk is known: a heartbeat says that there is no tap up to its instant beyond a sequence; once
/// everything up to that sequence is in the store, every tap up to the instant is. Thread-safe.
/// </summary>
internal sealed class KioskKnowledge
{
    private readonly Lock _gate = new();
    private readonly Dictionary<long, Item> _kiosks = [];
    private readonly List<Item> _taken = [];

    /// <summary>True while something is to be saved.</summary>
    public bool HasNews
    {
        get
        {
            lock (_gate)
            {
                foreach (var item in _kiosks.Values)
                    if (item.IsNew) return true;
                return false;
            }
        }
    }

    /// <summary>A heartbeat came.</summary>
    public void Heard(JournalSession session, ulong sequence, Stamp stamp, long nowUs)
    {
        lock (_gate)
        {
            if (!_kiosks.TryGetValue(session.KioskId, out var item)) _kiosks.Add(session.KioskId, item = new Item());
            item.SettleIfStored();
            item.Session = session;
            item.SeenUs = nowUs;
            item.IsNew = true;
            // A clock that has not met the server, or is ahead of it, tells nothing beyond now.
            item.WaitedForUs = JournalInstant(stamp) is { } at ? Math.Min(at, nowUs) : null;
            item.WaitedForSequence = sequence;
            item.SettleIfStored();
        }
    }

    /// <summary>What was taken is in the store.</summary>
    public void Saved()
    {
        lock (_gate) _taken.Clear();
    }

    /// <summary>What was taken is not in the store: it is to be saved yet.</summary>
    public void TakeBack()
    {
        lock (_gate)
        {
            foreach (var item in _taken) item.IsNew = true;
            _taken.Clear();
        }
    }

    /// <summary>Takes what is to be saved: kiosk, its journal, known until (null: nothing new), seen.</summary>
    /// <param name="isUnsettled">True of a kiosk of which taps are stored whose instants are still being worked out: nothing of it is taken.</param>
    public List<(JournalId Journal, long? KnownUntilUs, long SeenUs)> Take(Func<long, bool> isUnsettled)
    {
        var taken = new List<(JournalId, long?, long)>();
        lock (_gate)
        {
            foreach (var (kioskId, item) in _kiosks)
            {
                item.SettleIfStored();
                if (!item.IsNew || isUnsettled(kioskId)) continue;
                item.IsNew = false;
                _taken.Add(item);
                taken.Add((item.Session!.Journal, item.KnownUntilUs, item.SeenUs));
            }
        }

        return taken;
    }

    private static long? JournalInstant(Stamp stamp)
    {
        if (stamp.Estimate is not { } estimate) return null;
        var time = CorrectedTime.Of(stamp.BootTimeUs, new BootEstimate(stamp.BootTimeUs, estimate.ServerMinusBootUs, estimate.UncertaintyUs));
        return time is { } known && known.AtUs > known.UncertaintyUs ? known.AtUs - known.UncertaintyUs : null;
    }

    private sealed class Item
    {
        public JournalSession? Session { get; set; }

        public long SeenUs { get; set; }

        public bool IsNew { get; set; }

        public long? KnownUntilUs { get; private set; }

        public long? WaitedForUs { get; set; }

        public ulong WaitedForSequence { get; set; }

        public void SettleIfStored()
        {
            if (WaitedForUs is not { } until || Session is not { Quarantined: false } session || session.HighWater < WaitedForSequence) return;
            WaitedForUs = null;
            if (KnownUntilUs >= until) return;
            KnownUntilUs = until;
            IsNew = true;
        }
    }
}

namespace KyCuong.Simulation.Site;

/// <summary>What somebody at a gate saw of a tap.</summary>
internal enum Shown
{
    /// <summary>Nothing, or nothing yet.</summary>
    Nothing,

    /// <summary>That it is kept.</summary>
    Kept,

    /// <summary>Red: it is not.</summary>
    Refused,
}

/// <summary>Where and when a tap was made, as its entry says: no two are alike.</summary>
internal readonly record struct TapKey(ulong KioskId, UInt128 BootId, long BootTimeUs, string Reader);

/// <summary>A badge was held to a reader.</summary>
/// <param name="Key">Where and when.</param>
/// <param name="TrueUs">When, true time.</param>
/// <param name="Badge">Which, its number in the agency.</param>
internal sealed record MadeTap(TapKey Key, long TrueUs, int Badge)
{
    /// <summary>What was seen.</summary>
    public Shown Shown { get; set; }

    /// <summary>The disk that held it was damaged there.</summary>
    public bool Destroyed { get; set; }

    /// <summary>Of a destroyed one: the instant that its entry's own clock gave it, UTC µs; null: that clock had not met the server.</summary>
    public long? WouldBeUs { get; set; }

    /// <summary>The disk that held it was put back to an image from before it.</summary>
    public bool PutBack { get; set; }

    /// <summary>It may be nowhere.</summary>
    public bool MayBeLost => Destroyed || PutBack;
}

/// <summary>Everything that happened in the agency, which the product does not know: what the judge compares with.</summary>
internal sealed class Ledger
{
    private readonly Dictionary<(ulong Kiosk, UInt128 Epoch, ulong Sequence), Protos.Digest> _sent = [];

    /// <summary>All taps.</summary>
    public Dictionary<TapKey, MadeTap> Taps { get; } = [];

    /// <summary>Kiosks of which two different entries with one number reached the server.</summary>
    public HashSet<ulong> Forked { get; } = [];

    /// <summary>Entries that a disk was made to lose.</summary>
    public HashSet<(UInt128 Epoch, ulong Sequence)> Destroyed { get; } = [];

    /// <summary>When the server's clock was set, true time; and by how much it is off from then on, µs.</summary>
    public List<(long TrueUs, long ErrorUs)> ServerClock { get; } = [];

    /// <summary>Remembers what reached the server.</summary>
    public void Reached(ulong kiosk, UInt128 epoch, ulong sequence, Protos.Digest hash)
    {
        if (_sent.TryAdd((kiosk, epoch, sequence), hash)) return;
        if (_sent[(kiosk, epoch, sequence)] != hash) Forked.Add(kiosk);
    }

    /// <summary>How far the server's clock was off around a tap, µs; null when it was set within the tap's boot, for the boot may have met it before or after.</summary>
    public long? Errors(MadeTap tap)
    {
        var (bootUs, error) = (tap.TrueUs - tap.Key.BootTimeUs - 60_000_000, 0L);
        foreach (var (trueUs, errorUs) in ServerClock)
        {
            if (trueUs >= bootUs) return null;
            error = errorUs;
        }

        return error;
    }
}

namespace KyCuong.Kiosk.Link;

/// <summary>When the kiosk signs the head of its journal: as soon as it is connected, after so many entries or so long, and at the end. Pure.</summary>
public static class HeadPolicy
{
    /// <summary>Entries after which a head is signed at once, taps and others.</summary>
    public const ulong Entries = 100;

    /// <summary>A newer entry is signed after this at the latest.</summary>
    public static readonly TimeSpan Every = TimeSpan.FromMinutes(5);

    /// <summary>True when a head is to be signed now.</summary>
    /// <param name="headed">Sequence of the last head of this stream; null: none yet.</param>
    /// <param name="sent">The newest entry that the server was sent; 0: none.</param>
    /// <param name="since">Since the last head was signed; of no meaning without one.</param>
    /// <param name="last">Nothing comes after that entry: the run stops, or its epoch is sealed.</param>
    public static bool IsDue(ulong? headed, ulong sent, TimeSpan since, bool last)
    {
        if (sent == 0) return false;
        if (headed is not { } before) return true;
        // The server may want entries again from an earlier one; what was signed of later ones stands.
        return sent > before && (last || sent - before >= Entries || since >= Every);
    }
}

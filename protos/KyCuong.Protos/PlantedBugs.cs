#if PLANTED_BUGS
namespace KyCuong.Protos;

/// <summary>
/// Mistakes that the tests must find (reliability test R23). Only in the build that <c>tests/planted.sh</c> makes; an ordinary one has
/// neither this type nor the places that ask it. Thread-safe.
/// </summary>
public static class PlantedBugs
{
    /// <summary>The server acknowledges what it has only read.</summary>
    public const string AckBeforeCommit = "ack-before-commit";

    /// <summary>The kiosk shows green before the disk has answered.</summary>
    public const string GreenBeforeCommit = "green-before-commit";

    /// <summary>The server takes an entry that it has for a new one.</summary>
    public const string NoDedup = "no-dedup";

    /// <summary>The kiosk takes the machine's wall clock for right.</summary>
    public const string TrustWallClock = "trust-wall-clock";

    /// <summary>Salvage ends at the first entry that is gone.</summary>
    public const string CutAtBadEntry = "cut-at-bad-entry";

    /// <summary>The server drops an entry whose number it has, whatever it says.</summary>
    public const string IgnoreConflict = "ignore-conflict";

    /// <summary>The kiosk calls a commit done whose sync failed.</summary>
    public const string SwallowSyncError = "swallow-sync-error";

    private static readonly string? Chosen = Environment.GetEnvironmentVariable("KYCUONG_PLANTED_BUG");

    /// <summary>True for the one that the environment names.</summary>
    public static bool Is(string bug) => Chosen == bug;
}
#endif

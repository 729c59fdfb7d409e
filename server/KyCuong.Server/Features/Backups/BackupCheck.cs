using System.Security.Cryptography.X509Certificates;
using KyCuong.Server.Store;
using KyCuong.Server.Store.Erasures;
using KyCuong.Verify;
using VerifiedStore = KyCuong.Verify.Store;

namespace KyCuong.Server.Features.Backups;

/// <summary>
/// Holds the store of a backup against the log in it (reliability rule D25), by the code of KyCuong.Verify: SQLite's own check and the hashes of
/// the archive say that bytes are as they were, not that minutes are.
/// </summary>
internal static class BackupCheck
{
    /// <summary>Checks what was copied, and closes it.</summary>
    /// <param name="store">At the moment of the copy.</param>
    /// <param name="data">Whose authority signed the tombstones; without one signatures are not checked.</param>
    public static Outcome Of(VerifiedStore store, DataDirectory data) => Of(() => store, data, null);

    /// <summary>Checks a SQLite file that was put back.</summary>
    /// <param name="file">The file; nobody has it open.</param>
    /// <param name="data">Where it lies.</param>
    /// <param name="head">Where its log ended when it was copied, or after which it goes on; null: not known.</param>
    public static Outcome OfFile(string file, DataDirectory data, OutsideHead? head)
    {
        var outcome = Of(() => VerifiedStore.OpenFile(file), data, head);
        // Whoever only reads leaves beside a file what whoever wrote would have taken away; there is nothing in it.
        if (new FileInfo(file + "-wal") is { Exists: true, Length: 0 } log)
        {
            log.Delete();
            File.Delete(file + "-shm");
        }

        return outcome;
    }

    /// <summary>
    /// True when the same store may be right shortly: all that is wrong is whose taps are and when, and a kiosk's long journal gets its instants
    /// a thousand at a time.
    /// </summary>
    public static bool MayPass(Outcome outcome) =>
        outcome.Verification is { Findings: { Count: > 0 } findings } && findings.All(finding => finding.Kind is FindingKind.DerivedAltered or FindingKind.DerivedGone);

    /// <summary>What to tell the person when something is wrong; null: nothing is.</summary>
    public static string? Wrong(string key, Outcome outcome) => outcome switch
    {
        { IsFine: true } => null,
        { Verification: { } verification } => BackupText.Get(key, BackupText.Get("check.wrong", verification.Findings.Count, outcome.First)),
        _ => BackupText.Get(key, outcome.Problem!.TrimEnd('.')),
    };

    /// <summary>What to tell the person when nothing is wrong.</summary>
    public static string Fine(Outcome outcome) => BackupText.Get("check.fine", outcome.Verification!.Rows, outcome.Verification.Entries, outcome.Verification.Imported);

    private static Outcome Of(Func<VerifiedStore> open, DataDirectory data, OutsideHead? head)
    {
        using var certificate = ErasureList.HasAuthority(data) ? ErasureList.Authority(data) : null;
        using var authority = certificate?.GetECDsaPublicKey();
        return Outcome.Of(open, head is null ? [] : [head], authority);
    }
}

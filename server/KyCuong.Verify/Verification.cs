namespace KyCuong.Verify;

/// <summary>What came of it.</summary>
/// <param name="End">Number of the log's last entry.</param>
/// <param name="EndHash">Its hash.</param>
/// <param name="Rows">Rows that are as they were written.</param>
/// <param name="Entries">Journal entries looked at.</param>
/// <param name="KioskHeads">Heads that kiosks signed and that fit.</param>
/// <param name="Imported">Imported taps looked at.</param>
/// <param name="Erasures">Tombstones looked at.</param>
/// <param name="Forks">Journals that contradict themselves, which is evidence and nothing altered: two disks used one identity.</param>
/// <param name="Findings">What is wrong; none: nothing is.</param>
internal sealed record Verification(long End, byte[] EndHash, long Rows, long Entries, long KioskHeads, long Imported, long Erasures, IReadOnlyList<Fork> Forks, IReadOnlyList<Finding> Findings)
{
    /// <summary>Checks a store, its log against heads kept outside, and its tombstones against the server's key; null: their signatures are not checked.</summary>
    public static Verification Of(Store store, IReadOnlyCollection<OutsideHead> heads, System.Security.Cryptography.ECDsa? authority = null)
    {
        var findings = new List<Finding>();
        var log = Log.Read(store.LogEntries(), heads, findings);
        var rows = new RowCheck(store, log, findings);
        rows.Run();
        using var derived = new DerivedCheck(store, log, findings);
        // In the order of the derived rows: imported taps stand under journal 0.
        var imports = new ImportCheck(store, log, derived, findings);
        imports.Run();
        using var signed = new HeadCheck(store, findings);
        using var journals = new JournalCheck(store, log, signed, derived, new KnownCheck(store, findings), findings);
        journals.Run();
        derived.End();
        var erasures = new ErasureCheck(store, log, authority, findings);
        erasures.Run();
        return new Verification(log.End, log.EndHash, rows.Checked, journals.Checked, signed.Checked, imports.Checked, erasures.Checked, store.Forks(), findings);
    }
}

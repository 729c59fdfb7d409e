namespace KyCuong.Verify;

/// <summary>Holds imported taps against the imports that brought them.</summary>
internal sealed class ImportCheck(Store store, Log log, DerivedCheck derived, List<Finding> findings)
{
    private static readonly byte[] Format = "KCI\u0001"u8.ToArray();

    /// <summary>Rows looked at.</summary>
    public long Checked { get; private set; }

    public void Run()
    {
        using var rowSha = new Sha();
        var open = log.Imports.OrderBy(import => import.First).Select(import => (Import: import, Sha: new Sha().Bytes(Format).Bytes(import.Salt))).ToList();
        // Rows come in the order of their ids, and so do the imports of an agency.
        var imports = open.GroupBy(item => item.Import.Agency).ToDictionary(group => group.Key, group => new Queue<(ImportRun Import, Sha Sha)>(group));
        foreach (var row in store.Stream("imported_taps", "imported_tap_id"))
        {
            var (id, agency) = ((long)row["imported_tap_id"]!, (long)row["agency_id"]!);
            Checked++;
            derived.Imported(row);
            var waiting = imports.GetValueOrDefault(agency);
            while (waiting is { Count: > 0 } && waiting.Peek().Import.Last < id) waiting.Dequeue();
            if (waiting is not { Count: > 0 } || id < waiting.Peek().Import.First) findings.Add(new Finding(FindingKind.RowUnknown, FormattableString.Invariant($"imported_taps {id}"), 0));
            else waiting.Peek().Sha.Bytes(RowCheck.Digest(rowSha, "imported_taps", row, []));
        }

        foreach (var (import, sha) in open)
        {
            if (!sha.End().AsSpan().SequenceEqual(import.Digest)) findings.Add(new Finding(FindingKind.ImportAltered, FormattableString.Invariant($"imported_taps {import.First}–{import.Last}"), import.Number));
            sha.Dispose();
        }
    }
}

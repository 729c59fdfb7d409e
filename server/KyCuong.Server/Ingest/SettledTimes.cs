using KyCuong.Protos;
using KyCuong.Server.Store;
using KyCuong.Server.Store.Rows;

namespace KyCuong.Server.Ingest;

/// <summary>The instants that people gave to taps whose boot has no estimate. Not thread-safe.</summary>
internal sealed class SettledTimes(StoreSession session) : IDisposable
{
    // Of the tap itself before what is said of its whole boot.
    private readonly StoreStatement _ruling = session.Prepare("""
        SELECT ruling, boot_time_us, at_us, uncertainty_us FROM time_decisions
        WHERE journal_id = ?1 AND withdrawn_us IS NULL AND (sequence = ?2 OR (whole_boot AND boot_id = ?3))
        ORDER BY CASE WHEN sequence = ?2 THEN 0 ELSE 1 END, decision_id DESC LIMIT 1
        """);

    private readonly StoreStatement _boots = session.Prepare("SELECT DISTINCT boot_id FROM time_decisions WHERE journal_id = ?1 AND withdrawn_us IS NULL");

    /// <summary>The settled instant of a tap; null: there is none.</summary>
    public CorrectedTime? Of(long journalId, long sequence, UInt128 boot, long bootTimeUs)
    {
        if (!_ruling.Bind(1, journalId).Bind(2, sequence).Bind(3, Bytes128.ToArray(boot)).Step()) return null;
        CorrectedTime? time = _ruling.Text(0) == TimeDecisionRow.Settled ? By(bootTimeUs, _ruling.Number(1), _ruling.Number(2), _ruling.Number(3)) : null;
        _ruling.Reset();
        return time;
    }

    /// <summary>Boots of a journal of which something is decided.</summary>
    public IEnumerable<UInt128> Boots(long journalId)
    {
        var boots = new List<UInt128>();
        _boots.Bind(1, journalId);
        while (_boots.Step())
            if (Bytes128.TryRead(_boots.Bytes(0), out var boot)) boots.Add(boot);
        return boots;
    }

    /// <summary>The instant of a tap by what a decision says of a tap of the same boot, widened by the drift in between.</summary>
    public static CorrectedTime? By(long bootTimeUs, long settledBootTimeUs, long atUs, long uncertaintyUs) =>
        CorrectedTime.Of(bootTimeUs, new BootEstimate(settledBootTimeUs, atUs - settledBootTimeUs, uncertaintyUs));

    /// <inheritdoc />
    public void Dispose()
    {
        _ruling.Dispose();
        _boots.Dispose();
    }
}

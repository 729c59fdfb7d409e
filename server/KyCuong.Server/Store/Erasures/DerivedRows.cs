namespace KyCuong.Server.Store.Erasures;

/// <summary>Takes away what was derived of a tap that goes. Not thread-safe.</summary>
internal sealed class DerivedRows(StoreSession session, long agencyId) : IDisposable
{
    private readonly StoreStatement _resolved = session.Prepare(
        "DELETE FROM resolved_taps WHERE agency_id = ?1 AND bucket = ?2 AND staff_id = ?3 AND at_us = ?4 AND journal_id = ?5 AND sequence = ?6");

    private readonly StoreStatement _badgeless = session.Prepare(
        "DELETE FROM badgeless_taps WHERE agency_id = ?1 AND bucket = ?2 AND staff_id = ?3 AND journal_id = ?4 AND sequence = ?5");

    private readonly StoreStatement _unresolved = session.Prepare("DELETE FROM unresolved_taps WHERE journal_id = ?1 AND sequence = ?2");

    /// <summary>Of one tap; without a place it is nobody's.</summary>
    public void Drop(DerivedPlace? place, long journal, long sequence)
    {
        if (place is not { } at)
        {
            _unresolved.Bind(1, journal).Bind(2, sequence).Write();
            return;
        }

        _resolved.Bind(1, agencyId).Bind(2, at.Bucket).Bind(3, at.StaffId).Bind(4, at.AtUs).Bind(5, journal).Bind(6, sequence).Write();
        _badgeless.Bind(1, agencyId).Bind(2, at.Bucket).Bind(3, at.StaffId).Bind(4, journal).Bind(5, sequence).Write();
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _resolved.Dispose();
        _badgeless.Dispose();
        _unresolved.Dispose();
    }
}

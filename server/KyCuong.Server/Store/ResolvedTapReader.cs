using KyCuong.Protos.V1;

namespace KyCuong.Server.Store;

/// <summary>A tap with its person and corrected instant, as judging sees it.</summary>
/// <param name="Bucket">Date in the agency's zone, <see cref="DateOnly.DayNumber"/>.</param>
/// <param name="StaffId">The person.</param>
/// <param name="AtUs">Corrected instant, UTC microseconds.</param>
/// <param name="JournalId">0: imported.</param>
/// <param name="Sequence">In the journal; the imported tap's id when imported.</param>
/// <param name="Direction">What the reader or the person said.</param>
/// <param name="DirectionSource">Which of them.</param>
/// <param name="UncertaintyUs">The true instant lies within ± this.</param>
/// <param name="KioskId">0: imported.</param>
/// <param name="Reader">The reader's id at its kiosk, or what the file named.</param>
public readonly record struct ResolvedTap(
    int Bucket, long StaffId, long AtUs, long JournalId, long Sequence, Direction Direction, DirectionSource DirectionSource,
    long UncertaintyUs, long KioskId, string Reader);

/// <summary>
/// Streams the taps of an agency over some dates by the primary key alone, in order of date, person, instant; a row of SQLite costs no
/// allocation. Not thread-safe.
/// </summary>
public sealed class ResolvedTapReader : IDisposable
{
    /// <summary>The statement; a test looks at its plan.</summary>
    internal const string Sql = """
        SELECT bucket, staff_id, at_us, journal_id, sequence, direction, direction_source, uncertainty_us, kiosk_id, reader
        FROM resolved_taps WHERE agency_id = ?1 AND bucket BETWEEN ?2 AND ?3
        ORDER BY agency_id, bucket, staff_id, at_us, journal_id, sequence
        """;

    /// <summary>The statement for one person, a date at a time: between two dates lie the taps of everybody else.</summary>
    internal const string PersonSql = """
        SELECT bucket, staff_id, at_us, journal_id, sequence, direction, direction_source, uncertainty_us, kiosk_id, reader
        FROM resolved_taps WHERE agency_id = ?1 AND bucket = ?2 AND staff_id = ?3
        ORDER BY agency_id, bucket, staff_id, at_us, journal_id, sequence
        """;

    private readonly StoreStatement _statement;
    private readonly int _last;
    private int _bucket;
    private readonly TextCache _readers = new();
    private ResolvedTap _current;

    /// <summary>A reader of the taps from one date to another, both included.</summary>
    /// <param name="session">As <see cref="ServerStore.OpenReader"/> gives it, or of a lease.</param>
    /// <param name="agencyId">The agency.</param>
    /// <param name="from">First date, in the agency's zone.</param>
    /// <param name="to">Last date.</param>
    public ResolvedTapReader(StoreSession session, long agencyId, DateOnly from, DateOnly to) =>
        _statement = session.Prepare(Sql).Bind(1, agencyId).Bind(2, from.DayNumber).Bind(3, to.DayNumber);

    /// <summary>A reader of one person's taps.</summary>
    /// <param name="session">As <see cref="ServerStore.OpenReader"/> gives it, or of a lease.</param>
    /// <param name="agencyId">The agency.</param>
    /// <param name="from">First date, in the agency's zone.</param>
    /// <param name="to">Last date.</param>
    /// <param name="staffId">The person.</param>
    public ResolvedTapReader(StoreSession session, long agencyId, DateOnly from, DateOnly to, long staffId)
    {
        (_bucket, _last) = (from.DayNumber, to.DayNumber);
        _statement = session.Prepare(PersonSql).Bind(1, agencyId).Bind(2, _bucket).Bind(3, staffId);
    }

    /// <summary>The row read last.</summary>
    public ref readonly ResolvedTap Current => ref _current;

    /// <summary>Reads the next row; false after the last.</summary>
    public bool Read()
    {
        while (!_statement.Step())
        {
            if (_bucket == _last) return false;
            _statement.Bind(2, ++_bucket);
        }

        _current = new ResolvedTap(
            (int)_statement.Number(0), _statement.Number(1), _statement.Number(2), _statement.Number(3), _statement.Number(4),
            (Direction)_statement.Number(5), (DirectionSource)_statement.Number(6), _statement.Number(7), _statement.Number(8),
            _statement.Text(9, _readers));
        return true;
    }

    /// <inheritdoc />
    public void Dispose() => _statement.Dispose();
}

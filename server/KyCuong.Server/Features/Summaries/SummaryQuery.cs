using KyCuong.Rules;
using KyCuong.Server.Judging;
using KyCuong.Server.Store;
using KyCuong.Server.Store.Log;
using KyCuong.Server.Store.Rows;
using Tap = KyCuong.Rules.Tap;

namespace KyCuong.Server.Features.Summaries;

/// <summary>
/// Judges every day of a period and adds up: one pass over the taps, then people side by side on all cores. Sums are whole
/// numbers and each person is judged by one thread, so the result does not depend on which came first.
/// </summary>
internal static class SummaryQuery
{
    /// <summary>Days in a period.</summary>
    public const int MostDays = 400;

    /// <summary>People handed to a thread at a time.</summary>
    private const int Chunk = 32;

    /// <summary>The figures of a period for an agency or for a unit with those below it (days spent there only).</summary>
    public static async Task<SummaryResult> RunAsync(ServerStore store, string? agencyCode, Period period, string? unit, TimeProvider time, CancellationToken cancel)
    {
        await using var db = store.NewReader();
        var agency = await AgencyData.LoadAsync(db, agencyCode, (period.From, period.To), cancel);
        var top = unit is null ? null : agency.Unit(unit);
        await using var session = store.OpenReader();
        return Judge(session, agency, period, top, Instant.From(time.GetUtcNow()), cancel);
    }

    /// <summary>The same on a session.</summary>
    public static SummaryResult Judge(StoreSession session, AgencyData agency, Period period, UnitRow? top, Instant now, CancellationToken cancel)
    {
        var people = agency.People.Where(person => person.Postings.Any(posting => Touches(posting, period) && Belongs(agency, posting.UnitId, top))).ToList();
        var range = new PersonAssessor(agency.Rules).TapRange(period.From, period.To);
        var logHead = LogWriter.Read(session);
        var taps = TapTable.Read(
            session, agency.Row.AgencyId, DateOnly.FromDateTime(range.From.In(agency.Zone).DateTime), DateOnly.FromDateTime(range.To.In(agency.Zone).DateTime), people, cancel);
        var done = new List<PeriodSummary>();
        var heads = new HeadFigures(agency.Heads);
        var options = new ParallelOptions { CancellationToken = cancel };
        Parallel.For(
            0, (people.Count + Chunk - 1) / Chunk, options,
            () => new Worker(agency, period, top),
            (chunk, _, worker) =>
            {
                for (var place = chunk * Chunk; place < Math.Min(people.Count, (chunk + 1) * Chunk); place++) worker.Judge(people[place], taps, place, now);
                return worker;
            },
            worker =>
            {
                lock (done)
                {
                    done.Add(worker.Summary);
                    heads.Add(worker.Heads);
                }
            });
        return SummaryResult.Of(agency, period, top, now, people, done, heads, logHead);
    }

    private static bool Touches(PostingRow posting, Period period) => posting.FromDate <= period.To && (posting.ToDate is null || posting.ToDate >= period.From);

    private static bool Belongs(AgencyData agency, long unit, UnitRow? top) => top is null || agency.Rules.Units.Within(unit, top.UnitId);

    /// <summary>What one thread judges with.</summary>
    private sealed class Worker(AgencyData agency, Period period, UnitRow? top) : IFiguresSink
    {
        private readonly PersonAssessor _assessor = new(agency.Rules);
        private Tap[] _buffer = new Tap[256];
        private long _unit = long.MinValue;
        private bool _counts;

        public PeriodSummary Summary { get; } = new(period.From, period.To);

        public HeadFigures Heads { get; } = new(agency.Heads);

        public void Judge(PersonData person, TapTable taps, int place, Instant now) =>
            _assessor.Summarise(person.Record, period.From, period.To, taps.Of(place, ref _buffer), now, this);

        public void Add(in ShiftFigures shift)
        {
            if (shift.Unit != _unit) (_unit, _counts) = (shift.Unit, Belongs(agency, shift.Unit, top));
            if (!_counts) return;
            Summary.Add(shift);
            Heads.Add(shift);
        }
    }
}

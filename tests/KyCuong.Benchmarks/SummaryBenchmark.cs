using KyCuong.Protos.V1;
using KyCuong.Rules;
using KyCuong.Server.Features.Summaries;
using KyCuong.Server.Store;
using KyCuong.Server.Store.Rows;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;

namespace KyCuong.Benchmarks;

/// <summary>
/// The month's summary (load the agency, read its taps, judge every person and day, add up) beside a bare reader of the
/// same rows by the covering key. May 2026: 20 working days; the taps of people who come on every one of 22 days.
/// </summary>
internal sealed class SummaryBenchmark(string root, TimeProvider time)
{
    private static readonly DateOnly From = new(2026, 5, 1);
    private static readonly DateOnly To = new(2026, 5, 31);
    private const int Days = 22;
    private const int TapsPerDay = 4;

    /// <summary>Seconds, several pairs on one store.</summary>
    public async Task<List<Pair>> MeasureAsync(int people, int pairs, CancellationToken cancel)
    {
        var data = DataDirectory.Open(Path.Combine(root, "summary"));
        await using var store = ServerStore.Open(data, new StoreOptions(), time, NullLoggerFactory.Instance);
        await FillAsync(store, people);
        var rows = (long)people * Days * TapsPerDay;
        var measured = new List<Pair>();
        for (var i = 0; i < pairs; i++)
        {
            var bare = time.GetTimestamp();
            if (ReadBare(store) != rows) throw new InvalidOperationException("the bare reader did not read every row");
            var read = time.GetElapsedTime(bare).TotalSeconds;
            var start = time.GetTimestamp();
            var summary = await SummaryQuery.RunAsync(store, null, Period.Of(From, To), null, time, cancel);
            var took = time.GetElapsedTime(start).TotalSeconds;
            if (summary.People.Count != people) throw new InvalidOperationException($"the summary has {summary.People.Count} people instead of {people}");
            measured.Add(new Pair(read, took));
        }

        return measured;
    }

    private static long ReadBare(ServerStore store)
    {
        using var session = store.OpenReader();
        using var command = ((SqliteConnection)session.Connection).CreateCommand();
        command.CommandText = """
            SELECT staff_id, at_us, direction, direction_source, uncertainty_us, kiosk_id
            FROM resolved_taps WHERE agency_id = 1 AND bucket BETWEEN $from AND $to
            """;
        command.Parameters.AddWithValue("$from", From.DayNumber);
        command.Parameters.AddWithValue("$to", To.DayNumber);
        using var reader = command.ExecuteReader();
        long rows = 0, sum = 0;
        while (reader.Read())
        {
            rows++;
            for (var column = 0; column < 6; column++) sum ^= reader.GetInt64(column);
        }

        return sum == long.MinValue ? 0 : rows;
    }

    private static async Task FillAsync(ServerStore store, int people)
    {
        await using var lease = await store.LeaseAsync(CancellationToken.None);
        await using (var db = lease.NewContext())
        {
            db.Agencies.Add(new AgencyRow { AgencyId = 1, Code = "A", Name = "A", TimeZone = "Asia/Ho_Chi_Minh", RestDays = """["Sat","Sun"]""", Policy = "{}", RosterVersion = 1, CreatedUs = 0 });
            db.Units.Add(new UnitRow { UnitId = 1, AgencyId = 1, Code = "U", Name = "U" });
            db.Schedules.Add(new ScheduleRow
            {
                AgencyId = 1, Code = "HC", Name = "HC", FromDate = new DateOnly(2026, 1, 1),
                Definition = """{ "days": ["Mon","Tue","Wed","Thu","Fri"], "holidays": "off", "sessions": [ { "start": "07:00", "end": "11:30" }, { "start": "13:30", "end": "17:00" } ], "taps": "everySession", "lateGraceMinutes": 5, "earlyGraceMinutes": 5 }""",
            });
            db.Assignments.Add(new AssignmentRow { AgencyId = 1, ScheduleCode = "HC", Mode = "replace" });
            for (var i = 1; i <= people; i++)
            {
                db.Staff.Add(new StaffRow { StaffId = i, AgencyId = 1, Code = $"N{i:00000}", FullName = $"Người {i}", NameSort = BitConverter.GetBytes(i) });
                db.Postings.Add(new PostingRow { AgencyId = 1, StaffId = i, UnitId = 1, FromDate = new DateOnly(2025, 1, 1) });
            }

            await db.SaveChangesAsync();
        }

        var random = new Random(1);
        (int Minutes, Direction Direction)[] day = [(7 * 60, Direction.In), (11 * 60 + 30, Direction.Out), (13 * 60 + 30, Direction.In), (17 * 60, Direction.Out)];
        using (var insert = lease.Session.Prepare("INSERT INTO resolved_taps VALUES (1, ?1, ?2, ?3, 1, ?4, ?5, 1, 1000, 1, 'r1')"))
        {
            long sequence = 0;
            for (var d = 0; d < Days; d++)
            {
                var date = From.AddDays(d);
                var midnight = new DateTimeOffset(date.ToDateTime(TimeOnly.MinValue), TimeSpan.FromHours(7)).ToUnixTimeMilliseconds() * 1000;
                for (var person = 1; person <= people; person++)
                {
                    foreach (var (minutes, direction) in day)
                    {
                        var at = midnight + minutes * 60_000_000L + (direction == Direction.In ? -1 : 1) * random.Next(-400, 1200) * 1_000_000L;
                        insert.Bind(1, date.DayNumber).Bind(2, person).Bind(3, at).Bind(4, ++sequence).Bind(5, (long)direction);
                        insert.Run();
                    }
                }
            }
        }

        lease.Commit();
    }
}

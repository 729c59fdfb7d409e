using System.Data.Common;
using KyCuong.Server.Store.Log;
using KyCuong.Server.Store.Rows;
using KyCuong.Server.Tests.Ingest;
using KyCuong.Server.Tests.Store;
using KyCuong.Verify;
using Microsoft.EntityFrameworkCore;
using StoreSnapshot = System.Collections.Generic.Dictionary<string, System.Collections.Generic.List<System.Collections.Generic.IReadOnlyDictionary<string, object?>>>;
using VerifiedStore = KyCuong.Verify.Store;

namespace KyCuong.Server.Tests.Log;

/// <summary>
/// A hand that cuts off what was last (reliability S7): the end of a journal, of the log, of both with every row that speaks of it. Each store here is
/// put back to what it really was after one of several steps, wholly or in part.
/// </summary>
public sealed class TruncationTests
{
    private static readonly string[] Log = ["log_entries"];

    [Fact]
    public async Task The_last_taps_of_a_journal_cut_off_with_all_that_follows_from_them_are_found_by_the_log()
    {
        await using var cut = await Cut.MakeAsync();
        // Taps, what was worked out of them, what the store says of their journal: all as before; the log still speaks of them.
        await cut.PutBackAsync(Cut.AfterTaps, Cut.BeforeTaps, but: Log);
        Assert.Contains(cut.Verify().Findings, finding => finding.Kind == FindingKind.EntryGone);
    }

    [Fact]
    public async Task So_are_those_whose_part_of_the_log_was_cut_out_of_its_middle()
    {
        await using var cut = await Cut.MakeAsync();
        await cut.PutBackAsync(Cut.AfterTaps, Cut.BeforeTaps);
        Assert.Contains(cut.Verify().Findings, finding => finding.Kind == FindingKind.LogHole);
    }

    [Fact]
    public async Task The_end_of_the_log_cut_off_is_found_by_the_rows_it_spoke_of()
    {
        await using var cut = await Cut.MakeAsync();
        for (var step = 0; step < cut.Last; step++)
        {
            await cut.PutBackAsync(cut.Last, step, only: Log);
            Assert.NotEqual([], cut.Verify().Findings);
            await cut.UndoAsync();
        }
    }

    [Fact]
    public async Task The_end_of_the_log_cut_off_with_all_rows_it_spoke_of_is_found_by_a_head_from_after_the_cut_and_only_so()
    {
        await using var cut = await Cut.MakeAsync();
        for (var step = 0; step < cut.Last; step++)
        {
            await cut.PutBackAsync(cut.Last, step);
            // It is the store that was: nothing in it can tell.
            Assert.Equal([], cut.Verify().Findings);
            for (var kept = 0; kept <= cut.Last; kept++)
                Assert.Equal(kept > step, cut.Verify(cut.Heads[kept]).Findings.Any(finding => finding.Kind == FindingKind.LogShortened));
            await cut.UndoAsync();
        }
    }

    [Fact]
    public async Task A_head_that_the_kiosk_signed_and_that_was_left_finds_the_cut_without_any_other()
    {
        await using var cut = await Cut.MakeAsync();
        await cut.PutBackAsync(cut.Last, Cut.BeforeTaps, but: ["journal_heads"]);
        Assert.NotEqual([], cut.Verify().Findings);
    }

    /// <summary>A store, and what was in it and where its log ended after each of several steps.</summary>
    private sealed class Cut : IAsyncDisposable
    {
        private readonly IngestHost _host;
        private readonly List<StoreSnapshot> _steps = [];
        private DbConnection _connection = null!;
        private DbTransaction _moment = null!;

        private Cut(IngestHost host) => _host = host;

        public List<OutsideHead> Heads { get; } = [];

        public const int BeforeTaps = 0;

        public const int AfterTaps = 1;

        public int Last => _steps.Count - 1;

        public static async Task<Cut> MakeAsync()
        {
            var cut = new Cut(await LoggedStore.MakeAsync());
            await cut.FillAsync();
            return cut;
        }

        public Verification Verify(params OutsideHead[] heads)
        {
            using var store = VerifiedStore.Inside(_moment);
            return Verification.Of(store, heads);
        }

        /// <summary>Undoes in the store of the last step what was done from one step to another; in these tables.</summary>
        public async Task PutBackAsync(int from, int to, string[]? but = null, string[]? only = null)
        {
            await LoggedStore.ExecuteAsync(_connection, _moment, "SAVEPOINT before");
            foreach (var (table, now) in _steps[from].Where(rows => but?.Contains(rows.Key) != true && only?.Contains(rows.Key) != false))
            {
                IReadOnlyList<string> keys;
                using (var store = VerifiedStore.Inside(_moment)) keys = store.KeyOf(table);
                var was = _steps[to][table].ToDictionary(row => Hand.Where(keys, row));
                var stays = now.ToDictionary(row => Hand.Where(keys, row));
                foreach (var key in stays.Keys.Except(was.Keys)) await LoggedStore.ExecuteAsync(_connection, _moment, $"DELETE FROM {table} WHERE {key}");
                foreach (var (key, row) in was)
                {
                    if (!stays.TryGetValue(key, out var changed))
                    {
                        await LoggedStore.ExecuteAsync(_connection, _moment, $"INSERT INTO {table} ({string.Join(", ", row.Keys)}) VALUES ({string.Join(", ", row.Values.Select(Hand.Literal))})");
                        continue;
                    }

                    var sets = row.Keys.Where(column => !Hand.Same(row[column], changed[column])).Select(column => $"{column} = {Hand.Literal(row[column])}").ToList();
                    if (sets.Count > 0) await LoggedStore.ExecuteAsync(_connection, _moment, $"UPDATE {table} SET {string.Join(", ", sets)} WHERE {key}");
                }
            }
        }

        /// <summary>The store of the last step again.</summary>
        public async Task UndoAsync() => await LoggedStore.ExecuteAsync(_connection, _moment, "ROLLBACK TO before");

        public async ValueTask DisposeAsync()
        {
            await _moment.DisposeAsync();
            await _connection.DisposeAsync();
            await _host.DisposeAsync();
        }

        private async Task FillAsync()
        {
            var key = HeadKey.Of(_host.KioskId);
            var journal = _host.NewJournal(7);
            for (byte tap = 1; tap <= 9; tap++) journal.Tap(tap, 70 + tap);
            await _host.SendAsync(journal, 1, 3);
            Note();
            await _host.SendAsync(journal, 4, 6);
            Note();
            await _host.Test.WriteAsync(db => db.Holidays.Add(new HolidayRow { AgencyId = _host.AgencyId, Date = new DateOnly(2026, 9, 2), Name = "Quốc khánh" }));
            Note();
            await _host.SendAsync(journal, 7, 9);
            await _host.Ingest.KeepHeadAsync(await _host.OpenAsync(journal), key.Sign(journal, 9), CancellationToken.None);
            Note();
            await using (var lease = await _host.Test.Store.LeaseAsync(CancellationToken.None))
            await using (var db = lease.NewContext())
            {
                (await db.Staff.FirstAsync(staff => staff.Code == "NV002")).FullName = "Lê Thị Bình";
                await db.SaveChangesAsync();
                await lease.CommitAsync();
            }

            Note();
            await _host.Ingest.DisposeAsync();
            await _host.Test.Store.DisposeAsync();
            _connection = await LoggedStore.OpenUnguardedAsync(_host);
            _moment = await _connection.BeginTransactionAsync();
            Assert.Equal([], Verify(Heads[^1]).Findings);
        }

        private void Note()
        {
            using var reader = _host.Test.Store.OpenReader();
            using var moment = reader.BeginMoment();
            using var store = VerifiedStore.Inside(moment);
            _steps.Add(store.Tables().Where(table => table != "schema_versions").ToDictionary(table => table, table => store.Rows(table).ToList()));
            var head = LogWriter.Read(reader).ToString();
            Heads.Add(OutsideHead.Parse(head) ?? throw new InvalidOperationException(head));
        }
    }
}

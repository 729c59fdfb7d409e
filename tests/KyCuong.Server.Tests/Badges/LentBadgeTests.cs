using System.Text.Json;
using KyCuong.Protos;
using KyCuong.Protos.Badges;
using KyCuong.Protos.V1;
using KyCuong.Server.Cli;
using KyCuong.Server.Features.Badges;
using KyCuong.Server.Ingest;
using KyCuong.Server.Store.Rows;
using KyCuong.Server.Tests.Ingest;
using KyCuong.Server.Tests.Store;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging.Abstractions;

namespace KyCuong.Server.Tests.Badges;

/// <summary>Temporary badges, from the pool to what is judged.</summary>
public sealed class LentBadgeTests
{
    private const string Number = "0F03024FD3";

    [Fact]
    public async Task What_is_tapped_with_a_lent_badge_is_the_borrowers_from_the_loan_to_the_days_end()
    {
        await using var host = await HostAsync();
        var version = Column(host, "SELECT roster_version FROM agencies").Select(value => long.Parse(value, System.Globalization.CultureInfo.InvariantCulture)).Single();
        Assert.Equal("Thẻ TAM-01: Nguyễn Văn An (NV001) mượn từ 13/05/2026 07:00 đến hết ngày, NV002 cho mượn.", await LendAsync(host));
        Assert.Equal(version + 1, Column(host, "SELECT roster_version FROM agencies").Select(value => long.Parse(value, System.Globalization.CultureInfo.InvariantCulture)).Single());
        var journal = new KioskJournal(1, 1);
        var badge = await KeysAsync(host);
        // Boot time 0 is 07:00, the loan's beginning; midnight is 17 hours later.
        foreach (var seconds in new[] { 0, 240, (17 * 3600) - 1, 17 * 3600 }) journal.Tap(badge, seconds);
        await SendAsync(host, journal);
        Assert.Equal(["1", "2", "3"], Column(host, "SELECT sequence FROM resolved_taps ORDER BY sequence"));
        Assert.Equal(["1", "2", "3"], Column(host, "SELECT sequence FROM badgeless_taps ORDER BY sequence"));
        Assert.Equal(["4 unknown"], Column(host, "SELECT sequence || ' ' || reason FROM unresolved_taps"));
        await AssertRebuildAsync(host);

        Assert.Equal(0, await host.DayAsync("2026-05-13", "NV001", asJson: true));
        Assert.All(host.Json()[0].GetProperty("taps").EnumerateArray(), tap => Assert.True(tap.GetProperty("badgeless").GetBoolean() && tap.GetProperty("reader").GetString() == "cong"));
        await host.ExplainAsync("2026-05-13", "NV001");
        Assert.Contains("07:04:00, Cổng chính, đầu đọc cong, bằng thẻ tạm", host.Out, StringComparison.Ordinal);
        await host.SummaryAsync(month: "2026-05", asJson: true);
        Assert.Equal(["1", "0", "0"], host.Json().GetProperty("people").EnumerateArray().Select(person => person.GetProperty("forgottenBadge").GetRawText()));
    }

    [Fact]
    public async Task A_returned_badge_names_nobody_and_lent_again_it_is_the_next_persons()
    {
        await using var host = await HostAsync();
        await LendAsync(host);
        host.Time.Now += TimeSpan.FromMinutes(10);
        Assert.Equal(0, await BadgeCommand.ReturnAsync(host.Context(), "TAM-01", CancellationToken.None));
        host.Time.Now += TimeSpan.FromMinutes(10);
        Assert.Equal(0, await BadgeCommand.LendAsync(host.Context(), "TAM-01", "NV003", "NV002", CancellationToken.None));
        var journal = new KioskJournal(1, 1);
        var badge = await KeysAsync(host);
        foreach (var minutes in new[] { 9, 10, 19, 20 }) journal.Tap(badge, minutes * 60);
        await SendAsync(host, journal);
        Assert.Equal(["1 NV001", "4 NV003"], Column(host, "SELECT sequence || ' ' || code FROM resolved_taps JOIN staff USING (staff_id) ORDER BY sequence"));
        Assert.Equal(["2 unknown", "3 unknown"], Column(host, "SELECT sequence || ' ' || reason FROM unresolved_taps ORDER BY sequence"));
        await AssertRebuildAsync(host);
        await BadgeCommand.ListAsync(host.Context(json: true), CancellationToken.None);
        Assert.Equal("NV003", Assert.Single(host.Json().EnumerateArray().ToList()).GetProperty("staff").GetString());
        host.Time.Now += TimeSpan.FromDays(1);
        await BadgeCommand.ListAsync(host.Context(json: true), CancellationToken.None);
        Assert.Equal(JsonValueKind.Null, host.Json()[0].GetProperty("staff").ValueKind);
        await LendAsync(host);
    }

    [Fact]
    public async Task A_loan_that_comes_while_the_server_runs_is_seen_by_the_next_tap()
    {
        await using var host = await HostAsync();
        var journal = new KioskJournal(1, 1);
        var badge = await KeysAsync(host);
        await using var ingest = new TapIngest(host.Store, new IngestOptions(), host.Time, NullLogger<TapIngest>.Instance);
        var session = await ingest.OpenJournalAsync(1, 1, CancellationToken.None);
        journal.Tap(badge, 10);
        await ingest.AppendAsync(session, default, journal.Range(1, 1), false, CancellationToken.None);
        await LendAsync(host);
        journal.Tap(badge, 20);
        await ingest.AppendAsync(session, journal.Before(2), journal.Range(2, 2), false, CancellationToken.None);
        Assert.Equal(["2"], Column(host, "SELECT sequence FROM resolved_taps"));
    }

    [Theory]
    [InlineData("TAM-09", "NV001", "NV002", 1)]
    [InlineData("TAM-01", "NV009", "NV002", 1)]
    [InlineData("TAM-01", "NV001", "NV009", 1)]
    [InlineData("TAM-01", "NV001", "NV001", 2)]
    [InlineData("TAM-02", "NV003", "NV001", 1)]
    [InlineData("TAM-01", "NV002", "NV001", 1)]
    public async Task What_cannot_be_lent_is_not(string badge, string staff, string by, int exit)
    {
        await using var host = await HostAsync();
        Assert.Equal(0, await BadgeCommand.AddAsync(host.Context(), "TAM-02", "KC1:0000000000000000", "kc1", CancellationToken.None));
        // NV002 has another one, and somebody has TAM-02.
        Assert.Equal(0, await BadgeCommand.LendAsync(host.Context(), "TAM-02", "NV002", "NV001", CancellationToken.None));
        Assert.Equal(exit, (await Assert.ThrowsAsync<CommandException>(() => BadgeCommand.LendAsync(host.Context(), badge, staff, by, CancellationToken.None))).ExitCode);
        Assert.Equal(["1"], Column(host, "SELECT count(*) FROM badge_loans"));
    }

    [Fact]
    public async Task A_badge_is_either_somebodys_or_of_the_pool_and_readers_can_tell_it_from_others()
    {
        await using var host = await HostAsync();
        Assert.Equal(0, await host.ImportAsync("badges", "staff_code,badge,kind,from,to\nNV002,0F11223344,em10h,2026-01-01,\n"));
        foreach (var (label, number, kind) in new[] { ("TAM-01", "0F99887766", "em10h"), ("TAM-03", Number, "em10h"), ("TAM-03", "0F11223344", "em10h"), ("TAM-03", "AA11223344", "em10h") })
            Assert.Equal(1, (await Assert.ThrowsAsync<CommandException>(() => BadgeCommand.AddAsync(host.Context(), label, number, kind, CancellationToken.None))).ExitCode);
        Assert.Equal(1, await host.ImportAsync("badges", $"staff_code,badge,kind,from,to\nNV003,{Number},em10h,2026-01-01,\n"));
        Assert.Contains("thẻ tạm dùng chung (TAM-01)", host.Error + host.Out, StringComparison.Ordinal);
        Assert.Equal(["TAM-01"], Column(host, "SELECT pool_label FROM badges WHERE pool_label IS NOT NULL"));
    }

    [Fact]
    public async Task A_loan_is_not_altered()
    {
        await using var host = await HostAsync();
        await LendAsync(host);
        foreach (var sql in new[] { "UPDATE badge_loans SET staff_id = 2", "UPDATE badge_loans SET returned_us = from_us + 1, to_us = to_us + 1", "DELETE FROM badge_loans" })
            await Assert.ThrowsAnyAsync<System.Data.Common.DbException>(async () =>
            {
                await using var lease = await host.Store.LeaseAsync(CancellationToken.None);
                await using var db = lease.NewContext();
                await db.Database.ExecuteSqlRawAsync(sql);
            });
        Assert.Equal(["1"], Column(host, "SELECT count(*) FROM badge_loans WHERE returned_us IS NULL"));
    }

    private static async Task<string> LendAsync(FeatureHost host)
    {
        Assert.Equal(0, await BadgeCommand.LendAsync(host.Context(), "TAM-01", "NV001", "NV002", CancellationToken.None));
        return host.Out.Trim();
    }

    private static async Task<BadgeKey[]> KeysAsync(FeatureHost host)
    {
        await using var db = host.Store.NewReader();
        var rows = await db.BadgeHashes.OrderBy(row => row.Level).ToListAsync();
        return [.. rows.Select(row => Bytes128.TryRead(row.Hash, out var hash) ? new BadgeKey(row.Level, row.KeyId, hash) : throw new InvalidDataException())];
    }

    private static async Task SendAsync(FeatureHost host, KioskJournal journal)
    {
        await using var ingest = new TapIngest(host.Store, new IngestOptions(), host.Time, NullLogger<TapIngest>.Instance);
        var session = await ingest.OpenJournalAsync(1, 1, CancellationToken.None);
        await ingest.AppendAsync(session, default, journal.Range(1, (int)journal.Last), false, CancellationToken.None);
    }

    private static async Task AssertRebuildAsync(FeatureHost host)
    {
        const string sql = "SELECT agency_id || ' ' || bucket || ' ' || staff_id || ' ' || journal_id || ' ' || sequence FROM badgeless_taps ORDER BY 1";
        var before = Column(host, sql);
        await using (var lease = await host.Store.LeaseAsync(CancellationToken.None))
        {
            using var derivation = new TapDerivation(lease);
            derivation.RebuildResolved(1);
            await lease.CommitAsync();
        }

        Assert.Equal(before, Column(host, sql));
    }

    private static List<string> Column(FeatureHost host, string sql)
    {
        using var reader = host.Store.OpenReader();
        return Catalogue.Column(reader, sql);
    }

    /// <summary>13/05/2026, seven o'clock, one gate and one badge in the pool.</summary>
    private static async Task<FeatureHost> HostAsync()
    {
        var host = await FeatureHost.WithStaffAsync();
        host.Time.Now = new DateTimeOffset(2026, 5, 13, 7, 0, 0, TimeSpan.FromHours(7));
        await using (var lease = await host.Store.LeaseAsync(CancellationToken.None))
        await using (var db = lease.NewContext())
        {
            db.Kiosks.Add(new KioskRow { AgencyId = db.Agencies.Single().AgencyId, Code = "CONG", Name = "Cổng chính", State = KioskState.Enrolled, EnrolledUs = 1, KnownUntilUs = 2_000_000_000_000_000 });
            await db.SaveChangesAsync();
            await lease.CommitAsync();
        }

        Assert.Equal(0, await BadgeCommand.AddAsync(host.Context(), "TAM-01", Number, "em10h", CancellationToken.None));
        return host;
    }
}

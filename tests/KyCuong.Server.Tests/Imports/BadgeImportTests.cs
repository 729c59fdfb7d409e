using KyCuong.Protos.Badges;
using KyCuong.Protos.V1;
using KyCuong.Server.Features.Badges;
using KyCuong.Server.Ingest;
using KyCuong.Server.Store.Rows;
using KyCuong.Server.Tests.Ingest;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging.Abstractions;

namespace KyCuong.Server.Tests.Imports;

public sealed class BadgeImportTests : IAsyncLifetime
{
    private FeatureHost _host = null!;

    public async Task InitializeAsync() => _host = await FeatureHost.WithStaffAsync();

    public async Task DisposeAsync() => await _host.DisposeAsync();

    [Fact]
    public async Task Badges_are_kept_as_hashes_of_each_level_and_importing_them_again_changes_nothing()
    {
        const string file = "staff_code,badge,kind,from,to\nNV001,0F03024FD3,em10h,2026-01-01,\nNV002,04A1B2C3D4E5F6,uid,2026-01-01,\n";
        Assert.Equal(0, await _host.ImportAsync("badges", file, asJson: true));
        Assert.Equal(2, _host.Json().GetProperty("added").GetInt32());
        Assert.Equal(0, await _host.ImportAsync("badges", file, asJson: true));
        Assert.Equal(2, _host.Json().GetProperty("unchanged").GetInt32());
        await using var db = _host.Store.NewReader();
        Assert.Equal(2, await db.Badges.CountAsync());
        // em10h gives five levels, a seven-byte UID one.
        Assert.Equal(6, await db.BadgeHashes.CountAsync());
        Assert.All(await db.BadgeHashes.ToListAsync(), row => Assert.Equal(16, row.Hash.Length));
    }

    [Theory]
    [InlineData("NV009,0F03024FD3,em10h,,", "không có người mang mã số này")]
    [InlineData("NV001,0F03024FD3,em11h,,", "không có cách ghi số thẻ này")]
    [InlineData("NV001,F03024FD3,em10h,,", "không đúng cách ghi em10h")]
    [InlineData("NV001,0000000000,em10h,,", "không đúng cách ghi em10h")]
    [InlineData("NV001,0F03024FD3,em10h,2026-02-01,2026-01-01", "sớm hơn ngày bắt đầu")]
    public async Task A_bad_row_is_refused(string row, string reason)
    {
        Assert.Equal(1, await _host.ImportAsync("badges", "staff_code,badge,kind,from,to\n" + row + "\n"));
        Assert.Contains("dòng 2", _host.Error, StringComparison.Ordinal);
        Assert.Contains(reason, _host.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_badge_has_one_holder_at_a_time_and_may_go_to_another_afterwards()
    {
        Assert.Equal(1, await _host.ImportAsync("badges", "staff_code,badge,kind,from,to\nNV001,0F03024FD3,em10h,2026-01-01,\nNV002,0F03024FD3,em10h,2026-03-01,\n"));
        Assert.Contains("dòng 3", _host.Error, StringComparison.Ordinal);
        Assert.Contains("đã giao", _host.Error, StringComparison.Ordinal);
        Assert.Equal(0, await _host.ImportAsync("badges", "staff_code,badge,kind,from,to\nNV001,0F03024FD3,em10h,2026-01-01,2026-02-28\nNV002,0F03024FD3,em10h,2026-03-01,\n"));
        await using var db = _host.Store.NewReader();
        Assert.Equal(1, await db.Badges.CountAsync());
        Assert.Equal(2, await db.BadgeHoldings.CountAsync());
    }

    [Fact]
    public async Task The_same_card_spelled_shorter_for_somebody_else_is_refused_in_either_order()
    {
        // 0F03024FD3 ends in 024FD3: 002 and 20435.
        string[] rows = ["NV001,0F03024FD3,em10h,2026-01-01,", "NV002,\"002,20435\",em3+5,2026-01-01,"];
        Assert.Equal(1, await _host.ImportAsync("badges", $"staff_code,badge,kind,from,to\n{rows[0]}\n{rows[1]}\n"));
        Assert.Contains("không phân biệt được", _host.Error, StringComparison.Ordinal);
        Assert.Equal(1, await _host.ImportAsync("badges", $"staff_code,badge,kind,from,to\n{rows[1]}\n{rows[0]}\n"));
        Assert.Equal(0, await _host.ImportAsync("badges", $"staff_code,badge,kind,from,to\n{rows[0]}\n"));
        Assert.Equal(1, await _host.ImportAsync("badges", $"staff_code,badge,kind,from,to\n{rows[1]}\n"));
        Assert.Contains("em10h", _host.Error, StringComparison.Ordinal);
    }

    // 0F03024FD3 and 0F04024FD3 agree in their last 24 bits, and in byte 0 with the last 16.
    private const string TwoAlike = "staff_code,badge,kind,from,to\nNV001,0F03024FD3,em10h,2026-01-01,\nNV002,0F04024FD3,em10h,2026-01-01,\n";

    [Fact]
    public async Task Two_cards_that_agree_only_after_a_reader_has_cut_both_are_taken_and_told_of_while_no_reader_does()
    {
        Assert.Equal(0, await _host.ImportAsync("badges", TwoAlike));
        Assert.Contains("dòng 3: đầu đọc nào chỉ đọc một phần số thẻ (mức Em24, EmA) sẽ thấy thẻ này trùng với thẻ ở dòng 2 (NV001)", _host.Out, StringComparison.Ordinal);
        // A reader that keeps all of a card is none.
        await TappedAsync("0F03024FD3");
        Assert.Equal(0, await _host.ImportAsync("badges", TwoAlike, asJson: true));
        Assert.Equal((0, 1), (_host.Json().GetProperty("added").GetInt32(), _host.Json().GetProperty("notes").GetArrayLength()));
    }

    [Fact]
    public async Task Where_a_reader_cuts_them_so_the_second_card_is_refused_by_reader_level_and_card()
    {
        await TappedAsync("5555024FD3", CredentialLevel.Em24);
        Assert.Equal(1, await _host.ImportAsync("badges", TwoAlike));
        Assert.Contains("dòng 3", _host.Error, StringComparison.Ordinal);
        Assert.Contains("đầu đọc cong của kiốt CONG chỉ đọc một phần số thẻ (mức Em24), và ở mức đó thẻ này trùng với thẻ ở dòng 2 (NV001)", _host.Error, StringComparison.Ordinal);
        await using var db = _host.Store.NewReader();
        Assert.Empty(await db.Badges.ToListAsync());
        // Also when the other was there before, by number and holder.
        Assert.Equal(0, await _host.ImportAsync("badges", "staff_code,badge,kind,from,to\nNV001,0F03024FD3,em10h,2026-01-01,\n"));
        Assert.Equal(1, await _host.ImportAsync("badges", "staff_code,badge,kind,from,to\nNV002,0F04024FD3,em10h,2026-01-01,\n"));
        Assert.Contains("trùng với thẻ số 1 đang giao cho NV001", _host.Error, StringComparison.Ordinal);
        // Not at the same time, not two people, not at that level: taken without a word.
        Assert.Equal(0, await _host.ImportAsync("badges", "staff_code,badge,kind,from,to\nNV001,0F05024FD3,em10h,2026-01-01,\nNV002,0F06024FD4,em10h,2026-01-01,\n", asJson: true));
        Assert.Equal(0, _host.Json().GetProperty("notes").GetArrayLength());
    }

    [Fact]
    public async Task A_reader_that_cuts_otherwise_is_no_reason_to_refuse()
    {
        await TappedAsync("5503024FD3", CredentialLevel.Em32);
        Assert.Equal(0, await _host.ImportAsync("badges", TwoAlike));
        Assert.Contains("mức Em24, EmA", _host.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Those_who_were_here_before_the_reader_was_are_told_of_and_keep_nobody_else_out()
    {
        Assert.Equal(0, await _host.ImportAsync("badges", TwoAlike));
        await TappedAsync("5555024FD3", CredentialLevel.Em24);
        Assert.Equal(0, await _host.ImportAsync("badges", TwoAlike + "NV003,0F07024FD5,em10h,2026-01-01,\n"));
        Assert.Contains("dòng 3: đầu đọc cong của kiốt CONG chỉ đọc một phần số thẻ (mức Em24)", _host.Out, StringComparison.Ordinal);
        Assert.Equal(1, await _host.ImportAsync("badges", TwoAlike + "NV003,0F07024FD3,em10h,2026-01-01,\n"));
        Assert.Contains("dòng 4", _host.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("dòng 3,", _host.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_kiosk_that_is_out_of_service_has_no_readers()
    {
        await TappedAsync("5555024FD3", CredentialLevel.Em24, KioskState.Retired);
        Assert.Equal(0, await _host.ImportAsync("badges", TwoAlike));
    }

    [Fact]
    public async Task A_card_that_agrees_with_one_of_the_pool_is_refused_or_told_of_likewise()
    {
        Assert.Equal(0, await BadgeCommand.AddAsync(_host.Context(), "TAM-01", "0F03024FD3", "em10h", CancellationToken.None));
        Assert.Equal(0, await BadgeCommand.AddAsync(_host.Context(), "TAM-02", "002,20436", "em3+5", CancellationToken.None));
        // 024FD4 is TAM-02, whatever stands before it.
        Assert.Equal(1, await _host.ImportAsync("badges", "staff_code,badge,kind,from,to\nNV002,0F04024FD4,em10h,2026-01-01,\n"));
        Assert.Contains("không phân biệt được thẻ này với thẻ tạm TAM-02", _host.Error, StringComparison.Ordinal);
        const string cut = "staff_code,badge,kind,from,to\nNV002,0F04024FD3,em10h,2026-01-01,\n";
        await TappedAsync("5555024FD3", CredentialLevel.Em24);
        Assert.Equal(1, await _host.ImportAsync("badges", cut));
        Assert.Contains("trùng với thẻ tạm TAM-01", _host.Error, StringComparison.Ordinal);
        await StateAsync(KioskState.Revoked);
        Assert.Equal(0, await _host.ImportAsync("badges", cut));
        Assert.Contains("trùng với thẻ tạm TAM-01", _host.Out, StringComparison.Ordinal);
    }

    /// <summary>A tap of this tag, of which its reader keeps this level and what follows from it.</summary>
    private async Task TappedAsync(string tag, CredentialLevel strongest = CredentialLevel.Em, string state = KioskState.Enrolled)
    {
        await StateAsync(state);
        var levels = new BadgeHasher(1, new byte[32]).HashLevels(BadgeIdentity.TryCreate(CredentialLevel.Em, Convert.FromHexString(tag))!);
        var journal = new KioskJournal(1, 1);
        journal.Tap([.. levels.SkipWhile(key => key.Level != strongest)], 10);
        await using var ingest = new TapIngest(_host.Store, new IngestOptions(), _host.Time, NullLogger<TapIngest>.Instance);
        var session = await ingest.OpenJournalAsync(1, 1, CancellationToken.None);
        await ingest.AppendAsync(session, default, journal.Range(1, 1), false, CancellationToken.None);
    }

    private async Task StateAsync(string state)
    {
        await using var lease = await _host.Store.LeaseAsync(CancellationToken.None);
        await using var db = lease.NewContext();
        var kiosk = await db.Kiosks.SingleOrDefaultAsync();
        if (kiosk is null) db.Kiosks.Add(new KioskRow { AgencyId = db.Agencies.Single().AgencyId, Code = "CONG", Name = "Cổng chính", State = state, EnrolledUs = 1 });
        else kiosk.State = state;
        await db.SaveChangesAsync();
        await lease.CommitAsync();
    }
}

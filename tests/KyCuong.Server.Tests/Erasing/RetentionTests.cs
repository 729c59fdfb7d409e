using System.Text.Json;
using KyCuong.Server.Cli;
using KyCuong.Server.Features.Erasing;
using KyCuong.Server.Judging;
using KyCuong.Server.Store;
using KyCuong.Server.Store.Erasures;
using KyCuong.Server.Store.Rows;
using KyCuong.Server.Tests.Ingest;
using KyCuong.Server.Tests.Serve;
using KyCuong.Testing;
using Microsoft.EntityFrameworkCore;

namespace KyCuong.Server.Tests.Erasing;

/// <summary>What is kept how long: periods of the agency's, what goes and what stays, and that an erased person is named nowhere.</summary>
public sealed class RetentionTests
{
    private static readonly ErasureWish Order = new(true, "2/QĐ-LT", "NV001");

    // Far from every period whatever today is.
    private static readonly DateOnly Old = new(2001, 1, 1);
    private static readonly DateOnly Ahead = new(2999, 1, 1);

    [Fact]
    public async Task What_is_older_than_its_period_goes_and_nothing_else()
    {
        await using var host = await MakeAsync();
        await PeriodsAsync(host, (ErasureKind.UnknownTaps, RetentionPolicy.Longest));
        var asked = await RunAsync(host, new ErasureWish(false, "", ""));
        Assert.Equal([("unknownTaps", 0), ("photos", 1), ("pins", 1), ("leave", 1), ("explanations", 2), ("taps", 0)], asked);
        Assert.Equal("0", Count(host, "erasures"));

        Assert.Equal(asked, await RunAsync(host, Order));
        Assert.Equal("1", Count(host, "staff_photos"));
        Assert.Equal("1", Count(host, "staff_pins"));
        Assert.Equal("1", Count(host, "leave_entries"));
        Assert.Equal("1", Count(host, "finding_decisions"));
        Assert.Equal("4", Count(host, "erasures"));
        Assert.Equal("3", Count(host, "taps"));
        Assert.All(await RunAsync(host, Order), kind => Assert.Equal(0, kind.Count));
        host.AssertVerified();

        // The default of sixty days: the taps are of May 2026.
        await PeriodsAsync(host);
        Assert.Equal(("unknownTaps", 1), (await RunAsync(host, Order))[0]);
        Assert.Equal("2", Count(host, "taps"));
        host.AssertVerified();
    }

    [Fact]
    public async Task Taps_past_their_period_go_whoever_made_them_and_nobody_is_called_absent_for_it()
    {
        await using var host = await MakeAsync();
        var journal = Journal(host);
        await PeriodsAsync(host, (ErasureKind.Taps, 90), (ErasureKind.UnknownTaps, RetentionPolicy.Longest));
        Assert.Equal(("taps", 3), (await RunAsync(host, Order))[^1]);
        Assert.Equal("0", Count(host, "taps"));
        Assert.Equal("0", Count(host, "resolved_taps"));
        await using (var db = host.Test.Store.NewReader())
            await Assert.ThrowsAsync<CommandException>(() => AgencyData.LoadAsync(db, null, (new DateOnly(2026, 5, 13), new DateOnly(2026, 5, 13)), CancellationToken.None));
        host.AssertVerified();
        Assert.Equal(3UL, (await host.SendAllAsync(journal)).HighWater);
        Assert.Equal("0", Count(host, "taps"));
        host.AssertVerified();
    }

    [Fact]
    public async Task Periods_stand_in_the_agency_file_beside_the_gate_and_what_is_no_period_is_refused()
    {
        await using var host = await FeatureHost.WithStaffAsync();
        Assert.Equal(0, await host.ApplyAsync("""{ "policy": { "gate": { "discreet": true } } }"""));
        Assert.Equal(0, await host.ApplyAsync("""{ "policy": { "retention": { "unknownTapsDays": 30, "personDays": 0 } } }"""));
        Assert.Equal(0, await host.ApplyAsync("""{ "policy": { "gate": { "speak": true } } }"""));
        await using (var db = host.Store.NewReader())
        {
            var policy = (await db.Agencies.SingleAsync()).Policy;
            Assert.Equal("""{"gate":{"discreet":true,"speak":true},"retention":{"personDays":0,"unknownTapsDays":30}}""", policy);
            Assert.Equal((30, 3_650), (RetentionPolicy.Parse(policy).Days(ErasureKind.UnknownTaps), RetentionPolicy.Parse(policy).Days(ErasureKind.Taps)));
        }

        foreach (var wrong in new[] { "\"unknownTapsDays\": 0", "\"tapsDays\": 30", "\"tapsDays\": \"1\"", "\"faces\": 1" })
            Assert.NotEqual(0, await host.ApplyAsync($$"""{ "policy": { "retention": { {{wrong}} } } }"""));
    }

    [Fact]
    public async Task An_old_file_does_not_bring_back_what_went_by_its_age()
    {
        const string taps = "staff_code_or_badge,at\nNV001,2020-05-13T07:20:00\n";
        const string leave = "staff_code,from,kind\nNV001,2001-02-05,annual\n";
        await using var host = await FeatureHost.WithStaffAsync(staff: FeatureHost.Staff.Replace("2026-01-01,", "2000-01-01,", StringComparison.Ordinal));
        Assert.Equal(0, await host.ApplyAsync("""{ "policy": { "retention": { "tapsDays": 365 } } }"""));
        Assert.Equal(0, await host.ImportAsync("taps", taps));
        Assert.Equal(0, await host.ImportAsync("leave", leave));
        Assert.Equal(0, await RetentionCommand.RunAsync(host.Context(), Order, CancellationToken.None));
        await using (var db = host.Store.NewReader()) Assert.Equal((0, 0), (await db.ImportedTaps.CountAsync(), await db.Leave.CountAsync()));
        Assert.NotEqual(0, await host.ImportAsync("taps", taps));
        Assert.NotEqual(0, await host.ImportAsync("leave", leave));
        Assert.Contains("thời hạn lưu trữ", host.Error + host.Out, StringComparison.Ordinal);
        Assert.Equal(0, await RetentionCommand.ListAsync(host.Context(json: true), CancellationToken.None));
        Assert.Equal([("leave", "2/QĐ-LT", "NV001"), ("taps", "2/QĐ-LT", "NV001")], host.Json().EnumerateArray().Select(row => (row.GetProperty("kind").GetString(), row.GetProperty("document").GetString(), row.GetProperty("by").GetString())));
    }

    [Fact]
    public async Task An_erased_person_is_named_by_no_export_and_an_old_file_does_not_bring_them_back()
    {
        const string taps = """
            staff_code_or_badge,at,direction,reader
            NV002,2026-05-13T07:20:00,in,
            NV002,2026-05-13T17:02:00,out,
            NV003,2026-05-13T06:50:00,in,

            """;
        var left = FeatureHost.Staff.Replace("NV002,Trần Thị Bình,VP,Chuyên viên,Công chức,2026-01-01,", "NV002,Trần Thị Bình,VP,Chuyên viên,Công chức,2026-01-01,2026-05-20", StringComparison.Ordinal);
        await using var host = await FeatureHost.WithStaffAsync(staff: left);
        Func<Task<int>>[] files =
        [
            () => host.ImportAsync("taps", taps),
            () => host.ImportAsync("badges", "staff_code,badge,kind,from,to\nNV002,0F03024FD3,em10h,2026-01-01,\n"),
            () => host.ImportAsync("leave", "staff_code,from,kind\nNV002,2026-05-05,annual\n"),
            () => host.ImportPhotosAsync(new Dictionary<string, byte[]> { ["NV002.jpg"] = Portrait.Jpeg(1) }),
            () => host.ApplyAsync("""{ "assignments": [ { "staff": "NV002", "schedule": "HC-HE", "from": "2026-05-01" } ] }"""),
        ];
        foreach (var file in files) Assert.Equal(0, await file());
        Assert.Equal(0, await host.SummaryAsync("2026-05", asJson: true));
        Assert.Contains("NV002", host.Out, StringComparison.Ordinal);

        Assert.Equal(0, await EraseCommand.RunAsync(host.Context(), "NV002", request: true, Order, CancellationToken.None));
        foreach (var ask in new Func<Task<int>>[] { () => host.SummaryAsync("2026-05", asJson: true), () => host.SummaryAsync("2026-05", outFile: "thang.csv"), () => host.DayAsync("2026-05-13"), () => host.LeaveListAsync() })
        {
            Assert.Equal(0, await ask());
            var said = host.Out + string.Concat(host.Files.Where(file => file.Key == "thang.csv").Select(file => System.Text.Encoding.UTF8.GetString(file.Value)));
            Assert.DoesNotContain("NV002", said, StringComparison.Ordinal);
            Assert.DoesNotContain("Bình", said, StringComparison.Ordinal);
        }

        await Assert.ThrowsAsync<CommandException>(() => host.ExplainAsync("2026-05-13", "NV002"));
        Assert.NotEqual(0, await host.ImportAsync("staff", left));
        Assert.Contains("NV002", host.Error + host.Out, StringComparison.Ordinal);
        foreach (var file in files)
        {
            Assert.NotEqual(0, await file());
            Assert.Contains("NV002", host.Error + host.Out, StringComparison.Ordinal);
        }

        Assert.Contains("đã được xóa", (await Assert.ThrowsAsync<CommandException>(() => EraseCommand.RunAsync(host.Context(), "NV002", true, Order, CancellationToken.None))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_left_long_ago_is_listed_and_erased_only_by_an_order_of_its_own()
    {
        await using var host = await MakeAsync();
        using var console = new SpokenConsole();
        Assert.Equal(0, await RetentionCommand.RunAsync(Departed.Context(host, console, json: true), Order, CancellationToken.None));
        Assert.Equal(["NV002"], JsonDocument.Parse(console.Said).RootElement.GetProperty("left").EnumerateArray().Select(code => code.GetString()));
        Assert.Equal("0", Count(host, "staff WHERE full_name = ''"));
    }

    /// <summary>One who stays and one who left long ago, with old and new things of each.</summary>
    private static async Task<IngestHost> MakeAsync()
    {
        var host = await IngestHost.StartAsync();
        var agency = host.AgencyId;
        var (an, _) = await host.AddHolderAsync("NV001", KioskJournal.Key(1));
        var (binh, _) = await host.AddHolderAsync("NV002", KioskJournal.Key(2));
        var unit = new UnitRow { AgencyId = agency, Code = "VP", Name = "Văn phòng" };
        var import = new ImportRow { AgencyId = agency, Kind = "leave", FileName = "x.csv", Sha256 = new byte[32], Rows = 2, Changed = 2, AtUs = 1 };
        await host.Test.WriteAsync(db =>
        {
            db.Units.Add(unit);
            db.Imports.Add(import);
        });
        await host.Test.WriteAsync(db =>
        {
            db.Postings.AddRange(
                new PostingRow { AgencyId = agency, StaffId = an, UnitId = unit.UnitId, FromDate = Old },
                new PostingRow { AgencyId = agency, StaffId = binh, UnitId = unit.UnitId, FromDate = Old, ToDate = Old.AddDays(1) });
            foreach (var person in new[] { an, binh })
            {
                db.StaffPhotos.Add(new StaffPhotoRow { AgencyId = agency, StaffId = person, ImportId = import.ImportId, Sha256 = new byte[32], Content = [0xFF, 0xD8] });
                db.StaffPins.Add(new StaffPinRow { AgencyId = agency, StaffId = person, Salt = new byte[16], Hash = new byte[32], Rounds = 1000, IssuedUs = 1 });
            }

            foreach (var date in new[] { Old, Ahead })
            {
                db.Leave.Add(new LeaveRow { AgencyId = agency, StaffId = an, ImportId = import.ImportId, Line = date.Year, FromDate = date, ToDate = date, Part = "day", Kind = "sick", EnteredUs = 1 });
                db.FindingDecisions.Add(new FindingDecisionRow { AgencyId = agency, StaffId = an, Date = date, Ruling = "excused", Document = "1/GT", DecidedBy = "NV002", EnteredUs = 1 });
            }

            db.HandKeptMarks.Add(new HandKeptMarkRow { AgencyId = agency, StaffId = an, Date = Old, Present = true, RecordedBy = "NV002", EnteredUs = 1 });
        });
        await host.SendAllAsync(Journal(host));
        return host;
    }

    private static KioskJournal Journal(IngestHost host)
    {
        var journal = host.NewJournal(5);
        journal.Tap(1, 60);
        journal.Tap(44, 61);
        journal.Tap(2, 62);
        return journal;
    }

    private static Task PeriodsAsync(IngestHost host, params (string Kind, int Days)[] periods) =>
        host.Test.WriteAsync(db => db.Agencies.Single().Policy = periods.Aggregate(RetentionPolicy.Parse("{}"), (policy, one) => policy.With(one.Kind, one.Days)).AddTo("{}"));

    private static async Task<List<(string Kind, int Count)>> RunAsync(IngestHost host, ErasureWish wish)
    {
        using var console = new SpokenConsole();
        Assert.Equal(0, await RetentionCommand.RunAsync(Departed.Context(host, console, json: true), wish, CancellationToken.None));
        return [.. JsonDocument.Parse(console.Said).RootElement.GetProperty("kinds").EnumerateArray().Select(kind => (kind.GetProperty("kind").GetString()!, kind.GetProperty("rows").GetInt32() + kind.GetProperty("taps").GetInt32()))];
    }

    private static string Count(IngestHost host, string what) => host.Column($"SELECT count(*) FROM {what}").Single();
}

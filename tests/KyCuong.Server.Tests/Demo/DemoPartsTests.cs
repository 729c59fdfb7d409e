using KyCuong.Protos.Badges;
using KyCuong.Server.Cli;
using KyCuong.Server.Features.Demo;
using KyCuong.Server.Store;
using KyCuong.Server.Tests.Cli;
using Microsoft.Extensions.Logging.Abstractions;

namespace KyCuong.Server.Tests.Demo;

/// <summary>What the demo is made of. The whole of it runs as a process in tests/run.sh.</summary>
public sealed class DemoPartsTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("kycuong-demo-parts-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void A_directory_with_anything_foreign_is_refused_and_left_as_it_is()
    {
        var file = Path.Combine(_folder.FullName, "quan-trong.txt");
        File.WriteAllText(file, "giữ lại");
        var refused = Assert.Throws<CommandException>(() => DemoDirectory.Prepare(_folder.FullName));
        Assert.Contains(_folder.FullName, refused.Message, StringComparison.Ordinal);
        Assert.Equal("giữ lại", File.ReadAllText(file));
    }

    [Fact]
    public void A_directory_of_an_earlier_demo_is_emptied()
    {
        var first = DemoDirectory.Prepare(Path.Combine(_folder.FullName, "demo"));
        first.Dispose();
        var left = Path.Combine(first.Kiosk, "journal.db");
        File.WriteAllText(left, "cũ");
        File.WriteAllText(Path.Combine(first.Root, "tệp"), "cũ");
        using var second = DemoDirectory.Prepare(first.Root);
        Assert.False(File.Exists(left));
        Assert.False(File.Exists(Path.Combine(first.Root, "tệp")));
        Assert.True(Directory.Exists(second.Kiosk));
    }

    [Fact]
    public void A_directory_that_a_demo_still_works_in_is_refused_and_left_as_it_is()
    {
        using var running = DemoDirectory.Prepare(Path.Combine(_folder.FullName, "demo"));
        var left = Path.Combine(running.Kiosk, "journal.db");
        File.WriteAllText(left, "đang dùng");
        var refused = Assert.Throws<CommandException>(() => DemoDirectory.Prepare(running.Root));
        Assert.Contains(running.Root, refused.Message, StringComparison.Ordinal);
        Assert.Equal("đang dùng", File.ReadAllText(left));
    }

    [Fact]
    public async Task A_directory_whose_server_still_runs_is_refused_and_left_as_it_is()
    {
        var ended = DemoDirectory.Prepare(Path.Combine(_folder.FullName, "demo"));
        ended.Dispose();
        var data = DataDirectory.Open(ended.Server);
        await using var store = ServerStore.Open(data, new StoreOptions(), TestTime.System, NullLoggerFactory.Instance);
        Assert.Contains(ended.Server, Assert.Throws<CommandException>(() => DemoDirectory.Prepare(ended.Root)).Message, StringComparison.Ordinal);
        Assert.True(File.Exists(data.StoreFile));
    }

    [Fact]
    public void A_file_in_the_place_of_the_directory_is_refused()
    {
        var file = Path.Combine(_folder.FullName, "demo");
        File.WriteAllText(file, "x");
        Assert.Throws<CommandException>(() => DemoDirectory.Prepare(file));
        Assert.Equal("x", File.ReadAllText(file));
    }

    [Theory]
    [InlineData("2026-11-21")]
    [InlineData("2026-01-01")]
    [InlineData("2028-02-29")]
    [InlineData("2026-10-16")]
    public void The_sample_agency_has_60_people_in_5_units_with_badges_that_are_all_different(string today)
    {
        var agency = new SampleAgency(DateOnly.Parse(today, null), new Random(7));
        Assert.Equal(60, agency.People.Length);
        Assert.Equal(5, agency.Units.Count);
        Assert.Equal(60, agency.People.Select(person => Convert.ToHexString(person.Tag)).Distinct().Count());
        var codes = agency.People.Where(person => person.BadgeCode is not null).Select(person => person.BadgeCode!).ToList();
        Assert.Equal(15, codes.Distinct().Count());
        Assert.All(codes, code => Assert.True(BadgeToken.TryParse(code, out _), code));
        Assert.Equal(1, agency.LastMonth.Day);
        Assert.True(agency.LastMonth < agency.Today);
    }

    [Fact]
    public void Tags_of_the_sample_make_frames_whose_bytes_and_check_xor_to_zero()
    {
        // RDM6300: the published example 0C000621A5 with check 8E.
        var frame = ReaderFrames.Rdm6300([0x0C, 0x00, 0x06, 0x21, 0xA5]);
        Assert.Equal("02304330303036323141353845" + "03", Convert.ToHexString(frame));
    }

    [Fact]
    public void Sample_taps_stay_within_their_dates_and_working_days()
    {
        var agency = new SampleAgency(new DateOnly(2026, 11, 21), new Random(7));
        var file = SampleTaps.File(agency, new DateOnly(2026, 10, 1), new DateOnly(2026, 10, 31), date => date.Day == 5, new Random(8));
        var rows = file.Split('\n', StringSplitOptions.RemoveEmptyEntries).Skip(1).ToList();
        Assert.InRange(rows.Count, 60 * 3, 60 * 4);
        Assert.All(rows, row => Assert.Contains(",2026-10-05T", row, StringComparison.Ordinal));
    }
}

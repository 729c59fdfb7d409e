using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using KyCuong.Rules;
using KyCuong.Server.Cli;
using KyCuong.Server.Features.Apply;
using KyCuong.Server.Features.Days;
using KyCuong.Server.Features.Imports;
using KyCuong.Server.Judging;

namespace KyCuong.Server.Tests.Judged;

/// <summary>
/// Every row of <c>Judged/cases</c> from outside: the real commands read files in the documented formats and answer in the
/// documented JSON. The rows share a store, each is an agency of its own.
/// </summary>
public sealed class JudgedTests(JudgedTests.OneStore store) : IClassFixture<JudgedTests.OneStore>
{
    private readonly FeatureHost _host = store.Host;
    private string _agency = "";

    public static TheoryData<string, string> Rows()
    {
        var rows = new TheoryData<string, string>();
        foreach (var row in JudgedCase.All()) rows.Add(row.File, row.Name);
        return rows;
    }

    [Theory]
    [MemberData(nameof(Rows))]
    public async Task A_row_is_judged_as_written(string file, string name)
    {
        var row = store.Cases[(file, name)];
        _agency = store.NextAgency();
        await DoneAsync(ApplyCommand.RunAsync, "agency.json", JudgedFiles.Agency(row, _agency));
        await DoneAsync(ImportCommand.ImportStaffAsync, "staff.csv", JudgedFiles.Postings(row.Row["staff"]));
        if (row.Row["expect"] is JsonObject { Count: 1 } refusal && refusal["refused"] is { } words)
        {
            Assert.Equal(1, await RunAsync(ApplyCommand.RunAsync, "hours.json", JudgedFiles.Hours(row)));
            foreach (var word in JudgedFiles.Texts(words)) Assert.Contains(word, _host.Error, StringComparison.Ordinal);
            return;
        }

        await DoneAsync(ApplyCommand.RunAsync, "hours.json", JudgedFiles.Hours(row));
        await StepAsync(row, row.Row);
        foreach (var step in JudgedFiles.Items(row.Row["then"]))
        {
            if (step["apply"] is { } apply) await DoneAsync(ApplyCommand.RunAsync, "later.json", JudgedFiles.Later(apply));
            if (step["staff"] is { } staff) await DoneAsync(ImportCommand.ImportStaffAsync, "staff.csv", JudgedFiles.Postings(staff));
            await StepAsync(row, step.AsObject());
        }
    }

    [Fact]
    public void No_two_rows_of_a_file_have_the_same_name_and_there_are_hundreds()
    {
        Assert.Empty(JudgedCase.All().GroupBy(row => (row.File, row.Name)).Where(rows => rows.Count() > 1).Select(rows => rows.Key));
        Assert.True(JudgedCase.All().Count() >= 600);
    }

    private async Task StepAsync(JudgedCase row, JsonObject step)
    {
        // Between two visits of a clerk some time passes.
        _host.Time.Now += TimeSpan.FromMinutes(1);
        if (step["leave"] is { } leave) await DoneAsync(ImportCommand.ImportLeaveAsync, "leave.csv", JudgedFiles.Leave(row, leave));
        if (step["taps"] is { } taps) await DoneAsync(ImportCommand.ImportTapsAsync, "taps.csv", JudgedFiles.Taps(row, taps));
        var expected = (step["expect"] is JsonArray several ? JudgedFiles.Items(several) : [step["expect"]!]).Select(one => one.AsObject()).ToList();
        foreach (var day in expected.GroupBy(one => JudgedFiles.On(row, one["date"])))
        {
            var now = JudgedFiles.Now(row, step["now"]);
            Assert.Equal(0, await DayCommands.RunDayAsync(_host.Context(json: true, _agency), day.Key, JudgedFiles.Staff, null, now, CancellationToken.None));
            var answer = JsonNode.Parse(_host.Out)!.AsArray();
            await JudgedAgainAsync(row, DateOnly.ParseExact(day.Key, "yyyy-MM-dd", CultureInfo.InvariantCulture), now);
            var different = JudgedAnswer.Differences(row.Date, [.. day.Where(one => one["none"] is null)], [.. answer.Select(one => one!.AsObject())]).ToList();
            Assert.True(different.Count == 0, $"{row} on {day.Key}, source {row.Row["source"]}\n{string.Join('\n', different)}\n{answer.ToJsonString(new JsonSerializerOptions { WriteIndented = true })}");
        }
    }

    /// <summary>The inputs of the explanation alone, written out and read back, give the same verdict.</summary>
    private async Task JudgedAgainAsync(JudgedCase row, DateOnly date, string? now)
    {
        var answer = await DayQuery.RunAsync(_host.Store, _agency, date, null, null, zone => CommandOptions.Moment("--now", now, zone, _host.Time), CancellationToken.None);
        foreach (var verdict in answer.Days.SelectMany(day => day.Verdicts))
        {
            var inputs = JsonSerializer.Deserialize<JudgementInputs>(JsonSerializer.Serialize(verdict.Inputs))!;
            Assert.True(JsonSerializer.Serialize(verdict) == JsonSerializer.Serialize(ShiftJudge.Judge(inputs)), $"{row} on {date}: judged again from its inputs it is another verdict");
        }
    }

    private async Task DoneAsync(Func<CommandContext, string, CancellationToken, Task<int>> command, string name, string content) =>
        Assert.True(await RunAsync(command, name, content) == 0, _host.Error + content);

    private Task<int> RunAsync(Func<CommandContext, string, CancellationToken, Task<int>> command, string name, string content)
    {
        _host.Files[name] = Encoding.UTF8.GetBytes(content);
        return command(_host.Context(agency: name == "agency.json" ? null : _agency), name, CancellationToken.None);
    }

    /// <summary>The store the rows share, and the rows.</summary>
    public sealed class OneStore : IAsyncLifetime
    {
        private int _agencies;

        internal FeatureHost Host { get; } = FeatureHost.Empty();

        internal Dictionary<(string, string), JudgedCase> Cases { get; } = JudgedCase.All().DistinctBy(row => (row.File, row.Name)).ToDictionary(row => (row.File, row.Name));

        internal string NextAgency() => "CQ" + (++_agencies).ToString("000", CultureInfo.InvariantCulture);

        public Task InitializeAsync() => Task.CompletedTask;

        public async Task DisposeAsync() => await Host.DisposeAsync();
    }
}

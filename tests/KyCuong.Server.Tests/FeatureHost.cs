using System.Text;
using System.Text.Json;
using KyCuong.Server.Cli;
using KyCuong.Server.Features.Apply;
using KyCuong.Server.Features.Days;
using KyCuong.Server.Features.Imports;
using KyCuong.Server.Features.Leave;
using KyCuong.Server.Features.Queues;
using KyCuong.Server.Features.Summaries;
using KyCuong.Server.Store;
using KyCuong.Server.Tests.Store;
using Microsoft.Extensions.Logging.Abstractions;

namespace KyCuong.Server.Tests;

/// <summary>A real store in a temporary directory with commands run on it; files are in memory, the clock stands still.</summary>
internal sealed class FeatureHost : IAsyncDisposable
{
    /// <summary>The agency file of design section 9.</summary>
    public const string Agency = """
        { // as in the contract
          "agency":  { "code": "BQLKCN", "name": "Ban Quản lý các khu công nghiệp", "superior": "UBND tỉnh Phú Thọ", "timeZone": "Asia/Ho_Chi_Minh", "restDays": ["Sat","Sun"] },
          "units":   [ { "code": "VP", "name": "Văn phòng", "parent": null, "head": "NV001" }, ],
          "schedules": [
            { "code": "HC-HE", "name": "Giờ hành chính mùa hè", "from": "2026-04-16", "to": "2026-10-15",
              "days": ["Mon","Tue","Wed","Thu","Fri"], "holidays": "off",
              "sessions": [ { "start": "07:00", "end": "11:30" }, { "start": "13:30", "end": "17:00" } ],
              "taps": "everySession", "lateGraceMinutes": 5, "earlyGraceMinutes": 5, "graceCounts": "whole",
              "opensBeforeMinutes": 120, "closesAfterMinutes": 240, "repeatSeconds": 120 } ],
          "assignments": [ { "unit": "VP", "schedule": "HC-HE" } ],
          "calendar": { "holidays": [ { "date": "2026-11-24", "name": "Ngày Văn hóa Việt Nam" } ],
                        "swaps":    [ { "off": "2026-08-31", "worked": "2026-08-22", "notice": "12729/VPCP-KGVX" } ] },
          "policy":   { }
        }
        """;

    /// <summary>Three people of one unit.</summary>
    public const string Staff = """
        staff_code,full_name,unit,position,category,from,to
        NV001,Nguyễn Văn An,VP,Chánh Văn phòng,CivilServant,2026-01-01,
        NV002,Trần Thị Bình,VP,Chuyên viên,Công chức,2026-01-01,
        NV003,Lê Văn Đức,VP,,NLĐ,2026-01-01,

        """;

    private readonly string _folder = Directory.CreateTempSubdirectory("kycuong-features-").FullName;
    private readonly StoreOptions _options;
    private readonly MemoryConsole _console = new();

    private FeatureHost()
    {
        Data = DataDirectory.Open(_folder);
        _options = TestStores.New();
        Store = ServerStore.Open(Data, _options, Time, NullLoggerFactory.Instance);
    }

    public DataDirectory Data { get; }

    public ServerStore Store { get; }

    public StoppedClock Time { get; } = new(new DateTimeOffset(2026, 6, 1, 8, 0, 0, TimeSpan.FromHours(7)));

    /// <summary>What the last command wrote.</summary>
    public string Out => _console.Out.ToString()!;

    /// <summary>What the last command complained.</summary>
    public string Error => _console.Error.ToString()!;

    /// <summary>Files the commands wrote.</summary>
    public Dictionary<string, byte[]> Files => _console.Files;

    /// <summary>A store without anything in it.</summary>
    public static FeatureHost Empty() => new();

    /// <summary>A store with the agency of the contract and its staff.</summary>
    public static async Task<FeatureHost> WithStaffAsync(string agency = Agency, string staff = Staff)
    {
        var host = new FeatureHost();
        Assert.Equal(0, await host.ApplyAsync(agency));
        Assert.Equal(0, await host.ImportAsync("staff", staff));
        return host;
    }

    public CommandContext Context(bool json = false, string? agency = null)
    {
        _console.Clear();
        return new CommandContext(Store, Data, Time, _console, json, agency, NullLoggerFactory.Instance);
    }

    public Task<int> ApplyAsync(string json, bool asJson = false, string? agency = null)
    {
        Files["agency.json"] = Encoding.UTF8.GetBytes(json);
        return ApplyCommand.RunAsync(Context(asJson, agency), "agency.json", CancellationToken.None);
    }

    public Task<int> ImportAsync(string kind, string text, bool asJson = false) => ImportAsync(kind, Encoding.UTF8.GetBytes(text), kind + ".csv", asJson);

    public Task<int> ImportAsync(string kind, byte[] content, string name, bool asJson = false)
    {
        Files[name] = content;
        var context = Context(asJson);
        return kind switch
        {
            "staff" => ImportCommand.ImportStaffAsync(context, name, CancellationToken.None),
            "taps" => ImportCommand.ImportTapsAsync(context, name, CancellationToken.None),
            "leave" => ImportCommand.ImportLeaveAsync(context, name, CancellationToken.None),
            "badges" => ImportCommand.ImportBadgesAsync(context, name, CancellationToken.None),
            _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "No such import."),
        };
    }

    /// <summary>Imports these files as a folder of portraits.</summary>
    public Task<int> ImportPhotosAsync(IReadOnlyDictionary<string, byte[]> photos, bool asJson = false)
    {
        foreach (var path in Files.Keys.Where(path => Path.GetDirectoryName(path) == "anh").ToList()) Files.Remove(path);
        foreach (var (name, content) in photos) Files[Path.Combine("anh", name)] = content;
        return ImportCommand.ImportPhotosAsync(Context(asJson), "anh", CancellationToken.None);
    }

    public Task<int> LeaveListAsync(string? staff = null, string? from = null, string? to = null, bool asJson = false) =>
        LeaveCommand.RunListAsync(Context(asJson), staff, from, to, CancellationToken.None);

    public Task<int> WithdrawAsync(string id, string document, string reason, bool asJson = false) =>
        LeaveCommand.RunWithdrawAsync(Context(asJson), id, document, reason, CancellationToken.None);

    public Task<int> DayAsync(string date, string? staff = null, string? unit = null, string? now = null, bool asJson = false) =>
        DayCommands.RunDayAsync(Context(asJson), date, staff, unit, now, CancellationToken.None);

    public Task<int> ExplainAsync(string date, string staff, bool asJson = false) =>
        DayCommands.RunExplainAsync(Context(asJson), date, staff, null, CancellationToken.None);

    public Task<int> QueuesAsync(string? date = null, string? month = null, bool asJson = false, string? unit = null) =>
        QueueCommand.RunAsync(Context(asJson), date, month, unit, CancellationToken.None);

    public Task<int> SummaryAsync(string? month = null, string? from = null, string? to = null, string? unit = null, string? outFile = null, bool asJson = false) =>
        SummaryCommand.RunAsync(Context(asJson), month, from, to, unit, outFile, CancellationToken.None);

    /// <summary>What the last command wrote, as JSON.</summary>
    public JsonElement Json() => JsonDocument.Parse(Out).RootElement;

    public async ValueTask DisposeAsync()
    {
        await Store.DisposeAsync();
        TestStores.Drop(_options);
        Directory.Delete(_folder, recursive: true);
    }

    internal sealed class StoppedClock(DateTimeOffset now) : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = now;

        public override DateTimeOffset GetUtcNow() => Now.ToUniversalTime();
    }

    private sealed class MemoryConsole : ICommandConsole
    {
        public Dictionary<string, byte[]> Files { get; } = [];

        public TextWriter Out { get; private set; } = new StringWriter();

        public TextWriter Error { get; private set; } = new StringWriter();

        public bool IsTerminal => false;

        public int Width => 120;

        public void Clear() => (Out, Error) = (new StringWriter(), new StringWriter());

        public Task<byte[]> ReadFileAsync(string path, long most, CancellationToken cancel) =>
            Files[path].Length <= most ? Task.FromResult(Files[path]) : throw new CommandException($"{path} > {most}");

        public Task<IReadOnlyList<string>> ListFilesAsync(string folder, int most, CancellationToken cancel) =>
            Task.FromResult<IReadOnlyList<string>>([.. Files.Keys.Where(path => Path.GetDirectoryName(path) == folder).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)]);

        public Task WriteFileAsync(string path, ReadOnlyMemory<byte> content, CancellationToken cancel)
        {
            Files[path] = content.ToArray();
            return Task.CompletedTask;
        }
    }
}

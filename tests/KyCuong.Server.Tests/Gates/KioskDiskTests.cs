using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using KyCuong.Testing;
using KyCuong.Verify;
using Microsoft.Data.Sqlite;
using VerifiedStore = KyCuong.Verify.Store;

namespace KyCuong.Server.Tests.Gates;

/// <summary>What may become of a kiosk's disk, played with the built server and the built kiosk: it is cloned and both are used (reliability S5), or damaged.</summary>
public sealed partial class KioskDiskTests : IAsyncLifetime
{
    private const int Officers = 60;
#pragma warning disable RS0030 // The processes run by the machine's clock.
    private static readonly TimeProvider Time = TimeProvider.System;
#pragma warning restore RS0030
    private readonly string _root = Directory.CreateTempSubdirectory("kycuong-disk-").FullName;
    private ServerProcess _server = null!;
    private Gate _gate = null!;
    private int _port;

    private string ServerData => Path.Combine(_root, "server");

    private string Disk => Path.Combine(_root, "gate");

    public async Task InitializeAsync()
    {
        _server = ServerProcess.Serve(ServerData, 0);
        using var patience = new CancellationTokenSource(Gate.Patience, Time);
        _port = await _server.ListeningAsync(patience.Token);
        var agency = Path.Combine(_root, "agency.json");
        await File.WriteAllTextAsync(agency, """{ "agency": { "code": "THU", "name": "Cơ quan thử" }, "units": [ { "code": "VP", "name": "Văn phòng" } ] }""");
        await RunAsync("apply", agency);
        await ImportAsync("staff", "staff_code,full_name,unit,position,category,from,to", officer => $"NV{officer:000},{Gate.Name(officer)},VP,Chuyên viên,CivilServant,2026-01-01,");
        await ImportAsync("badges", "staff_code,badge,kind,from,to", officer => $"NV{officer:000},{Gate.Badge(officer)},em10h,2026-01-01,");
        _gate = await OpenAsync(Disk, _port, EnrolmentCode().Match(await RunAsync("kiosk", "add", "CONG", "--name", "Cổng")).Value);
    }

    public async Task DisposeAsync()
    {
        await _gate.DisposeAsync();
        await _server.DisposeAsync();
        Directory.Delete(_root, recursive: true);
    }

    [Theory]
    // The clone has less than the server knows by now, or more: in both cases its entries stand under numbers that the first one used.
    [InlineData(6, 3)]
    [InlineData(3, 12)]
    public async Task A_cloned_disk_is_noticed_at_the_first_entry_that_differs_and_no_tap_of_either_is_lost(int first, int second)
    {
        for (var officer = 1; officer <= 5; officer++) await _gate.InAsync(officer);
        await _gate.StopAsync();
        await using var clone = new Gate("CONG (bản sao)", Path.Combine(_root, "clone"), _port, Time);
        await clone.CloneAsync(_gate, Disk);
        var shared = Stored("taps") + Stored("kiosk_events");

        // Both are used, neither knows of the other; the clone cannot reach the server at first.
        await _gate.StartAsync();
        await _gate.LinkedAsync();
        for (var i = 0; i < first; i++) await _gate.InAsync(6 + i);
        await _gate.StopAsync();
        Assert.Equal((0, false), (Stored("journal_conflicts"), IsQuarantined()));
        var before = Hashes();
        clone.Line.Cut();
        await clone.StartAsync();
        for (var i = 0; i < second; i++) await clone.InAsync(30 + i);
        clone.Line.Mend();
        await clone.LinkedAsync();
        // Every tap that somebody was shown is there: in its place, or beside the one it contradicts. 5 of both, the first one's and the clone's.
        await clone.UntilAsync(() => Kept() == 5 + first + second, "taps of both");
        await clone.StopAsync();
        // The first one again: it is quarantined like the other, for nobody can tell which of them is the kiosk.
        await _gate.StartAsync();
        await _gate.LinkedAsync();
        await _gate.InAsync(50);
        await _gate.UntilAsync(() => Kept() == 5 + first + second + 1, "last tap");
        await _gate.StopAsync();

        // At the first entry that differs.
        Assert.Equal(shared + 1, Number("SELECT min(sequence) FROM journal_conflicts"));
        Assert.True(IsQuarantined());
        Assert.Contains("\"quarantined\": true", (await RunAsync("kiosk", "list", "--format", "json")).Replace("\":true", "\": true", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.Contains(_server.Said, line => line.Contains("another entry stands under sequence " + (shared + 1).ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal));
        // Nothing that stood there was overwritten.
        Assert.Subset(Hashes(), before);
        Assert.Equal(5 + first + second + 1, Kept());
        // What came after the fork waits for people.
        Assert.Equal(Stored("taps") - 5 - first, Number("SELECT count(*) FROM unresolved_taps WHERE reason = 'quarantined'"));
        // The verifier finds nothing altered, for nothing was, and says since which entry two disks speak; and the log has every conflict.
        Assert.Equal([], Verified().Findings);
        var fork = Assert.Single(Verified().Forks);
        Assert.Equal((shared + 1, Stored("journal_conflicts")), (fork.First, fork.Entries));
        Assert.Contains("Hai ổ đĩa đã dùng chung một danh tính", Report.Text(Verified(), 0, signatures: false), StringComparison.Ordinal);
        Assert.Equal(Stored("journal_conflicts"), Number("SELECT count(*) FROM log_entries WHERE subject = 'journal_conflicts'"));
        // The first one and the clone each signed their own end.
        Assert.True(Verified().KioskHeads >= 3);
    }

    [Fact]
    public async Task A_disk_damaged_in_the_middle_is_whole_again_once_it_has_met_the_server()
    {
        for (var officer = 1; officer <= 40; officer++) await _gate.InAsync(officer);
        await _gate.StopAsync();
        var (journal, whole) = (Path.Combine(Disk, "journal.db"), Records(Path.Combine(Disk, "journal.db")));
        var file = await File.ReadAllBytesAsync(journal);
        var spoilt = whole.Skip(whole.Count / 3).Take(12).ToList();
        foreach (var record in spoilt) file[file.AsSpan().IndexOf(record) + 90] ^= 0x5A;
        await File.WriteAllBytesAsync(journal, file);

        await _gate.StartAsync();
        await _gate.InAsync(41);
        await _gate.LinkedAsync();
        await _gate.UntilAsync(() => Stored("taps") == 41 && whole.Select(Convert.ToHexString).ToHashSet().IsSubsetOf(Records(journal).Select(Convert.ToHexString)), "journal that is whole");
        await _gate.StopAsync();
        using (var status = JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(Disk, "status.json")))) Assert.Equal(0, status.RootElement.GetProperty("lost").GetArrayLength());
        Assert.Contains("were fetched back from the server", string.Concat(Directory.GetFiles(Path.Combine(Disk, "logs")).Select(File.ReadAllText)), StringComparison.Ordinal);
        Assert.Equal((41, 0, false), ((int)Stored("taps"), (int)Stored("journal_conflicts"), IsQuarantined()));
        Assert.Equal([], Verified().Findings);
    }

    private static async Task<Gate> OpenAsync(string disk, int port, string enrolmentCode)
    {
        var gate = new Gate("CONG", disk, port, Time);
        await gate.EnrolAsync(enrolmentCode);
        await gate.StartAsync();
        await gate.LinkedAsync();
        await gate.UntilAsync(() => gate.Rosters > 0, "roster");
        return gate;
    }

    /// <summary>Every record that a journal holds, as it lies there.</summary>
    private static List<byte[]> Records(string path)
    {
        using var connection = new SqliteConnection($"Data Source={path};Pooling=False;Mode=ReadOnly");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT record FROM entries ORDER BY key";
        using var rows = command.ExecuteReader();
        var records = new List<byte[]>();
        while (rows.Read()) records.Add(rows.GetFieldValue<byte[]>(0));
        return records;
    }

    private Verification Verified()
    {
        using var store = VerifiedStore.OpenFile(Path.Combine(ServerData, "store.db"));
        return Verification.Of(store, []);
    }

    /// <summary>Taps, those among the conflicts included: an encoding's fifth byte is its kind.</summary>
    private long Kept() => Stored("taps") + Number("SELECT count(*) FROM journal_conflicts WHERE substr(hex(encoding), 9, 2) = '03'");

    private bool IsQuarantined() => Number("SELECT quarantined FROM kiosks") == 1;

    private long Stored(string table) => Number($"SELECT count(*) FROM {table}");

    private HashSet<string> Hashes()
    {
        using var connection = OpenStore();
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT sequence || ' ' || hex(hash) FROM taps UNION ALL SELECT sequence || ' ' || hex(hash) FROM kiosk_events";
        using var rows = command.ExecuteReader();
        var hashes = new HashSet<string>();
        while (rows.Read()) hashes.Add(rows.GetString(0));
        return hashes;
    }

    private long Number(string sql)
    {
        using var connection = OpenStore();
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // The texts are the test's own.
        command.CommandText = sql;
#pragma warning restore CA2100
        return command.ExecuteScalar() as long? ?? 0;
    }

    private SqliteConnection OpenStore()
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = Path.Combine(ServerData, "store.db"), Mode = SqliteOpenMode.ReadOnly, Pooling = false }.ConnectionString);
        connection.Open();
        return connection;
    }

    private async Task ImportAsync(string kind, string head, Func<int, string> row)
    {
        var file = Path.Combine(_root, kind + ".csv");
        await File.WriteAllTextAsync(file, string.Join('\n', Enumerable.Range(1, Officers).Select(row).Prepend(head)), Encoding.UTF8);
        await RunAsync("import", kind, file);
    }

    private async Task<string> RunAsync(params string[] command)
    {
        using var patience = new CancellationTokenSource(Gate.Patience, Time);
        return await ServerProcess.CommandAsync(patience.Token, [.. command, "--data", ServerData]);
    }

    [GeneratedRegex("[0-9A-HJKMNP-TV-Z]{4}(-[0-9A-HJKMNP-TV-Z]{4}){10}")]
    private static partial Regex EnrolmentCode();
}

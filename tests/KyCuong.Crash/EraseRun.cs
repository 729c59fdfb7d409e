using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using KyCuong.Server.Features.Demo;
using KyCuong.Server.Store;
using KyCuong.Server.Store.Erasures;
using KyCuong.Testing;
using KyCuong.Verify;
using Microsoft.Extensions.Logging.Abstractions;
using VerifiedStore = KyCuong.Verify.Store;

namespace KyCuong.Crash;

/// <summary>
/// Erases a person with the built server, killed at disk calls on the way: what is found is the store before or after, never between; the order is in
/// both lists or in none once the server was started again, and then it is carried out; and once it was said to be done, no file has a trace.
/// </summary>
internal sealed class EraseRun(int? sample, Share share, Random random, TimeProvider time)
{
    private const int Killed = 128 + 9;
    private const string Staff = "NV009";
    private const string Name = "Huỳnh Thị Tường Vy";
    private static readonly FaultAction[] Actions = [FaultAction.KillBefore, FaultAction.KillHalf, FaultAction.KillAfter];

    // Every table of the scene that knows the person.
    private static readonly string[] OfPeople = ["postings", "badge_holdings", "resolved_taps"];

    private readonly List<byte[]> _traces = [];
    private List<string> _before = [];

    /// <summary>What is wrong, as sentences.</summary>
    public Task<List<string>> RunAsync() => Scratch.RunAsync("kycuong-erase-", time, RunAsync);

    private async Task<List<string>> RunAsync(string root)
    {
        var server = Path.Combine(root, "server");
        if (await MakeAsync(root) is { } problem) return [problem];
        using var control = new FaultControl(Path.Combine(root, "erase.control"));
        var data = Lay(root, server, "counted");
        control.Order(FaultAction.Count);
        var (code, said) = await EraseAsync(control, data);
        var calls = control.Calls;
        if (code != 0 || !said) return [$"nobody killed anything: it ended with {code}"];
        var problems = await WrongAsync(data, said);
        if (problems.Count > 0) return problems;
        Console.WriteLine($"  {calls} calls of one erasure: {control.Census}");

        var (kills, ordered, done) = (0, 0, 0);
        // Most calls, and the last, write the store anew.
        foreach (var (at, action) in Spread.Over(calls, Actions, sample, share, random, early: true))
        {
            data = Lay(root, server, $"at{at}-{action}");
            control.Order(action, at);
            (code, said) = await EraseAsync(control, data);
            var wrong = new List<string>();
            if (code == Killed) kills++;
            else if (code != 0) wrong.Add($"it ended with {code}");
            if (said) done++;
            if (Orders(ErasureList.LocalPath(DataDirectory.Open(data)), data).Count > 1) ordered++;
            wrong.AddRange(await WrongAsync(data, said));
            problems.AddRange(wrong.Select(sentence => $"{action} call {at} ({control.First}): {sentence}"));
            if (wrong.Count == 0) Directory.Delete(data, recursive: true);
            if (problems.Count > 20) break;
        }

        Console.WriteLine($"  {kills} kills; the order in the list after {ordered} of them, said to be done before {done}");
        if (kills == 0) problems.Add("nothing was killed");
        return problems;
    }

    /// <summary>A store with somebody who left and tapped, and somebody erased before.</summary>
    private async Task<string?> MakeAsync(string root)
    {
        await using var scene = await Scene.OpenAsync(
            root, time,
            staff: $"{Staff},{Name},VP,Chuyên viên,CivilServant,2025-01-01,2025-12-31\nNV008,Lê Văn Tám,VP,Lái xe,ContractWorker,2025-01-01,2025-12-31\n",
            // The first tags that are shown.
            badges: string.Concat(Enumerable.Range(1, 4).Select(tag => $"{Staff},0B0000000{tag},em10h,2025-01-01,\n")));
        var gate = await scene.EnrolAsync();
        await using (var kiosk = KioskProcess.Run(gate))
        {
            if (await scene.WorkAsync(kiosk, 6, roster: true) is { } problem) return problem;
            using var patience = new CancellationTokenSource(Scene.Patience, time);
            await kiosk.StopAsync(patience.Token);
        }

        using (var patience = new CancellationTokenSource(Scene.Patience, time)) await ServerProcess.CommandAsync(patience.Token, [.. Command("NV008"), "--data", scene.ServerData]);
        await scene.StopServerAsync();
        var store = Path.Combine(scene.ServerData, "store.db");
        foreach (var table in OfPeople)
            if (SchemaFile.Open(store, connection => SchemaFile.Scalar(connection, Of(table))) is 0L) return $"{table} has nothing of the person";
        _traces.Add(Encoding.UTF8.GetBytes(Name));
        _traces.AddRange(SchemaFile.Open(store, connection => SchemaFile.Column(connection,
            $"SELECT hex(h.hash) FROM badge_hashes h JOIN badge_holdings b ON b.badge_id = h.badge_id JOIN staff s ON s.staff_id = b.staff_id WHERE s.code = '{Staff}'")).Select(Convert.FromHexString));
        foreach (var trace in _traces)
            if (!Where(scene.ServerData, trace).Any()) return $"before anything is erased {Convert.ToHexString(trace)} is in no file";
        _before = SchemaFile.Rows(store, store);
        return null;
    }

    private static string[] Command(string staff) => ["erase", "--staff", staff, "--request", "--carry-out", "--document", "9/QĐ-XDL", "--by", "NV001", "--format", "json"];

    /// <summary>A copy of the server's directory, as one whose backups lie in itself.</summary>
    private static string Lay(string root, string server, string name)
    {
        var data = Path.Combine(root, name);
        Scene.Copy(server, data);
        Directory.CreateDirectory(Path.Combine(data, "backups"));
        ErasureList.WriteBeside(DataDirectory.Open(data), Path.Combine(data, "backups"));
        return data;
    }

    /// <summary>Orders the erasure; how the command ended, and whether it said that all is done.</summary>
    private async Task<(int Code, bool Said)> EraseAsync(FaultControl? control, string data)
    {
        using var patience = new CancellationTokenSource(Scene.Patience, time);
        var (code, output) = await ServerProcess.EndAsync(control?.Environ(data), patience.Token, [.. Command(Staff), "--data", data]);
        if (output.Length == 0) return (code, false);
        var said = JsonDocument.Parse(output).RootElement;
        return (code, said.GetProperty("carriedOut").GetBoolean() && said.GetProperty("filesRewritten").GetBoolean());
    }

    /// <summary>What is wrong with a directory as the command left it, and once the server was started again.</summary>
    private async Task<List<string>> WrongAsync(string data, bool said)
    {
        var problems = Left(data, said);
        if (problems.Count > 0) return problems;
        await OpenAsync(data);
        var ordered = Orders(ErasureList.LocalPath(DataDirectory.Open(data)), data).Count > 1;
        problems.AddRange(Settled(data, ordered).Select(problem => $"started again: {problem}"));
        if (ordered || problems.Count > 0) return problems;
        if (await EraseAsync(null, data) is var (code, done) && (code != 0 || !done)) return [$"ordered again it ended with {code}"];
        return [.. Left(data, said: true).Concat(Settled(data, ordered: true)).Select(problem => $"ordered again: {problem}")];
    }

    /// <summary>What a start of the server does before anybody is given the store.</summary>
    private async Task OpenAsync(string data) =>
        await ServerStore.Open(DataDirectory.Open(data), new StoreOptions(), time, NullLoggerFactory.Instance).DisposeAsync();

    /// <summary>What is wrong with what a kill left, before anything opens it.</summary>
    private List<string> Left(string data, bool said)
    {
        // A copy: to look is to take up what is in the log.
        var look = Directory.CreateTempSubdirectory("kycuong-erase-look-").FullName;
        try
        {
            foreach (var file in Directory.GetFiles(data, "store.db*").Where(file => !file.EndsWith("-shm", StringComparison.Ordinal))) File.Copy(file, Path.Combine(look, Path.GetFileName(file)));
            var store = Path.Combine(look, "store.db");
            var carriedOut = CarriedOut(store);
            var problems = Rows(store, carriedOut.Count > 1);
            var directory = DataDirectory.Open(data);
            var (list, beside) = (Orders(ErasureList.LocalPath(directory), data), Orders(Beside(directory), data));
            if (carriedOut.Except(list).Any()) problems.Add("the store has carried out what is not in the list");
            if (list.Except(beside).Any()) problems.Add("the list beside the backups lacks an order: a backup would bring the person back");
            if (!said) return problems;
            if (carriedOut.Count < 2) problems.Add("it was said to be done and is not");
            if (!list.SequenceEqual(beside)) problems.Add("it was said to be done, and the lists differ");
            if (ErasureList.IsScrubDue(directory)) problems.Add("it was said to be done, and the store is still to be written anew");
            problems.AddRange(Traces(data));
            return problems;
        }
        finally
        {
            Directory.Delete(look, recursive: true);
        }
    }

    /// <summary>What is wrong with what the server made of it when it was started.</summary>
    private List<string> Settled(string data, bool ordered)
    {
        var directory = DataDirectory.Open(data);
        var carriedOut = CarriedOut(directory.StoreFile);
        var problems = Rows(directory.StoreFile, ordered);
        var (list, beside) = (Orders(ErasureList.LocalPath(directory), data), Orders(Beside(directory), data));
        if (!list.SequenceEqual(beside)) problems.Add($"the list has {list.Count} orders, the one beside the backups {beside.Count}");
        if (!list.SequenceEqual(carriedOut)) problems.Add($"the list has {list.Count} orders, the store {carriedOut.Count} tombstones");
        if (ErasureList.IsScrubDue(directory)) problems.Add("the store is still to be written anew");
        if (ordered) problems.AddRange(Traces(data));
        using var authority = ErasureList.Authority(directory);
        using var key = authority.GetECDsaPublicKey();
        using var store = VerifiedStore.OpenFile(directory.StoreFile);
        problems.AddRange(Verification.Of(store, [], key).Findings.Take(3).Select(finding => $"the verifier finds {finding}"));
        return problems;
    }

    /// <summary>What is wrong with the rows of a store in which the person is, or is not any more.</summary>
    private List<string> Rows(string store, bool erased)
    {
        var problems = SchemaFile.Problems(store);
        if (!erased)
        {
            if (!SchemaFile.Rows(store, store).SequenceEqual(_before)) problems.Add("the person is there, and not everything is as it was");
            return problems;
        }

        problems.AddRange(OfPeople.Where(table => SchemaFile.Open(store, connection => SchemaFile.Scalar(connection, Of(table))) is not 0L).Select(table => $"{table} still has something of the person"));
        if (SchemaFile.Open(store, connection => SchemaFile.Scalar(connection, $"SELECT full_name FROM staff WHERE code = '{Staff}'")) is not "") problems.Add("the person still has a name");
        return problems;
    }

    private IEnumerable<string> Traces(string data) =>
        from trace in _traces
        from file in Where(data, trace)
        select $"{Path.GetRelativePath(data, file)} still has {Convert.ToHexString(trace)}";

    private static string Of(string table) => $"SELECT count(*) FROM {table} t JOIN staff s ON s.staff_id = t.staff_id WHERE s.code = '{Staff}'";

    private static List<string> CarriedOut(string store) => SchemaFile.Open(store, connection => SchemaFile.Column(connection, "SELECT hex(content) FROM erasures ORDER BY erasure_id"));

    private static string Beside(DataDirectory data) => ErasureList.OutsidePath(data, data.BackupFolder);

    private static List<string> Orders(string list, string data)
    {
        using var authority = ErasureList.Authority(DataDirectory.Open(data));
        return [.. ErasureList.Read(list, authority).Select(tombstone => Convert.ToHexString(tombstone.Content))];
    }

    private static IEnumerable<string> Where(string folder, byte[] trace) =>
        Directory.GetFiles(folder, "*", SearchOption.AllDirectories).Where(file => File.ReadAllBytes(file).AsSpan().IndexOf(trace) >= 0);
}

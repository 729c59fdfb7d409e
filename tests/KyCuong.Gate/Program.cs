using KyCuong.Gate;
using KyCuong.Testing;

#pragma warning disable RS0030 // The harness measures real processes: its clock is the machine's.
var time = TimeProvider.System;
#pragma warning restore RS0030

if (GateCommand.Parse(args) is not { } command)
{
    Console.Error.WriteLine(GateCommand.Usage);
    return 2;
}

var name = command.Noise ? "noise" : command.Soak ? "soak" : "gate";
var root = Directory.CreateTempSubdirectory($"kycuong-{name}-").FullName;
try
{
    var problems = command.Soak ? await SoakAsync() : await BenchAsync();
    foreach (var problem in problems) Console.WriteLine($"  WRONG: {problem}");
    if (problems.Count == 0) Directory.Delete(root, recursive: true);
    else Console.WriteLine($"  kept for a look: {root}");
    Console.WriteLine(problems.Count == 0 ? $"{name}: 1 passed, 0 failed, 0 skipped" : $"{name}: 0 passed, 1 failed, 0 skipped");
    return problems.Count == 0 ? 0 : 1;
}
catch (Exception e) when (e is TimeoutException or InvalidOperationException or OperationCanceledException)
{
    Console.WriteLine($"  WRONG: {e.Message} (kept for a look: {root})\n{name}: 0 passed, 1 failed, 0 skipped");
    return 1;
}

async Task<IReadOnlyList<string>> BenchAsync()
{
    LeaveNobodyWaiting(GateBench.MostReaders);
    using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(15), time);
    var program = command.Kiosk is { } given ? new KioskProgram(given) : await KioskProgram.PublishAsync("linux-x64", Path.Combine(root, "published"), patience.Token);
    var bench = new GateBench(command.Short ? GateBenchSize.Short : GateBenchSize.Full, command.Only, time, new Random(command.Seed));
    var problems = await bench.RunAsync(root, program.AsService());
    if (command.Only is not null) return problems;
    Console.WriteLine(bench.Table(judged: !command.Short));
    if (!command.Short && problems.Count == 0) await bench.WriteAsync(Report.ResultsOf("gate"));
    return problems;
}

async Task<IReadOnlyList<string>> SoakAsync()
{
    const int PeoplePerReader = 30;
    Console.WriteLine($"seed {command.Seed}");
    var protocols = command.Noise ? NoiseRun.Protocols : SoakRun.Protocols;
    if (protocols.Contains(GateReader.Pcsc) && PcscService.Missing is { } missing)
    {
        if (Environment.GetEnvironmentVariable("CI") == "true") return [missing];
        Console.WriteLine($"  without the PC/SC reader: {missing}");
        protocols = [.. protocols.Where(protocol => protocol != GateReader.Pcsc)];
    }

    LeaveNobodyWaiting(protocols.Count);
    using var lines = new GateLines(protocols, PeoplePerReader * protocols.Count, time);
    await using var site = await GateSite.OpenAsync(root, command.Kiosk is { } given ? new KioskProgram(given) : KioskProgram.Built, lines.Readers, lines.People, time);
    var report = new Report();
    var random = new Random(command.Seed);
    var problems = command.Noise
        ? await new NoiseRun(site, lines, report, time, random).RunAsync(command.Short ? TimeSpan.FromSeconds(10) : TimeSpan.FromHours(1), command.Short ? 2 : 40, judged: !command.Short)
        : await new SoakRun(site, lines, report, time, random).RunAsync(command.Short ? TimeSpan.FromSeconds(24) : TimeSpan.FromMinutes(command.Minutes), judged: !command.Short);
    if (!command.Short && problems.Count == 0)
    {
        var kiosk = site.Program.Path.EndsWith(".dll", StringComparison.Ordinal) ? "as built" : "as published";
        await report.WriteAsync(
            Report.ResultsOf(name), command.Noise ? "A kiosk in noise, by `tests/soak.sh --noise`" : FormattableString.Invariant($"A kiosk mistreated, by `tests/soak.sh {command.Minutes}`"),
            $"{Report.Machine(time)} The kiosk {kiosk}, seed {command.Seed}. Every tap was on the server once and in order, and none was invented.");
    }

    return problems;
}

// People and modules wait for each other's locks and for processes; none shall keep the others from their turn.
void LeaveNobodyWaiting(int readers) => ThreadPool.SetMinThreads(4 * readers, 4);

using KyCuong.Gate;

#pragma warning disable RS0030 // The harness measures real processes: its clock is the machine's.
var time = TimeProvider.System;
#pragma warning restore RS0030

if (GateCommand.Parse(args) is not { } command)
{
    Console.Error.WriteLine(GateCommand.Usage);
    return 2;
}

var name = command.Soak ? "soak" : "gate";
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
    using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(15), time);
    var program = command.Kiosk is { } given ? new KioskProgram(given) : await KioskProgram.PublishAsync("linux-x64", Path.Combine(root, "published"), patience.Token);
    var bench = new GateBench(command.Short ? GateBenchSize.Short : GateBenchSize.Full, command.Only, time, new Random(command.Seed));
    var problems = await bench.RunAsync(root, program);
    if (command.Only is not null) return problems;
    Console.WriteLine(bench.Table(judged: !command.Short));
    if (!command.Short && problems.Count == 0)
        await bench.WriteAsync(Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, $"../../../../KyCuong.Benchmarks/results/{Environment.ProcessorCount}-cores-gate.md")));
    return problems;
}

async Task<IReadOnlyList<string>> SoakAsync()
{
    const int People = 440;
    Console.WriteLine($"seed {command.Seed}");
    using var lines = new GateLines(SoakRun.Protocols, People);
    await using var site = await GateSite.OpenAsync(root, command.Kiosk is { } given ? new KioskProgram(given) : KioskProgram.Built, lines.Readers, lines.People, time);
    return await new SoakRun(site, lines, time, new Random(command.Seed)).RunAsync(
        command.Short ? TimeSpan.FromSeconds(20) : TimeSpan.FromMinutes(command.Minutes), judged: !command.Short);
}

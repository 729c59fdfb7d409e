using KyCuong.Gate;

#pragma warning disable RS0030 // The harness measures real processes: its clock is the machine's.
var time = TimeProvider.System;
#pragma warning restore RS0030

var arguments = new Queue<string>(args);
var shortForm = false;
string? given = null, only = null;
if (!arguments.TryDequeue(out var command) || command != "bench") return Usage();
while (arguments.TryDequeue(out var argument))
{
    switch (argument)
    {
        case "--short": shortForm = true; break;
        case "--kiosk" when arguments.TryDequeue(out given): break;
        case "--only" when arguments.TryDequeue(out only) && GateBench.Parts.Contains(only): break;
        default: return Usage();
    }
}

var root = Directory.CreateTempSubdirectory("kycuong-gate-").FullName;
try
{
    using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(15), time);
    var program = given is null ? await KioskProgram.PublishAsync("linux-x64", Path.Combine(root, "published"), patience.Token) : new KioskProgram(given);
    var bench = new GateBench(shortForm ? GateBenchSize.Short : GateBenchSize.Full, only, time, new Random(1));
    var problems = await bench.RunAsync(root, program);
    if (only is null) Console.WriteLine(bench.Table(judged: !shortForm));
    foreach (var problem in problems) Console.WriteLine($"  WRONG: {problem}");
    if (!shortForm && only is null && problems.Count == 0)
        await bench.WriteAsync(Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, $"../../../../KyCuong.Benchmarks/results/{Environment.ProcessorCount}-cores-gate.md")));
    Console.WriteLine(problems.Count == 0 ? "gate: 1 passed, 0 failed, 0 skipped" : "gate: 0 passed, 1 failed, 0 skipped");
    if (problems.Count == 0) Directory.Delete(root, recursive: true);
    else Console.WriteLine($"  kept for a look: {root}");
    return problems.Count == 0 ? 0 : 1;
}
catch (Exception e) when (e is TimeoutException or InvalidOperationException or OperationCanceledException)
{
    Console.WriteLine($"  WRONG: {e.Message} (kept for a look: {root})\ngate: 0 passed, 1 failed, 0 skipped");
    return 1;
}

int Usage()
{
    Console.Error.WriteLine("gate: use bench [--short] [--only latency|start|memory] [--kiosk PROGRAM]");
    return 2;
}

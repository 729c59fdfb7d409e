using KyCuong.Network;

#pragma warning disable RS0030 // The harness measures real connections: its clock is the machine's.
var time = TimeProvider.System;
#pragma warning restore RS0030

if (NetworkOptions.Read(args) is not { } options) return 2;
int passed = 0, failed = 0;
await RunAsync("cuts", () => new CutRun(options.Cuts, time).RunAsync());
await RunAsync("faults", () => new FaultRun(options.Events, options.Gates, options.IsShort, options.Seed, time).RunAsync());
await RunAsync("backlog", () => new BacklogRun(options.Backlog, options.IsShort, time).RunAsync());
await RunAsync("storm", () => new StormRun(options.Kiosks, options.IsShort, time).RunAsync());
Console.WriteLine($"network: {passed} passed, {failed} failed, 0 skipped");
return failed == 0 ? 0 : 1;

async Task RunAsync(string part, Func<Task<List<string>>> run)
{
    if (options.Only is not null && options.Only != part) return;
    Console.WriteLine($"{part}: seed {options.Seed}");
    var problems = await run();
    foreach (var problem in problems) Console.WriteLine($"  WRONG: {problem}");
    if (problems.Count == 0) passed++;
    else failed++;
}

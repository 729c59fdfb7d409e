using KyCuong.Time;
using KyCuong.Time.Machines;
using KyCuong.Time.Model;

#pragma warning disable RS0030 // The harness measures real programs: its clock is the machine's.
var time = TimeProvider.System;
#pragma warning restore RS0030

if (TimeOptions.Read(args) is not { } options) return 2;
int passed = 0, failed = 0;
await RunAsync("model", () =>
{
    var (figures, problems) = ModelRun.Play(options.Seed, options.Taps);
    Console.WriteLine($"  {figures}");
    return Task.FromResult(problems);
});
await RunAsync("jumps", () => new JumpRun(options.Jumps, new Random(options.Seed), time).RunAsync());
await RunAsync("1970", () => new LostClockRun(time).RunAsync());
await RunAsync("drift", () => new DriftRun(TimeSpan.FromSeconds(options.DriftSeconds), time).RunAsync());
Console.WriteLine($"time: {passed} passed, {failed} failed, 0 skipped");
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

using KyCuong.Time;
using KyCuong.Time.Model;

if (TimeOptions.Read(args) is not { } options) return 2;
int passed = 0, failed = 0;
await RunAsync("model", () =>
{
    var (figures, problems) = ModelRun.Play(options.Seed, options.Taps);
    Console.WriteLine($"  {figures}");
    return Task.FromResult(problems);
});
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

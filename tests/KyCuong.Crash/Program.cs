using System.Globalization;
using KyCuong.Crash;
using KyCuong.Server.Features.Demo;

#pragma warning disable RS0030 // The harness measures real processes: its clock is the machine's.
var time = TimeProvider.System;
#pragma warning restore RS0030

var kills = 20;
string? only = null;
var seed = Environment.TickCount;
for (var i = 0; i < args.Length; i += 2)
{
    var value = i + 1 < args.Length ? args[i + 1] : "";
    switch (args[i])
    {
        case "--kills" when int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out kills) && kills > 0: break;
        case "--only" when value is "kiosk" or "server": only = value; break;
        case "--seed" when int.TryParse(value, CultureInfo.InvariantCulture, out seed): break;
        default:
            Console.Error.WriteLine($"crash: '{args[i]} {value}' is not understood; use --kills N [--only kiosk|server] [--seed S]");
            return 2;
    }
}

int passed = 0, failed = 0;
foreach (var victim in new[] { "kiosk", "server" })
{
    if (only is not null && only != victim) continue;
    Console.WriteLine($"{victim}: {kills} kills, seed {seed}");
    var problems = await new CrashRun(victim, kills, new Random(seed), time).RunAsync();
    foreach (var problem in problems) Console.WriteLine($"  WRONG: {problem}");
    if (problems.Count == 0) passed++;
    else failed++;
}

Console.WriteLine($"crash: {passed} passed, {failed} failed, 0 skipped");
return failed == 0 ? 0 : 1;

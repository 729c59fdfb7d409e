using System.Globalization;
using KyCuong.Crash;

#pragma warning disable RS0030 // The harness measures real processes: its clock is the machine's.
var time = TimeProvider.System;
#pragma warning restore RS0030

const string Usage = "use --kills N [--store sqlite|postgres] | --points [--store sqlite|postgres] | --faults [--timed] | --damage | --full | --upgrade [--store sqlite|postgres] | --erase | --make-release NAME --to DIR, [--only VICTIM] [--sample N] [--share K/N] [--seed S]";
var kills = 0;
var (points, faults, damage, full, upgrade, erase, timed, understood) = (false, false, false, false, false, false, false, false);
var (release, to) = ("", "");
string? only = null;
var store = "sqlite";
int? sample = null;
var share = Share.All;
var seed = Environment.TickCount;
for (var i = 0; i < args.Length; i++)
{
    var value = i + 1 < args.Length ? args[i + 1] : "";
    switch (args[i])
    {
        case "--kills" when int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out kills) && kills > 0: i++; break;
        case "--points": points = true; break;
        case "--faults": faults = true; break;
        case "--damage": damage = true; break;
        case "--full": full = true; break;
        // For crash.sh: says what is wrong with the order, and does nothing.
        case "--understood": understood = true; break;
        case "--upgrade": upgrade = true; break;
        case "--erase": erase = true; break;
        case "--timed": timed = true; break;
        case "--make-release" when value.Length > 0: release = value; i++; break;
        case "--to" when Path.IsPathFullyQualified(value): to = value; i++; break;
        case "--only": only = value; i++; break;
        case "--store" when value is "sqlite" or "postgres": store = value; i++; break;
        case "--sample" when int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var n) && n > 0: sample = n; i++; break;
        case "--share" when Share.TryParse(value, out share): i++; break;
        case "--seed" when int.TryParse(value, CultureInfo.InvariantCulture, out seed): i++; break;
        default:
            Console.Error.WriteLine($"crash: '{args[i]} {value}' is not understood; {Usage}");
            return 2;
    }
}

if (sample is not null && share != Share.All)
{
    Console.Error.WriteLine("crash: --share (crash.sh --at-once) deals out every call; with --sample N there is nothing to deal out, leave one of them away");
    return 2;
}

if (store == "postgres" && (faults || damage || full || erase || only is not (null or "server" or "store")))
{
    Console.Error.WriteLine("crash: --store postgres goes with --kills, --points, --upgrade and --make-release, whose victim is the server; what else there is hits the disk of a kiosk or of a store in a file");
    return 2;
}

if (understood) return 0;
if (!upgrade && !erase && kills == 0 && !points && !faults && !damage && !full) kills = 20;
if (release.Length > 0 && to.Length > 0)
{
    if (store == "sqlite" || Postgres.Given is not null) return await new ReleaseMaker(release, to, store == "sqlite" ? null : Postgres.Given, time).RunAsync();
    Console.Error.WriteLine("crash: PostgreSQL is not installed");
    return 1;
}

var runs = new List<(string What, Func<Task<List<string>>> Run)>();
if (upgrade && store == "postgres")
    runs.Add(($"store on PostgreSQL of every earlier schema, killed at {Which("message")} while it is brought forward", () => new PostgresUpgradeRun(Postgres.Given!, sample, share, new Random(seed), time).RunAsync()));
if (upgrade && store == "sqlite")
    foreach (var victim in Chosen(UpgradeRun.Victims))
        runs.Add(($"{victim} of every earlier schema, killed at {Which()} while it is brought forward", () => new UpgradeRun(victim, sample, share, new Random(seed), time).RunAsync()));
if (erase) runs.Add(($"a person erased, killed at {Which()} meanwhile", () => new EraseRun(sample, share, new Random(seed), time).RunAsync()));
// Harnesses beside one another have an agency each, and do not all kill at the same moments.
if (share.PartOf(kills) is > 0 and var part)
    foreach (var victim in Chosen(["kiosk", "server"]))
        if (store == "sqlite" || victim == "server")
            runs.Add(($"{victim}: {part} kills, {store}", () => new CrashRun(victim, part, store == "sqlite" ? null : Postgres.Given!, new Random(seed + share.Number - 1), time).RunAsync()));
if (points)
    foreach (var victim in store == "sqlite" ? Chosen(PointRun.Victims) : [])
        runs.Add(($"{victim}: killed at {Which()}", () => new PointRun(victim, sample, share, new Random(seed), time).RunAsync()));
if (points && store == "postgres")
    runs.Add(($"server on PostgreSQL, or PostgreSQL, killed at {Which("message")} of the one to the other", () => new PostgresPointRun(Postgres.Given!, sample, share, new Random(seed), time).RunAsync()));
// A judgement by the clock is for a machine that does nothing else: without a word a run that is whole.
if (faults)
    foreach (var victim in Chosen(["kiosk", "server"]))
        runs.Add(($"{victim}: the disk fails at {Which()}", () => new FaultRun(victim, sample, share, timed || (sample is null && share == Share.All), new Random(seed), time).RunAsync()));
if (damage)
    foreach (var victim in Chosen(DamageRun.Victims))
        runs.Add(($"{victim}: at {Which(victim == "damaged-killed" ? "call" : "block")}", () => new DamageRun(victim, sample, share, new Random(seed), time).RunAsync()));
if (full) runs.Add(("server: its disk is full", () => new FullDiskRun(Environment.GetEnvironmentVariable("KYCUONG_CRASH_SMALL")!, time).RunAsync()));

// A run of none would pass. Of more harnesses than there are kills the last have none.
if (runs.Count == 0 && share == Share.All)
{
    Console.Error.WriteLine($"crash: --only {only} names nothing that such a run has; {Usage}");
    return 2;
}

int passed = 0, failed = 0, skipped = 0;
foreach (var (what, run) in runs)
{
    if (((faults || damage || erase || ((points || upgrade) && store == "sqlite")) && FaultControl.Library is null) || (store == "postgres" && Postgres.Given is null))
    {
        Console.WriteLine($"{what}: what it needs is not installed");
        skipped++;
        continue;
    }

    Console.WriteLine($"{what}, seed {seed}");
    var problems = await TriedAsync(run);
    foreach (var problem in problems) Console.WriteLine($"  WRONG: {problem}");
    if (problems.Count == 0) passed++;
    else failed++;
}

Console.WriteLine($"crash: {passed} passed, {failed} failed, {skipped} skipped");
return failed == 0 ? 0 : 1;

// A run that cannot go on is one that failed, and the others are still to be seen.
static async Task<List<string>> TriedAsync(Func<Task<List<string>>> run)
{
    try
    {
        return await run();
    }
    catch (Exception e) when (e is InvalidOperationException or TimeoutException or IOException or OperationCanceledException or System.Data.Common.DbException or KyCuong.Server.Cli.CommandException)
    {
        return [$"it could not go on: {e.Message}"];
    }
}

// A victim by its name, or by the program it is.
IEnumerable<string> Chosen(string[] victims) => victims.Where(victim => only is null || victim == only || victim.StartsWith(only + "-", StringComparison.Ordinal));

string Which(string what = "call") => sample is { } some ? $"{some} {what}s" : share == Share.All ? $"every {what}" : $"every {what} of share {share.Number} of {share.Of}";

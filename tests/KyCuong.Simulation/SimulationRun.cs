using System.Globalization;
using KyCuong.Simulation.Site;

namespace KyCuong.Simulation;

/// <summary>Seed after seed; ends with the line that all harnesses end with.</summary>
internal sealed class SimulationRun(SimulationOptions options, TimeProvider time)
{
    public async Task<int> RunAsync()
    {
        var root = Path.Combine(Directory.Exists("/dev/shm") ? "/dev/shm" : Path.GetTempPath(), $"kycuong-simulation-{Environment.ProcessId}");
        Directory.CreateDirectory(root);
        try
        {
            return await RunAsync(root);
        }
        finally
        {
            Directory.Delete(root, recursive: true);
        }
    }

    private async Task<int> RunAsync(string root)
    {
        var start = time.GetTimestamp();
        var agency = await Agency.CreateAsync(Path.Combine(root, "agency"), time);
        var (failed, days, taps, lost, lived) = (0, 0, 0, 0, 0);
        for (var i = 0; i < options.Seeds && !(failed > 0 && options.OnlyFirst); i++)
        {
            var seed = options.First + i;
            var result = await SeedRun.RunAsync(seed, agency, root, options.Trace ? Console.Out : null);
            var problems = result.Problems.ToList();
            if (i < options.Twice && (await SeedRun.RunAsync(seed, agency, root, null)).Digest is var again && again != result.Digest)
                problems.Add($"run twice it is not the same: {result.Digest} and {again}");
            lived++;
            (days, taps, lost) = (days + (result.Days * result.Kiosks), taps + result.Made, lost + result.Lost);
            if (problems.Count == 0)
            {
                if (options.Seeds == 1) Console.WriteLine(Line(result));
                continue;
            }

            failed++;
            Console.WriteLine(Line(result));
            foreach (var problem in problems.Take(10)) Console.WriteLine("    " + problem);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"    again: tests/soak.sh --seed {seed} --trace"));
        }

        var took = time.GetElapsedTime(start);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{lived} agencies from seed {options.First}: {days / 7.0:0} weeks of gates, {taps} taps, {lost} lost by spoilt disks, {took.TotalSeconds:0} s, {lived / took.TotalSeconds:0.00} a second"));
        Console.WriteLine($"simulation: {lived - failed} passed, {failed} failed, 0 skipped");
        return failed == 0 ? 0 : 1;
    }

    private static string Line(SeedResult result) => string.Create(CultureInfo.InvariantCulture,
        $"seed {result.Seed}: {result.Kiosks} gates, {result.Days} days, {result.Made} taps, {result.Kept} shown as kept, {result.Stored} stored, {result.Lost} lost by a spoilt disk, digest {result.Digest}");
}

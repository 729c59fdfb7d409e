using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using KyCuong.Fuzz.Targets;

namespace KyCuong.Fuzz;

/// <summary>One run: shares the inputs out over the targets by weight and over two threads, looks again at what was slow, and says what was found.</summary>
internal sealed class FuzzRun(FuzzOptions options, TimeProvider time)
{
    private const int Workers = 2;

    /// <summary>Inputs that one thread takes at once.</summary>
    private const int Slice = 5_000;

    /// <summary>Findings of one target that are printed, the shortest.</summary>
    private const int MostPrinted = 3;

    /// <summary>An input that is not done by then never is, however busy the machine.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>0: nothing found.</summary>
    public async Task<int> RunAsync()
    {
        if (options.Input is { } input) return Again(TargetList.Make(options.Only!), input);
        var begun = Stopwatch.GetTimestamp();
        var names = TargetList.Names.Where(name => options.Only is null || name == options.Only).ToList();
        var slices = Slices(names);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"fuzz: {options.Inputs} inputs, seed {options.Seed}"));
        var workers = Enumerable.Range(0, Workers).Select(_ => new Worker()).ToList();
        var running = Task.WhenAll(workers.Select(worker => Task.Factory.StartNew(() => Work(worker, slices), TaskCreationOptions.LongRunning)));
        while (await Task.WhenAny(running, Task.Delay(TimeSpan.FromSeconds(1), time)) != running)
        {
            if (workers.Select(worker => worker.StuckFor(Patience)).FirstOrDefault(stuck => stuck is not null) is not { } never) continue;
            new Finding(never.Target, options.Seed, never.Input, $"not done after {Patience.TotalSeconds:0} s").Print();
            Console.WriteLine("fuzz: 0 passed, 1 failed, 0 skipped");
            return 1;
        }

        await running;
        var findings = workers.SelectMany(worker => worker.Findings).Concat(StillSlow(workers)).ToList();
        foreach (var target in findings.GroupBy(finding => finding.Target))
            foreach (var finding in target.OrderBy(finding => finding.Input.Length).Take(MostPrinted)) finding.Print();
        var given = names.ToDictionary(name => name, name => workers.Sum(worker => worker.Given.GetValueOrDefault(name)));
        foreach (var (name, count) in given) Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {name,-16} {count,8}"));
        var failed = findings.Select(finding => finding.Target).Distinct().Count();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"fuzz: {given.Values.Sum()} inputs in {Stopwatch.GetElapsedTime(begun).TotalSeconds:0} s; {workers.Sum(worker => worker.Slow.Count)} seemed slow and were given again alone; {findings.Count} findings"));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"fuzz: {names.Count - failed} passed, {failed} failed, 0 skipped"));
        return failed == 0 ? 0 : 1;
    }

    private ConcurrentQueue<(string Name, int Inputs, int Number)> Slices(IReadOnlyList<string> names)
    {
        var weights = names.ToDictionary(name => name, name => TargetList.Make(name).Weight);
        var slices = new ConcurrentQueue<(string, int, int)>();
        foreach (var (name, weight) in weights)
        {
            var inputs = (int)Math.Ceiling((double)options.Inputs * weight / weights.Values.Sum());
            for (var number = 0; inputs > 0; number++, inputs -= Slice) slices.Enqueue((name, Math.Min(inputs, Slice), number));
        }

        return slices;
    }

    private void Work(Worker worker, ConcurrentQueue<(string Name, int Inputs, int Number)> slices)
    {
        var targets = new Dictionary<string, ITarget>();
        while (slices.TryDequeue(out var slice))
        {
            if (!targets.TryGetValue(slice.Name, out var target)) targets.Add(slice.Name, target = TargetList.Make(slice.Name));
            worker.Run(target, slice.Inputs, options.Seed, slice.Number);
        }

        foreach (var target in targets.Values.OfType<IDisposable>()) target.Dispose();
    }

    private IEnumerable<Finding> StillSlow(IEnumerable<Worker> workers)
    {
        foreach (var (name, input) in workers.SelectMany(worker => worker.Slow))
        {
            if (Trial.IsSlow(TargetList.Make(name), input, out var took))
                yield return new Finding(name, options.Seed, input, string.Create(CultureInfo.InvariantCulture, $"took {took.TotalMilliseconds:0} ms of the processor's time, twice in a row"));
        }
    }

    private static int Again(ITarget target, byte[] input)
    {
        var problem = Trial.Give(target, input, out var took);
        if (problem is null && Trial.IsSlow(target, input, out took)) problem = $"took {took.TotalMilliseconds:0} ms, twice in a row";
        Console.WriteLine(problem ?? string.Create(CultureInfo.InvariantCulture, $"nothing wrong; {took.TotalMilliseconds:0.0} ms"));
        return problem is null ? 0 : 1;
    }
}

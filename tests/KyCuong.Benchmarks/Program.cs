using System.Globalization;
using KyCuong.Benchmarks;

#pragma warning disable RS0030 // Benchmarks measure the machine's time.
var time = TimeProvider.System;
#pragma warning restore RS0030

if (args is ["--verify", var number] && int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var verified) && verified >= 100)
{
    var folder = Directory.CreateTempSubdirectory("kycuong-bench-").FullName;
    try
    {
        // 60 s a million, reliability S7.
        var kept = await new VerifyBenchmark(folder, time).RunAsync(verified, TimeSpan.FromSeconds(Math.Max(60.0 * verified / 1_000_000, 30)));
        Console.WriteLine($"bench: {(kept ? 1 : 0)} passed, {(kept ? 0 : 1)} failed, 0 skipped");
        return kept ? 0 : 1;
    }
    finally
    {
        Directory.Delete(folder, recursive: true);
    }
}

var shortForm = args.Contains("--short");
if (args.Except(["--short"]).FirstOrDefault() is { } unknown)
{
    Console.Error.WriteLine($"bench: '{unknown}' is not understood; use --short, --verify N or nothing");
    return 2;
}

var (taps, single, people, pairs) = shortForm ? (2_000, 100, 200, 1) : (30_000, 2_000, 10_000, 5);
var root = Directory.CreateTempSubdirectory("kycuong-bench-").FullName;
try
{
    var ingest = new IngestBenchmark(root, time);
    var batched = new List<Pair>();
    var oneByOne = new List<Pair>();
    if (!shortForm)
    {
        // Both sides are compiled before they are measured.
        await ingest.BatchedAsync(2_000, CancellationToken.None);
        await ingest.OneByOneAsync(200, CancellationToken.None);
    }

    for (var i = 0; i < pairs; i++)
    {
        batched.Add(await ingest.BatchedAsync(taps, CancellationToken.None));
        oneByOne.Add(await ingest.OneByOneAsync(single, CancellationToken.None));
    }

    var summary = await new SummaryBenchmark(root, time).MeasureAsync(people, shortForm ? pairs : pairs + 1, CancellationToken.None);
    if (!shortForm) summary.RemoveAt(0);
    var judge = new JudgeBenchmark(time).Measure(people, shortForm ? pairs : pairs + 1);
    if (!shortForm) judge.RemoveAt(0);
    Comparison[] comparisons =
    [
        new($"durable taps through the whole path ({taps:N0}, batches of 512) : bare prepared inserts, 100 a transaction", "taps/s", batched, "≥ 0.3 (later 0.6)", true, 0.3),
        new($"one tap at a time, acknowledged ({single:N0}) : bare inserts, one a transaction", "taps/s", oneByOne, "≥ 0.4 (later 0.7)", true, 0.4),
        new($"month summary, {people:N0} people × 22 days × 4 taps : bare reader of the same rows", "s", summary, "≤ 3 (later 1.5)", false, 3),
        new($"{people * JudgeBenchmark.Days:N0} person-days judged on one core : a bare loop over the same taps and the day's limits", "s", judge, "product ≤ 1 s", false, 0, MostProduct: 1),
    ];
    var lines = new List<string> { Comparison.Head };
    lines.AddRange(comparisons.Select(comparison => comparison.Row(judged: !shortForm)));
    foreach (var line in lines) Console.WriteLine(line);
    if (!shortForm)
    {
        var file = Path.Combine(AppContext.BaseDirectory, "../../../../KyCuong.Benchmarks/results", $"{Environment.ProcessorCount}-cores.md");
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        var now = time.GetUtcNow().ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        await File.WriteAllTextAsync(file, $"# Measured by `tests/bench.sh`\n\n{now}, {Environment.ProcessorCount} cores, {System.Runtime.InteropServices.RuntimeInformation.OSDescription}, {System.Runtime.InteropServices.RuntimeInformation.FrameworkDescription}. Baseline and product run in pairs in one process, {pairs} pairs; only ratios mean anything.\n\n{string.Join('\n', lines)}\n");
    }

    var sees = !shortForm || await new VerifyBenchmark(root, time).RunAsync(10_000, null);
    Console.WriteLine($"bench: {comparisons.Length + (shortForm && sees ? 1 : 0)} passed, {(sees ? 0 : 1)} failed, 0 skipped");
    return sees ? 0 : 1;
}
finally
{
    Directory.Delete(root, recursive: true);
}

using System.Diagnostics;

namespace KyCuong.Fuzz;

/// <summary>One thread's inputs. What it is at can be looked at from another thread.</summary>
internal sealed class Worker
{
    /// <summary>Findings of one target after which it is left alone: they are all the same.</summary>
    private const int MostFindings = 2;

    private readonly Lock _lock = new();
    private (string Target, byte[] Input, long Since)? _at;

    /// <summary>What was wrong.</summary>
    public List<Finding> Findings { get; } = [];

    /// <summary>What took long.</summary>
    public List<(string Target, byte[] Input)> Slow { get; } = [];

    /// <summary>How many were given, by target.</summary>
    public Dictionary<string, int> Given { get; } = [];

    /// <summary>Gives a target so many inputs; those of the corpus first, in the first slice of each target.</summary>
    public void Run(ITarget target, int inputs, int seed, int slice)
    {
        var corpus = Corpus.Of(target.Name);
        IReadOnlyList<byte[]> all = [.. corpus, .. target.Seeds];
        var found = 0;
        if (slice == 0)
        {
            foreach (var input in all.TakeWhile(_ => found < MostFindings)) Count(Give(target, input, seed));
        }

        // The same inputs whatever other targets there are, and however the work is shared out between threads.
        var random = new Random(Mix(seed, target.Name, slice));
        for (var i = 0; i < inputs && found < MostFindings; i++)
        {
            var generated = all.Count == 0 || random.Next(3) == 0 ? target.Generate(random) : null;
            var begin = generated ?? (all.Count == 0 ? [] : all[random.Next(all.Count)]);
            Count(Give(target, generated is not null && random.Next(2) == 0 ? generated : target.Mutate(begin, all, random), seed));
        }

        void Count(bool isFinding) => found += isFinding ? 1 : 0;
    }

    /// <summary>What it has been at for longer than this; null: nothing.</summary>
    public (string Target, byte[] Input)? StuckFor(TimeSpan patience)
    {
        lock (_lock) return _at is { } at && Stopwatch.GetElapsedTime(at.Since) > patience ? (at.Target, at.Input) : null;
    }

    private bool Give(ITarget target, byte[] input, int seed)
    {
        lock (_lock) _at = (target.Name, input, Stopwatch.GetTimestamp());
        var problem = Trial.Give(target, input, out var took);
        lock (_lock) _at = null;
        Given[target.Name] = Given.GetValueOrDefault(target.Name) + 1;
        if (took > Trial.Longest) Slow.Add((target.Name, input));
        if (problem is null) return false;
        Findings.Add(new Finding(target.Name, seed, input, problem));
        return true;
    }

    private static int Mix(int seed, string name, int slice)
    {
        unchecked
        {
            var mixed = (uint)seed * 2654435761u + (uint)slice * 40503u;
            foreach (var c in name) mixed = (mixed ^ c) * 16777619u;
            return (int)(mixed & int.MaxValue);
        }
    }
}

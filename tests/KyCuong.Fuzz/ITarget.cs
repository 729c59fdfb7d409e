namespace KyCuong.Fuzz;

/// <summary>
/// Something that takes bytes from outside. One input is a run of bytes and nothing else, so that it can be kept, printed and
/// given again. Not thread-safe: each worker has its own.
/// </summary>
internal interface ITarget
{
    /// <summary>Its name on the command line; its corpus is <c>corpus/NAME.txt</c>.</summary>
    public string Name { get; }

    /// <summary>Its share of all inputs, as a weight.</summary>
    public int Weight { get; }

    /// <summary>Good inputs to begin with, besides the corpus.</summary>
    public IReadOnlyList<byte[]> Seeds { get; }

    /// <summary>An input of a form that the target knows, right or nearly right; null: it knows none.</summary>
    public byte[]? Generate(Random random) => null;

    /// <summary>Another input made of one.</summary>
    public byte[] Mutate(byte[] input, IReadOnlyList<byte[]> all, Random random) => Mutation.Of(input, all, random);

    /// <summary>The most that may be allocated for an input of so many bytes, the checks here included, bytes.</summary>
    public long MostAllocated(int inputBytes);

    /// <summary>Takes an input and checks what came of it. Null: all is right; else a sentence. What it throws is a finding.</summary>
    public string? Take(byte[] input);
}

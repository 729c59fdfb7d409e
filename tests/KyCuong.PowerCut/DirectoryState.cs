namespace KyCuong.PowerCut;

/// <summary>A name that goes, a name that comes, or both at once (a rename).</summary>
internal readonly record struct NameChange(long Serial, string? Gone, string? Made, FileState? File)
{
    public void Apply(Dictionary<string, FileState> names)
    {
        // A rename of what is not there, because its making did not reach the disk, does nothing.
        if (Gone is not null && !names.Remove(Gone) && Made is not null) return;
        if (Made is not null) names[Made] = File!;
    }
}

/// <summary>The names in a directory that are safe, and what is not yet. Not thread-safe.</summary>
internal sealed class DirectoryState
{
    public Dictionary<string, FileState> Safe { get; } = [];

    public List<NameChange> Pending { get; } = [];

    /// <summary>What is safe and a choice of the rest: up to some moment, or any.</summary>
    public Dictionary<string, FileState> AfterPowerCut(Random random, bool ordered)
    {
        var names = new Dictionary<string, FileState>(Safe);
        var until = random.Next(Pending.Count + 1);
        for (var i = 0; i < Pending.Count; i++)
            if (ordered ? i < until : random.Next(2) == 0) Pending[i].Apply(names);
        return names;
    }
}

namespace KyCuong.PowerCut;

/// <summary>A write, or a truncate when there is no data.</summary>
internal readonly record struct FileChange(long Serial, long Offset, byte[]? Data)
{
    public void Apply(Bytes content)
    {
        if (Data is null) content.Truncate(Offset);
        else content.Write(Offset, Data);
    }
}

/// <summary>A file: what is safe, what is not yet, and what processes see. Not thread-safe.</summary>
internal sealed class FileState
{
    /// <summary>Bytes that a disk writes whole or not at all.</summary>
    public const int Sector = 512;

    public Bytes Safe { get; } = new();

    public Bytes Cached { get; } = new();

    public List<FileChange> Pending { get; } = [];

    /// <summary>What is safe and a choice of the rest.</summary>
    /// <param name="random">Chooses.</param>
    /// <param name="chance">That a change, or a sector of it, reached the disk.</param>
    /// <param name="torn">Each sector for itself.</param>
    /// <param name="shuffled">In any order.</param>
    public byte[] AfterPowerCut(Random random, double chance, bool torn, bool shuffled)
    {
        var content = Safe.Copy();
        var changes = Pending.ToArray();
        if (shuffled) random.Shuffle(changes);
        foreach (var change in changes)
        {
            if (change.Data is not { } data || !torn)
            {
                if (random.NextDouble() < chance) change.Apply(content);
                continue;
            }

            for (var at = 0; at < data.Length;)
            {
                var end = Math.Min(data.Length, at + Sector - (int)((change.Offset + at) % Sector));
                if (random.NextDouble() < chance) content.Write(change.Offset + at, data.AsSpan(at, end - at));
                at = end;
            }
        }

        return content.Span.ToArray();
    }
}

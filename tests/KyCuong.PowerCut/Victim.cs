using KyCuong.Protos;

namespace KyCuong.PowerCut;

/// <summary>One entry as it must be found again: nothing but its number and hash counts, for the hash is over everything it says.</summary>
internal readonly record struct KnownEntry(ulong Sequence, Digest Hash);

/// <summary>Whose disk loses power. Reads what is recovered by the product's own code.</summary>
internal abstract class Victim
{
    /// <summary>As the command line names it.</summary>
    public abstract string Name { get; }

    /// <summary>Its directory in the recorded one, and its database in that.</summary>
    public abstract string Database { get; }

    /// <summary>What it says once something is safe, before the number.</summary>
    public abstract string Promise { get; }

    /// <summary>A database with what SQLite keeps beside it. Not the -shm, which is made anew.</summary>
    public static IReadOnlyList<string> FilesOf(string database) => [database, database + "-wal", database + "-journal"];

    /// <summary>All entries in the last state of a recording, in order, from 1.</summary>
    public abstract Task<IReadOnlyList<KnownEntry>> TruthAsync(string database);

    /// <summary>Opens an image as the product does and says everything that is wrong.</summary>
    /// <param name="database">The image; changed by this.</param>
    /// <param name="acknowledged">Highest sequence that was acknowledged before the power went; all up to it were.</param>
    /// <param name="truth">All entries there ever were.</param>
    public abstract Task<List<string>> RecoverAsync(string database, ulong acknowledged, IReadOnlyList<KnownEntry> truth);

    /// <summary>Every entry found must be one that was made, in its place, and none acknowledged may be missing.</summary>
    protected static void Compare(IReadOnlyList<KnownEntry> found, ulong acknowledged, IReadOnlyList<KnownEntry> truth, List<string> problems)
    {
        for (var i = 0; i < found.Count; i++)
        {
            if (found[i].Sequence != (ulong)i + 1)
            {
                problems.Add($"entry {i + 1} is missing, {found[i].Sequence} stands there");
                return;
            }

            if (i >= truth.Count || found[i].Hash != truth[i].Hash)
            {
                problems.Add($"entry {i + 1} is another one than was written");
                return;
            }
        }

        if ((ulong)found.Count < acknowledged) problems.Add($"lost: acknowledged up to {acknowledged}, recovered up to {found.Count}");
    }
}

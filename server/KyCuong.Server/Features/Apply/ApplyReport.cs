namespace KyCuong.Server.Features.Apply;

/// <summary>The parts of an apply file, in the order in which they are reported.</summary>
internal enum ApplyPart
{
    /// <summary>agency</summary>
    Agency,

    /// <summary>units</summary>
    Units,

    /// <summary>units[].heads</summary>
    Heads,

    /// <summary>schedules</summary>
    Schedules,

    /// <summary>assignments</summary>
    Assignments,

    /// <summary>calendar.holidays</summary>
    Holidays,

    /// <summary>calendar.swaps</summary>
    Swaps,

    /// <summary>policy.gate, one a setting</summary>
    Policy,
}

/// <summary>What became of one declaration.</summary>
internal enum ApplyOutcome
{
    /// <summary>It was not there.</summary>
    Added,

    /// <summary>It was there and said something else.</summary>
    Changed,

    /// <summary>It was there and said the same; or it was to be removed and was not there.</summary>
    Unchanged,

    /// <summary>It was there and is no more.</summary>
    Removed,
}

/// <summary>One declaration and what became of it.</summary>
internal readonly record struct ApplyItem(ApplyPart Part, ApplyOutcome Outcome, string Name);

/// <summary>Something that was taken and yet is worth a second look.</summary>
internal readonly record struct ApplyNote(int Line, string Place, string Text);

/// <summary>What an apply file changed. Not thread-safe while it grows.</summary>
internal sealed class ApplyReport
{
    private readonly List<ApplyItem> _items = [];

    /// <summary>Code of the agency it was applied to.</summary>
    public string Agency { get; set; } = "";

    /// <summary>The agency's roster version afterwards.</summary>
    public long RosterVersion { get; set; }

    /// <summary>Everything declared, in the order of the file.</summary>
    public IReadOnlyList<ApplyItem> Items => _items;

    /// <summary>What is worth a second look, in the order of the file.</summary>
    public List<ApplyNote> Notes { get; } = [];

    /// <summary>True when the store is not as before.</summary>
    public bool IsChange => _items.Any(item => item.Outcome != ApplyOutcome.Unchanged);

    /// <summary>How many declarations of a part had an outcome.</summary>
    public int Count(ApplyPart part, ApplyOutcome outcome) => _items.Count(item => item.Part == part && item.Outcome == outcome);

    /// <summary>Notes one declaration.</summary>
    public void Add(ApplyPart part, ApplyOutcome outcome, string name) => _items.Add(new ApplyItem(part, outcome, name));
}

namespace KyCuong.Server.Cli;

/// <summary>
/// A command cannot be done for a reason its user can mend. The message is what the person reads: one sentence
/// with what, where and what to do. Nothing was changed.
/// </summary>
public sealed class CommandException(string message, Exception? cause = null) : Exception(message, cause)
{
    /// <summary>1: it failed; 2: it was asked for wrongly.</summary>
    public int ExitCode { get; init; } = 1;

    /// <summary>True when the same may succeed shortly: another program holds what is needed.</summary>
    public bool MayPass { get; init; }
}

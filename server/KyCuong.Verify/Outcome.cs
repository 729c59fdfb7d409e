using System.Security.Cryptography;

namespace KyCuong.Verify;

/// <summary>What came of looking at a store that may be anything; exactly one of the two is there. Immutable.</summary>
/// <param name="Verification">What was found; null: the store could not be read to its end.</param>
/// <param name="Problem">One sentence why it could not be read; null: it could.</param>
internal sealed record Outcome(Verification? Verification, string? Problem)
{
    /// <summary>True when all of it was read and nothing is wrong.</summary>
    public bool IsFine => Verification is { Findings.Count: 0 };

    /// <summary>True when the store is of a time when none was kept, or its log is gone.</summary>
    public bool HasNoLog { get; private init; }

    /// <summary>The first thing that is wrong, in words; null: nothing is.</summary>
    public string? First => Problem ?? (Verification!.Findings is [var first, ..] ? Report.Line(first) : null);

    /// <summary>Opens a store, checks all of it and closes it.</summary>
    /// <param name="open">Opens it.</param>
    /// <param name="heads">Kept outside.</param>
    /// <param name="authority">The server's key; null: signatures are not checked.</param>
    public static Outcome Of(Func<Store> open, IReadOnlyCollection<OutsideHead> heads, ECDsa? authority)
    {
        try
        {
            using var store = open();
            return store.Tables().Contains("log_entries")
                ? new Outcome(Verification.Of(store, heads, authority), null)
                : new Outcome(null, VerifyText.Get("NoLog")) { HasNoLog = true };
        }
        catch (Exception problem) when (problem is not OutOfMemoryException)
        {
            // A store so damaged that it cannot be read to its end, or that holds what no server writes and this program stumbles
            // over, is as much a finding as an altered row.
            return new Outcome(null, VerifyText.Get("Unreadable", problem.Message));
        }
    }
}

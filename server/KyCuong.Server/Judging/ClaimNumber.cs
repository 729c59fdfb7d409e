using System.Globalization;
using KyCuong.Rules;

namespace KyCuong.Server.Judging;

/// <summary>How people name a claimed tap: the number of its journal and its own in it, e.g. <c>3-127</c>. Pure.</summary>
internal static class ClaimNumber
{
    /// <summary>The name of a claim.</summary>
    public static string Of(TapKey key) => string.Create(CultureInfo.InvariantCulture, $"{key.Journal}-{key.Sequence}");

    /// <summary>The claim of that name; null: it is no name.</summary>
    public static TapKey? Parse(string text)
    {
        var parts = text.Split('-');
        return parts.Length == 2
            && long.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var journal)
            && long.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var sequence)
                ? new TapKey(journal, sequence)
                : null;
    }
}

using System.Globalization;
using KyCuong.Server.Resources;

namespace KyCuong.Server.Features.Imports;

/// <summary>Vietnamese order of names: by the given name, which stands last, then by the rest. Pure.</summary>
internal static class NameSortKey
{
    /// <summary>Bytes that sort as the names do.</summary>
    public static byte[] Of(string fullName)
    {
        var name = fullName.Trim();
        var space = name.LastIndexOf(' ');
        var (given, rest) = space < 0 ? (name, "") : (name[(space + 1)..], name[..space].TrimEnd());
        var compare = TextSource.Vietnamese.CompareInfo;
        // A sort key ends with a zero byte and has none inside, so a given name sorts before its own extensions.
        return [.. compare.GetSortKey(given, CompareOptions.None).KeyData, .. compare.GetSortKey(rest, CompareOptions.None).KeyData];
    }
}

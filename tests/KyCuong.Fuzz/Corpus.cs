namespace KyCuong.Fuzz;

/// <summary>
/// The kept inputs of a target, <c>corpus/NAME.txt</c>: one a line in hex, <c>#</c> and what it is. One that made a finding is added
/// there and is the first that every later run gives.
/// </summary>
internal static class Corpus
{
    /// <summary>They, in the order of the file; none when there is no file.</summary>
    public static IReadOnlyList<byte[]> Of(string target)
    {
        var path = Path.Combine(AppContext.BaseDirectory, "corpus", target + ".txt");
        if (!File.Exists(path)) return [];
        return [.. File.ReadLines(path).Select(line => line.Split('#')[0].Trim()).Where(hex => hex.Length > 0).Select(Convert.FromHexString)];
    }
}

using System.Globalization;
using System.Runtime.InteropServices;

namespace KyCuong.Kiosk.Native;

/// <summary>Addresses that follow each other.</summary>
/// <param name="Start">The first.</param>
/// <param name="Bytes">How many; whole pages.</param>
internal readonly record struct AddressRange(nuint Start, nuint Bytes);

/// <summary>
/// Pages of programs and libraries that this process has looked at. Most of them only a start needs; they stay all the same until the whole
/// machine is short of memory. Linux; elsewhere nothing is done.
/// </summary>
internal static partial class FilePages
{
    private const string Maps = "/proc/self/smaps";
    private const int DontNeed = 4;

    /// <summary>
    /// Hands them back (madvise(2), MADV_DONTNEED): the system may use them for something else, and what is needed after all comes from its
    /// cache, or the disk, when it is touched again. Returns the bytes that were resident in what was handed back. Any thread.
    /// </summary>
    public static long HandBack()
    {
        if (!OperatingSystem.IsLinux()) return 0;
        try
        {
            var handed = 0L;
            foreach (var (range, resident) in Untouched(File.ReadLines(Maps)))
                if (Advise(range.Start, range.Bytes, DontNeed) == 0) handed += resident;
            return handed;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A kernel that does not say what it holds; then it all stays.
            return 0;
        }
    }

    /// <summary>
    /// Mappings of files, as proc(5) lists them, that this process may not write to and never did: their pages are as in the file. With the
    /// bytes that are resident of each; none without any.
    /// </summary>
    public static IEnumerable<(AddressRange Range, long Resident)> Untouched(IEnumerable<string> smaps)
    {
        AddressRange? range = null;
        var resident = 0L;
        foreach (var line in smaps)
        {
            if (TryReadHead(line, out var next))
            {
                (range, resident) = (next, 0);
                continue;
            }

            if (range is null) continue;
            if (Kilobytes(line, "Rss:") is { } rss) resident = rss * 1024;
            // Relocated code is no longer as in the file, and would be lost.
            else if (Kilobytes(line, "Private_Dirty:") is > 0 || Kilobytes(line, "Anonymous:") is > 0) range = null;
            // The last line of each.
            else if (line.StartsWith("VmFlags:", StringComparison.Ordinal) && range is { } whole && resident > 0)
            {
                range = null;
                yield return (whole, resident);
            }
        }
    }

    /// <summary>True for the first line of a mapping; the range is null when it is not a file's, or may be written to.</summary>
    private static bool TryReadHead(string line, out AddressRange? range)
    {
        range = null;
        var parts = line.Split(' ', 6, StringSplitOptions.RemoveEmptyEntries);
        if (parts.Length == 0) return false;
        var dash = parts[0].IndexOf('-', StringComparison.Ordinal);
        if (dash < 0 || !TryHex(parts[0].AsSpan(0, dash), out var start) || !TryHex(parts[0].AsSpan(dash + 1), out var end)) return false;
        var isFile = parts.Length == 6 && parts[5].StartsWith('/') && !parts[5].StartsWith("/memfd:", StringComparison.Ordinal) && !parts[5].StartsWith("/dev/", StringComparison.Ordinal);
        if (isFile && end > start && parts[1].Length == 4 && parts[1][0] == 'r' && parts[1][1] == '-') range = new AddressRange((nuint)start, (nuint)(end - start));
        return true;
    }

    private static bool TryHex(ReadOnlySpan<char> text, out ulong value) => ulong.TryParse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out value);

    private static long? Kilobytes(string line, string name) =>
        line.StartsWith(name, StringComparison.Ordinal) && long.TryParse(line.AsSpan(name.Length).Trim().TrimEnd(" kB"), NumberStyles.None, CultureInfo.InvariantCulture, out var kilobytes) ? kilobytes : null;

    [LibraryImport("libc", EntryPoint = "madvise")]
    private static partial int Advise(nuint address, nuint length, int advice);
}

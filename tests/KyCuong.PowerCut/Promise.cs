using System.Globalization;
using System.Text;

namespace KyCuong.PowerCut;

/// <summary>
/// The highest number that was promised so far, from what processes wrote to their standard output. A line counts from the
/// moment its last byte was handed over to be written.
/// </summary>
internal sealed class Promise(string prefix)
{
    private readonly Dictionary<int, StringBuilder> _lines = [];

    /// <summary>0: nothing yet.</summary>
    public ulong Kept { get; private set; }

    public void Hear(DiskEvent e)
    {
        if (e.Kind != DiskEventKind.Said) return;
        if (!_lines.TryGetValue(e.Process, out var line)) _lines.Add(e.Process, line = new StringBuilder());
        foreach (var c in Encoding.UTF8.GetString(e.Data))
        {
            if (c != '\n')
            {
                line.Append(c);
                continue;
            }

            var text = line.ToString();
            line.Clear();
            if (text.StartsWith(prefix, StringComparison.Ordinal) && ulong.TryParse(text.AsSpan(prefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var number))
                Kept = Math.Max(Kept, number);
        }
    }
}

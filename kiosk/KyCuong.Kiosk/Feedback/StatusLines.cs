using System.Globalization;

namespace KyCuong.Kiosk.Feedback;

/// <summary>
/// Lines for programs that start a kiosk (demo, crash tests), with <c>--status-lines</c>: <c>@</c>, a word, <c>key=value</c> pairs. None is ever
/// dropped, and <c>@tap</c> comes only after the commit. Thread-safe. Without an output nothing happens.
/// <code>
/// @started version=0.1.0 kiosk=CONG-CHINH epoch=&lt;32 hex&gt; last=16
/// @reader id=r1 working=true
/// @ready readers=2          all configured readers work
/// @linked                   the server said welcome
/// @unlinked
/// @tap seq=17               on disk; the officer is being told
/// @acked seq=17             on the server's disk, with all before it
/// @roster version=3 people=60
/// @epoch id=&lt;32 hex&gt;        a new epoch began
/// @stopped
/// </code>
/// </summary>
/// <param name="output">Null for none.</param>
public sealed class StatusLines(TextWriter? output)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, bool> _readers = new(StringComparer.Ordinal);
    private int _ready = -1;

    /// <summary>The kiosk works; its journal stands there.</summary>
    public void Started(string version, string kiosk, UInt128 epoch, ulong last) => Write($"@started version={version} kiosk={kiosk} epoch={epoch:x32} last={last}");

    /// <summary>A reader's state; said when it changed.</summary>
    public void Reader(string id, bool working)
    {
        lock (_gate)
        {
            if (_readers.TryGetValue(id, out var before) && before == working) return;
            _readers[id] = working;
            if (!working) _ready = -1;
            Write($"@reader id={id} working={(working ? "true" : "false")}");
        }
    }

    /// <summary>All readers work; said when it became so.</summary>
    public void Ready(int readers)
    {
        lock (_gate)
        {
            if (_ready == readers) return;
            _ready = readers;
            Write($"@ready readers={readers}");
        }
    }

    /// <summary>The server said welcome.</summary>
    public void Linked() => Write($"@linked");

    /// <summary>The link is gone.</summary>
    public void Unlinked() => Write($"@unlinked");

    /// <summary>A tap is on disk.</summary>
    public void Tap(ulong sequence) => Write($"@tap seq={sequence}");

    /// <summary>Everything up to this is on the server's disk.</summary>
    public void Acked(ulong sequence) => Write($"@acked seq={sequence}");

    /// <summary>A roster is in force.</summary>
    public void Roster(ulong version, int people) => Write($"@roster version={version} people={people}");

    /// <summary>A new epoch began.</summary>
    public void Epoch(UInt128 epoch) => Write($"@epoch id={epoch:x32}");

    /// <summary>The last line.</summary>
    public void Stopped() => Write($"@stopped");

    private void Write(FormattableString line)
    {
        if (output is null) return;
        lock (_gate) output.WriteLine(line.ToString(CultureInfo.InvariantCulture));
    }
}

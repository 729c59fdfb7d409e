using System.Text;
using KyCuong.Testing;

namespace KyCuong.Readers.Tests;

/// <summary>
/// A driver and a reader that answers, talking over a line that is in the test's hand: each answer can be dropped, delayed or spoilt on its way.
/// Time passes as far as it is told to.
/// </summary>
internal class ReaderRig<TModule> where TModule : ITestModule
{
    /// <summary>How long a command and its answer take at 9600 baud.</summary>
    public const long Usual = 20_000;

    private readonly PriorityQueue<byte[], long> _onTheWay = new();
    private readonly Func<int, byte[], (long Delay, byte[] Bytes)?> _line;
    private readonly Action<bool, byte[], long>? _overheard;
    private int _answers;
    private long _now;

    /// <param name="reader">The protocol.</param>
    /// <param name="options">Its options.</param>
    /// <param name="module">The reader, as it stands when the line is opened.</param>
    /// <param name="line">What becomes of the n-th answer; null = it is lost.</param>
    /// <param name="overheard">Hears all that passes, in order: true and what reached the driver, false and what it said, each with its time.</param>
    public ReaderRig(string reader, ReaderOptions options, TModule module, Func<int, byte[], (long Delay, byte[] Bytes)?>? line = null, Action<bool, byte[], long>? overheard = null)
    {
        Module = module;
        _overheard = overheard;
        _line = line ?? ((_, bytes) => (Usual, bytes));
        Player = new Player(reader, options, Send);
    }

    public TModule Module { get; }

    public Player Player { get; }

    /// <summary>Microseconds since the line was opened.</summary>
    public long Now => _now;

    /// <summary>Each command on the line and its time, whether the module took it or not.</summary>
    public List<(string Command, long At)> Commands { get; } = [];

    /// <summary>What was said of the reader, each change once.</summary>
    public IReadOnlyList<string> Changes
    {
        get
        {
            var changes = new List<string>();
            foreach (var (state, _) in Player.States)
            {
                if (changes.Count == 0 || changes[^1] != state)
                    changes.Add(state);
            }

            return changes;
        }
    }

    /// <summary>The module says something of its own at <paramref name="at"/>: a scan, or noise.</summary>
    public void Say(long at, byte[] bytes) => _onTheWay.Enqueue(bytes, at);

    public void Say(long at, string text) => Say(at, Encoding.ASCII.GetBytes(text));

    /// <summary>The line hangs up and comes back at once; what was on the way is lost.</summary>
    public void Reopen()
    {
        _onTheWay.Clear();
        Player.Reopen();
    }

    /// <summary>Lets the time pass until <paramref name="end"/>, microseconds since the line was opened.</summary>
    public void RunTo(long end)
    {
        while (true)
        {
            var wake = Player.Driver.WakeAt ?? long.MaxValue;
            var isBytes = _onTheWay.TryPeek(out _, out var arrival) && arrival <= wake;
            var next = isBytes ? arrival : wake;
            if (next > end)
                break;
            _now = Math.Max(_now, next);
            var bytes = isBytes ? _onTheWay.Dequeue() : [];
            if (isBytes && _overheard is { } overheard)
            {
                // What the driver says at this instant it says before it hears.
                Player.Play([new Chunk(_now, [])]);
                overheard(true, bytes, _now);
            }

            Player.Play([new Chunk(_now, bytes)]);
        }

        _now = end;
    }

    /// <summary>The officer at the reader is to be told.</summary>
    public void Indicate(ReaderSignal signal)
    {
        Player.Play([new Chunk(_now, [])]);
        Player.Driver.Indicate(signal, _now);
    }

    private void Send(byte[] command, long t)
    {
        Commands.Add((Convert.ToHexString(command), t));
        _overheard?.Invoke(false, command, t);
        foreach (var answer in Module.Hear(command))
        {
            if (_line(_answers++, answer) is var (delay, bytes))
                _onTheWay.Enqueue(bytes, t + delay);
        }
    }
}

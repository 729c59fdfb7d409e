using KyCuong.Fuzz.References;
using KyCuong.Readers;
using KyCuong.Readers.Tests;

namespace KyCuong.Fuzz;

/// <summary>
/// Plays a line into a driver as the owner of a port does: wakes it when it asks, answers its commands as the vectors' reader does, waits
/// for the end. Keeps what it read and all that it heard. What a driver must not do is an exception.
/// </summary>
internal sealed class LinePlayer : IReaderSink
{
    // So that nothing follows the first opening too closely.
    private const long Lead = 1_000_000;
    private const long Rest = 60_000_000;

    // A driver that asks again and again wakes no more often than its reader could answer.
    private const int MostWakes = 200_000;

    private readonly IReaderProtocol _protocol;
    private readonly IReadOnlyDictionary<string, byte[]> _answers;
    private readonly Queue<byte[]> _waiting = [];
    private readonly IReaderDriver _driver;
    private long _now;
    private int _wakes;

    public LinePlayer(IReaderProtocol protocol, ReaderOptions options, IReadOnlyDictionary<string, byte[]> answers)
    {
        (_protocol, _answers) = (protocol, answers);
        _driver = protocol.New(options, this);
        _driver.Opened(0);
        Answer();
    }

    /// <summary>The reads, in order.</summary>
    public List<RawRead> Reads { get; } = [];

    /// <summary>Every byte that the driver was given, answers included, and each opening after the first.</summary>
    public List<LineByte> Heard { get; } = [];

    /// <summary>The most that the driver held after any call, bytes.</summary>
    public int MostHeld { get; private set; }

    /// <summary>Plays a line to its end.</summary>
    public void Play(LineInput line)
    {
        WakeUntil(Lead);
        _now = Lead;
        foreach (var piece in line.Pieces)
        {
            // Waking moves the time on.
            var at = _now + piece.Gap;
            WakeUntil(at);
            _now = at;
            if (piece.Bytes is { } bytes)
            {
                Hear(bytes);
            }
            else
            {
                _waiting.Clear();
                Heard.Add(new LineByte(null, _now));
                _driver.Opened(_now);
            }

            Answer();
        }

        MostHeld = Math.Max(MostHeld, Held.Bytes(_driver));
        WakeUntil(_now + Rest);
        MostHeld = Math.Max(MostHeld, Held.Bytes(_driver));
        if (!_protocol.Converses) Must(_driver.WakeAt is null, "wants to be woken a minute after the last byte");
    }

    public void Read(RawRead read) => Add(read);

    public void ReadTogether(RawRead first, RawRead? second)
    {
        Must(_protocol.Looks, "found two cards and does not look");
        Add(first);
        if (second is not null) Add(second);
    }

    public void Nothing(long t) => Must(_protocol.Looks, "found nobody and does not look");

    public void Refused(RefusedRead refused) => Must(refused.Count >= 1 && refused.RawLength >= 0 && refused.At <= _now, "refused something that cannot be");

    public void Send(ReadOnlySpan<byte> bytes)
    {
        Must(_protocol.Converses, "sends and does not converse");
        if (_answers.TryGetValue(Convert.ToHexString(bytes), out var answer)) _waiting.Enqueue(answer);
    }

    public void Fault(ReaderFault fault, long t) => Must(t == _now, "a fault of another time");

    public void Working(long t) => Must(t == _now, "works at another time");

    public void Remark(ReaderRemark remark)
    {
    }

    private void Add(RawRead read)
    {
        Must(read.At <= _now && read.At >= 0, "a read from the future");
        Reads.Add(read);
    }

    private void WakeUntil(long end)
    {
        while (_driver.WakeAt is { } due && due <= end)
        {
            Must(due >= _now, "wants to be woken in the past");
            Must(++_wakes < MostWakes, "never stops waking");
            _now = due;
            _driver.Tick(_now);
            Must(_driver.WakeAt is null || _driver.WakeAt > due, "wants to be woken at the same instant again");
            Answer();
        }
    }

    private void Answer()
    {
        while (_waiting.TryDequeue(out var answer)) Hear(answer);
    }

    private void Hear(byte[] bytes)
    {
        foreach (var b in bytes) Heard.Add(new LineByte(b, _now));
        _driver.Bytes(bytes, _now);
    }

    private static void Must(bool holds, string otherwise)
    {
        if (!holds) throw new InvalidOperationException("the driver " + otherwise);
    }
}

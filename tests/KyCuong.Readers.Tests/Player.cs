namespace KyCuong.Readers.Tests;

/// <summary>
/// Plays chunks into a driver as the owner of a port would: wakes it when it asks, and waits for the end. Keeps what came of it.
/// </summary>
internal sealed class Player : IReaderSink
{
    private readonly IReaderProtocol _protocol;
    private readonly Presence _presence;
    private readonly Queue<byte[]> _answers = [];
    private readonly IReadOnlyDictionary<string, byte[]> _known;
    private long _now;

    /// <param name="reader">The protocol.</param>
    /// <param name="options">Its options.</param>
    /// <param name="sent">The reader's ear; null = it answers as vectors say.</param>
    /// <param name="answers">What it answers, by command in hex; null = as its own vector file says.</param>
    public Player(string reader, ReaderOptions options, Action<byte[], long>? sent = null, IReadOnlyDictionary<string, byte[]>? answers = null)
    {
        _protocol = ReaderCatalog.Find(reader) ?? throw new ArgumentException($"no reader {reader}");
        Sent = sent ?? Answer;
        _known = answers ?? VectorFile.Of(reader).Answers;
        _presence = new Presence(_protocol.Hold, _protocol.Looks);
        Driver = _protocol.New(options, this);
        Driver.Opened(0);
        Hear();
        WakeUntil(0);
    }

    public IReaderDriver Driver { get; }

    public List<RawRead> Reads { get; } = [];

    public List<string> Outcomes { get; } = [];

    /// <summary>Faults and <see cref="Working"/>, of a driver that asks its reader.</summary>
    public List<(string State, long At)> States { get; } = [];

    /// <summary>What was remarked of a reader that works.</summary>
    public List<ReaderRemark> Remarks { get; } = [];

    /// <summary>The reader's ear: each command and its time. What it answers is to be played.</summary>
    public Action<byte[], long> Sent { get; set; }

    public IReadOnlyList<string> ReadOutcomes => [.. Outcomes.Where(Outcome.IsRead)];

    /// <summary>What the reads come to after presence: one word a tap.</summary>
    public List<string> Taps { get; } = [];

    /// <summary>Looks that found nobody, of a reader that looks.</summary>
    public List<long> Misses { get; } = [];

    /// <summary>Plays all chunks and waits a minute; a driver that asks its reader nothing wants nothing more by then.</summary>
    public static Player Run(string reader, ReaderOptions options, IEnumerable<Chunk> chunks)
    {
        var player = new Player(reader, options);
        player.Play(chunks);
        player.Rest();
        return player;
    }

    public void Play(IEnumerable<Chunk> chunks)
    {
        foreach (var chunk in chunks)
        {
            WakeUntil(chunk.At);
            _now = Math.Max(_now, chunk.At);
            Driver.Bytes(chunk.Bytes, _now);
            Hear();
        }
    }

    /// <summary>The line hangs up and comes back at once.</summary>
    public void Reopen()
    {
        _answers.Clear();
        Driver.Opened(_now);
        Hear();
    }

    public void Rest()
    {
        WakeUntil(_now + 60_000_000);
        if (!_protocol.Converses)
            Assert.Null(Driver.WakeAt);
    }

    public void Read(RawRead read)
    {
        Reads.Add(read);
        Outcomes.Add(Outcome.Of(read));
        if (_presence.IsTap(read))
            Taps.Add(Outcome.Of(read));
    }

    public void ReadTogether(RawRead first, RawRead? second)
    {
        Assert.True(_protocol.Looks, "only a reader that looks can find two");
        Reads.AddRange(second is null ? [first] : [first, second]);
        Outcomes.Add(Outcome.Of(first, second));
        if (_presence.BeginsTogether(first, second))
            Taps.Add(Outcome.Of(first, second));
    }

    public void Nothing(long t)
    {
        Assert.True(_protocol.Looks, "only a reader that looks can find nobody");
        Assert.Equal(_now, t);
        Misses.Add(t);
        _presence.Nothing(t);
    }

    public void Refused(RefusedRead refused) => Outcomes.Add(Outcome.Of(refused));

    public void Send(ReadOnlySpan<byte> bytes)
    {
        Assert.True(_protocol.Converses, "a driver of a reader that only talks sends nothing");
        Sent(bytes.ToArray(), _now);
    }

    public void Fault(ReaderFault fault, long t) => Say(fault.ToString(), t);

    public void Working(long t) => Say(nameof(Working), t);

    public void Remark(ReaderRemark remark) => Remarks.Add(remark);

    private void Say(string state, long t)
    {
        Assert.True(_protocol.Converses, "a driver of a reader that only talks knows nothing of its state");
        Assert.Equal(_now, t);
        States.Add((state, t));
    }

    private void WakeUntil(long end)
    {
        while (Driver.WakeAt is { } due && due <= end)
        {
            Assert.True(due >= _now, "a driver asked to be woken in the past");
            _now = due;
            Driver.Tick(_now);
            Assert.True(Driver.WakeAt is null || Driver.WakeAt > due, "a driver asked for the same instant again");
            Hear();
        }
    }

    // What the vectors' reader says to this command; the driver hears it after its call, at the same instant.
    private void Answer(byte[] command, long t)
    {
        if (_known.TryGetValue(Convert.ToHexString(command), out var answer))
            _answers.Enqueue(answer);
    }

    private void Hear()
    {
        while (_answers.TryDequeue(out var answer))
            Driver.Bytes(answer, _now);
    }
}

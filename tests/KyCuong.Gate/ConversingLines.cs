using KyCuong.Testing;

namespace KyCuong.Gate;

/// <summary>A scanner that is asked how it is: the plug is pulled within a scan, or within one of its first answers.</summary>
/// <param name="scanner">At the far end.</param>
/// <param name="answers">So many it gives when it was plugged in.</param>
/// <param name="time">Waits.</param>
internal sealed class ScannerLine<TScanner> : TalkingLine where TScanner : ITestModule
{
    private static readonly TimeSpan AnswerWithin = TimeSpan.FromSeconds(5);

    private readonly RunningModule<TScanner> _line;
    private readonly int _answers;

    public ScannerLine(TScanner scanner, int answers, TimeProvider time) : this(new RunningModule<TScanner>(scanner), answers, time)
    {
    }

    private ScannerLine(RunningModule<TScanner> line, int answers, TimeProvider time) : base(line, "tty:", ContinuousScans, ScanStays, time) => (_line, _answers) = (line, answers);

    public override bool Converses => true;

    public override async Task<byte[]> PullAsync(Person person, Random chance)
    {
        if (chance.Next(2) == 0) return await base.PullAsync(person, chance);
        using var cut = new AnswerCut(chance.Next(_answers), chance.NextDouble());
        _line.Unplug();
        _line.With(_ => _line.OnTheWay = cut.Pass);
        _line.Plug();
        // A kiosk that gives up before that many answers is no fault of the reader's.
        await cut.DoneAsync(AnswerWithin, Time);
        // What came so far has been read when the plug is pulled: a status line under way would be taken for one of afterwards.
        await Task.Delay(TimeSpan.FromMilliseconds(300), Time);
        _line.Unplug();
        _line.With(_ => _line.OnTheWay = answer => answer);
        return cut.Rest;
    }
}

/// <summary>Lets answers through up to some byte of one of them.</summary>
/// <param name="before">So many answers go through.</param>
/// <param name="part">Of the next one, from 0 to below 1.</param>
/// <param name="least">Bytes of it that go through at the least, so that what is left is no answer by itself.</param>
internal sealed class AnswerCut(int before, double part, int least = 1) : IDisposable
{
    private readonly ManualResetEventSlim _done = new();
    private int _before = before;

    /// <summary>What is left of the answer that was cut.</summary>
    public byte[] Rest { get; private set; } = [];

    /// <summary>What becomes of this answer.</summary>
    public byte[] Pass(byte[] answer)
    {
        if (_done.IsSet) return [];
        if (answer.Length == 0 || _before-- > 0) return answer;
        var cut = least + (int)(part * (answer.Length - least));
        Rest = answer[cut..];
        _done.Set();
        return answer[..cut];
    }

    /// <summary>True when it was done in time.</summary>
    public Task<bool> DoneAsync(TimeSpan within, TimeProvider time) => Waiting.UntilAsync(() => _done.IsSet, within, time);

    public void Dispose() => _done.Dispose();
}

/// <summary>A reader that is asked for cards, so that a tap is a card in its field for a while.</summary>
internal abstract class AskedLine<TModule>(TModule module, TimeProvider time) : GateLine where TModule : ITestModule
{
    private const int QuestionsOfATap = 3;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    public override string Address => "tty:" + Line.Link;

    public override bool Converses => true;

    protected RunningModule<TModule> Line { get; } = new(module);

    /// <summary>A card is held to it, or taken away.</summary>
    protected abstract void Put(TModule reader, Badge badge);

    protected abstract void Take(TModule reader);

    /// <summary>True for the answer that names a card.</summary>
    protected abstract bool IsCard(byte[] answer);

    /// <summary>How often it was asked for a card since it was last forgotten.</summary>
    protected abstract int Questions(TModule reader);

    protected abstract void ForgetQuestions(TModule reader);

    /// <summary>As <see cref="AnswerCut"/> has it.</summary>
    protected virtual int LeastCut => 1;

    /// <summary>How often a reader says a card that stays; null for one that is asked for it each time.</summary>
    protected abstract TimeSpan? Every { get; }

    public override void Send(ReadOnlySpan<byte> bytes) => Line.Send(bytes);

    public override async Task TapAsync(Person person, Action saying)
    {
        var said = false;
        With(reader =>
        {
            Line.OnTheWay = answer =>
            {
                if (!said && IsCard(answer))
                {
                    said = true;
                    saying();
                }

                return answer;
            };
            Put(reader, person.Badge);
        });
        await AskedAsync($"{person.Reader.Id} is not asked for the card of {person.Name}");
        With(reader =>
        {
            Take(reader);
            Line.OnTheWay = answer => answer;
        });
    }

    public override async Task<bool> HoldAsync(Person person, TimeSpan hold, CancellationToken end)
    {
        With(reader => Put(reader, person.Badge));
        var start = time.GetTimestamp();
        while (time.GetElapsedTime(start) < hold && !end.IsCancellationRequested)
        {
            await Task.Delay(Every ?? TimeSpan.FromMilliseconds(100), time, CancellationToken.None);
            if (Every is not null) With(reader => Put(reader, person.Badge));
        }

        await AskedAsync($"{person.Reader.Id} is not asked for the card of {person.Name}");
        With(Take);
        return true;
    }

    public override async Task<byte[]> PullAsync(Person person, Random chance)
    {
        using var cut = new AnswerCut(0, chance.NextDouble(), LeastCut);
        With(reader =>
        {
            Line.OnTheWay = answer => IsCard(answer) || cut.Rest.Length > 0 ? cut.Pass(answer) : answer;
            Put(reader, person.Badge);
        });
        if (!await cut.DoneAsync(Patience, time)) throw new TimeoutException($"{person.Reader.Id} is not asked for the card of {person.Name}");
        With(Take);
        Line.Unplug();
        With(_ => Line.OnTheWay = answer => answer);
        return cut.Rest;
    }

    public override Task PlugAsync()
    {
        Line.Plug();
        return Task.CompletedTask;
    }

    public override void Dispose() => Line.Dispose();

    private void With(Action<TModule> act) => Line.With(reader =>
    {
        act(reader);
        return true;
    });

    // The question after the next shows that the answer to that one was heard.
    private async Task AskedAsync(string otherwise)
    {
        With(ForgetQuestions);
        if (!await Waiting.UntilAsync(() => Line.With(Questions) >= QuestionsOfATap, Patience, time)) throw new TimeoutException(otherwise);
    }
}

/// <summary>A PN532.</summary>
internal sealed class Pn532Line(TimeProvider time) : AskedLine<Pn532Chip>(new Pn532Chip(), time)
{
    private const byte Targets = 0x4B;

    protected override TimeSpan? Every => null;

    // Its frames begin with a zero that may be missing.
    protected override int LeastCut => 2;

    protected override void Put(Pn532Chip reader, Badge badge)
    {
        reader.Cards.Clear();
        reader.Cards.Add(new ChipCard(badge.Uid));
    }

    protected override void Take(Pn532Chip reader) => reader.Cards.Clear();

    protected override bool IsCard(byte[] answer) => answer.Length > 8 && answer[6] == Targets && answer[7] > 0;

    protected override int Questions(Pn532Chip reader) => reader.Log.Count(command => command.StartsWith("4A", StringComparison.Ordinal));

    protected override void ForgetQuestions(Pn532Chip reader) => reader.Log.Clear();
}

/// <summary>An OSDP reader.</summary>
internal sealed class OsdpLine(TimeProvider time) : AskedLine<OsdpReader>(new OsdpReader(), time)
{
    private const byte Card = 0x50;

    protected override TimeSpan? Every => TimeSpan.FromMilliseconds(500);

    protected override void Put(OsdpReader reader, Badge badge) => reader.Card(8 * badge.Uid.Length, badge.Uid);

    protected override void Take(OsdpReader reader)
    {
    }

    protected override bool IsCard(byte[] answer) => answer.Length > 5 && answer[5] == Card;

    protected override int Questions(OsdpReader reader) => reader.Log.Count(command => command == "60");

    protected override void ForgetQuestions(OsdpReader reader) => reader.Log.Clear();
}

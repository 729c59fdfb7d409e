using KyCuong.Testing;

namespace KyCuong.Gate;

/// <summary>The reader's end of its line: people before the reader, and its plug in somebody's hand. One thread a reader.</summary>
internal abstract class GateLine : IDisposable
{
    /// <summary>Where the kiosk finds it, as <c>kiosk.json</c> has it.</summary>
    public abstract string Address { get; }

    /// <summary>True for one that is asked: the kiosk says of it that it works only when it has answered.</summary>
    public virtual bool Converses => false;

    /// <summary>The reader says this of its own accord.</summary>
    public abstract void Send(ReadOnlySpan<byte> bytes);

    /// <summary>Somebody taps; completes when they have gone.</summary>
    public Task TapAsync(Person person) => TapAsync(person, () => { });

    /// <summary>Somebody taps; completes when they have gone.</summary>
    /// <param name="person">Who.</param>
    /// <param name="saying">Called once, just before the frame or the answer that has their badge is given to the line.</param>
    public abstract Task TapAsync(Person person, Action saying);

    /// <summary>Somebody's badge stays for so long, or until <paramref name="end"/>.</summary>
    /// <returns>False when this machine was too busy to hold it there, so that it was taken away before.</returns>
    public abstract Task<bool> HoldAsync(Person person, TimeSpan hold, CancellationToken end);

    /// <summary>The plug is pulled at some byte of what the reader says of this person, or of itself.</summary>
    /// <returns>What it had still to say.</returns>
    public abstract Task<byte[]> PullAsync(Person person, Random chance);

    /// <summary>Plugs it in again; completes when it is there.</summary>
    public abstract Task PlugAsync();

    public abstract void Dispose();

    /// <summary>The line of a reader of this protocol.</summary>
    public static GateLine Of(string protocol, TimeProvider time) => protocol switch
    {
        GateReader.Gm65 => new ScannerLine<GrowModule>(new GrowModule(), 3, time),
        GateReader.Ssi => new ScannerLine<SsiScanner>(new SsiScanner(), 3, time),
        GateReader.De2120 => new ScannerLine<DeScanner>(new DeScanner(), 1, time),
        GateReader.Pn532 => new Pn532Line(time),
        GateReader.Osdp => new OsdpLine(time),
        GateReader.Pcsc => new PcscLine(time),
        GateReader.Keyboard => new TalkingLine(new PtyPair(), "evdev-stand-in:", TalkingLine.ContinuousScans, TalkingLine.ScanStays, time),
        GateReader.HidPos => new TalkingLine(new PtyPair(), "hidraw-stand-in:", TalkingLine.ContinuousScans, TalkingLine.ScanStays, time),
        GateReader.LineScanner or GateReader.WiegandSerial => new TalkingLine(new PtyPair(), "tty:", TalkingLine.ContinuousScans, TalkingLine.ScanStays, time),
        // Not as fast as an RDM6300: frames that a machine too busy to read finds together are none here (hardware-notes/em-18.md).
        GateReader.Em18 => new TalkingLine(new PtyPair(), "tty:", TalkingLine.ContinuousScans, TalkingLine.CardStays, time),
        _ => new TalkingLine(new PtyPair(), "tty:", TalkingLine.HeldFrames, TalkingLine.CardStays, time),
    };
}

/// <summary>A reader that says a frame for each badge, and the same again and again while it stays.</summary>
/// <param name="line">Its line.</param>
/// <param name="scheme">Of its address.</param>
/// <param name="every">How often it says a badge that stays.</param>
/// <param name="stays">Less than the silence that the kiosk takes for its leaving.</param>
/// <param name="time">Waits.</param>
internal class TalkingLine(ITestLine line, string scheme, TimeSpan every, TimeSpan stays, TimeProvider time) : GateLine
{
    /// <summary>An RDM6300 with a card that is held.</summary>
    public static readonly TimeSpan HeldFrames = TimeSpan.FromMilliseconds(65);

    /// <summary>A scanner in continuous mode.</summary>
    public static readonly TimeSpan ContinuousScans = TimeSpan.FromMilliseconds(200);

    /// <summary>Below the 400 ms after which a card of a reader that repeats it has left.</summary>
    public static readonly TimeSpan CardStays = TimeSpan.FromMilliseconds(350);

    /// <summary>Below the 3 s after which a scanner's code has left.</summary>
    public static readonly TimeSpan ScanStays = TimeSpan.FromSeconds(2.5);

    private const int LongestPauseMs = 30;

    public override string Address => scheme + line.Link;

    protected TimeProvider Time => time;

    public override void Send(ReadOnlySpan<byte> bytes) => line.Send(bytes);

    public override Task TapAsync(Person person, Action saying)
    {
        var frame = person.Frame;
        saying();
        line.Send(frame);
        return Task.CompletedTask;
    }

    // On a thread of its own: a pause of ours is a badge taken away, and the next frame another tap. Then this one has gone for good.
    public override Task<bool> HoldAsync(Person person, TimeSpan hold, CancellationToken end) => Task.Factory.StartNew(
        () =>
        {
            var frame = person.Frame;
            var start = time.GetTimestamp();
            var said = start;
            using var pause = new ManualResetEventSlim();
            do
            {
                line.Send(frame);
                said = time.GetTimestamp();
                pause.Wait(every);
                if (person.Reader.Protocol == GateReader.Keyboard) frame = person.Frame;
            }
            while (time.GetElapsedTime(said) < stays && time.GetElapsedTime(start) < hold && !end.IsCancellationRequested);
            return time.GetElapsedTime(said) < stays;
        },
        CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    public override async Task<byte[]> PullAsync(Person person, Random chance)
    {
        var frame = person.Frame;
        var cut = person.Reader.Cut(frame, chance);
        line.Send(frame.AsSpan(0, cut));
        await Task.Delay(TimeSpan.FromMilliseconds(chance.Next(0, LongestPauseMs)), time);
        line.Unplug();
        return frame[cut..];
    }

    public override Task PlugAsync()
    {
        line.Plug();
        return Task.CompletedTask;
    }

    public override void Dispose()
    {
        line.Dispose();
        GC.SuppressFinalize(this);
    }
}

using System.Globalization;
using KyCuong.Kiosk.Capture;
using KyCuong.Kiosk.Resources;
using KyCuong.Kiosk.Transports;
using KyCuong.Readers;

namespace KyCuong.Kiosk.Identify;

/// <summary>What <c>identify</c> is told.</summary>
/// <param name="Address">The port.</param>
/// <param name="Line">How to set a serial line; null = each reader's own when it is asked, <see cref="Identifier.UsualLine"/> for listening.</param>
/// <param name="Time">How long to listen.</param>
/// <param name="Ask">Readers may be asked. Without it not a byte goes to the reader.</param>
/// <param name="ShowNumbers">The operator wants to see the numbers of cards.</param>
public sealed record IdentifyOptions(ReaderAddress Address, LineSettings? Line, TimeSpan Time, bool Ask, bool ShowNumbers);

/// <summary>
/// Listens to a port and finds out what is on it. Asking comes first, one protocol after another, each at its own speed, until one is answered; then all
/// drivers listen to the same bytes. Keeps nothing of what came.
/// </summary>
/// <param name="options">What to do.</param>
/// <param name="time">For stamps and waits.</param>
/// <param name="say">Hears a line for the operator at a time.</param>
/// <param name="capture">Where the session is written once it is known what was spoken; null = nowhere.</param>
internal sealed class Identifier(IdentifyOptions options, TimeProvider time, Action<string> say, CaptureFile? capture = null)
{
    /// <summary>What most serial readers come with.</summary>
    public static readonly LineSettings UsualLine = new(9600);

    /// <summary>A reader that has not answered its protocol's question by then is not of that protocol.</summary>
    private static readonly TimeSpan AskTime = TimeSpan.FromSeconds(6);

    /// <summary>The rest of a citizen card's code may come in other pieces, microseconds.</summary>
    private const long RestOfScan = 2_000_000;

    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(1);

    private readonly SpeedEvidence _evidence = new();
    private bool _mayBeNationalId;
    private long _suspectUntil = long.MinValue;
    private string? _shown;
    private long _shownAt;

    private ReaderPort Port => options.Address.Kind;

    private bool HasLine => HasLineSettings(options.Address);

    private long Now => MonotonicClock.Microseconds(time);

    /// <summary>True when the speed is set at this end.</summary>
    public static bool HasLineSettings(ReaderAddress address) => address.HasLine;

    /// <summary>Listens for as long as it is told or until <paramref name="stop"/>. Blocks.</summary>
    /// <exception cref="TransportException">The port cannot be opened.</exception>
    public Finding Run(CancellationToken stop)
    {
        var answered = options.Ask ? Ask(stop) : null;
        var line = options.Line ?? answered?.Candidate.Protocol.DefaultLine ?? UsualLine;
        var trials = new Trials(Port, answered);
        if (!stop.IsCancellationRequested)
        {
            using var port = options.Address.Open(line, time, stop);
            var recording = capture is null ? null : new Recording(port, time);
            ITransport transport = recording is null ? port : recording;
            if (answered is not null) answered.Line = transport;
            Listen(transport, trials, stop);
            trials.Settle(Now);
            var spoken = Ranking.Of(trials.Standings).Best is [var best, ..] ? best.Candidate : null;
            if (capture is not null) recording?.WriteTo(new CaptureSession(Finding.NewReader, spoken?.Protocol, spoken?.Options ?? ReaderOptions.Default, capture));
        }

        var ranking = Ranking.Of(trials.Standings);
        var doubt = ranking.All.Any(standing => standing.Recognised) || !HasLine ? LineDoubt.None : _evidence.Judge();
        var cards = new Dictionary<Candidate, string>();
        // A number that is shown must be a card's beyond doubt.
        foreach (var standing in _mayBeNationalId ? [] : ranking.Best)
            if (trials.LastOf(standing.Candidate) is { } card) cards[standing.Candidate] = ShownCard.Of(card, options.ShowNumbers);
        return new Finding(options.Address, HasLine ? line : null, _evidence.Count, ranking, doubt, cards);
    }

    private Trial? Ask(CancellationToken stop)
    {
        foreach (var candidate in Candidate.Of(Port).Where(candidate => candidate.Protocol.Converses).DistinctBy(candidate => candidate.Protocol))
        {
            if (stop.IsCancellationRequested) return null;
            var line = options.Line ?? candidate.Protocol.DefaultLine;
            say(HasLine ? IdentifyText.AskingAt(candidate.Protocol.Id, line.ToString()) : IdentifyText.Asking(candidate.Protocol.Id));
            var trial = new Trial(candidate);
            using (var transport = options.Address.Open(line, time, stop))
            {
                trial.Line = transport;
                Converse(transport, trial, stop);
                trial.Line = null;
            }

            if (!trial.Standing.Answered) continue;
            say(IdentifyText.HasAnswered(candidate.Protocol.Id));
            return trial;
        }

        return null;
    }

    private void Converse(ITransport transport, Trial trial, CancellationToken stop)
    {
        using var waking = stop.Register(transport.Wake);
        var buffer = new byte[TransportLimits.ReadBufferBytes];
        var end = Now + (long)AskTime.TotalMicroseconds;
        trial.Driver.Opened(Now);
        while (!stop.IsCancellationRequested && Now < end && !trial.Standing.Answered && !trial.IsUnanswered)
        {
            var count = transport.Read(buffer, WaitFrom(Now, end, trial.Driver.WakeAt));
            trial.Driver.Bytes(buffer.AsSpan(0, count), Now);
            trial.Driver.Tick(Now);
        }
    }

    private void Listen(ITransport transport, Trials trials, CancellationToken stop)
    {
        using var waking = stop.Register(transport.Wake);
        var buffer = new byte[TransportLimits.ReadBufferBytes];
        var burst = new Burst(Port);
        var openedAt = Now;
        var end = openedAt + (long)options.Time.TotalMicroseconds;
        var counts = trials.ReadCounts;
        say(IdentifyText.Present(options.Address.ToString(), (int)options.Time.TotalSeconds));
        trials.Opened(openedAt);
        try
        {
            while (!stop.IsCancellationRequested && Now < end)
            {
                var read = transport.Read(buffer, WaitFrom(Now, end, trials.WakeAt, burst.EndsAt));
                var t = Now;
                if (read == 0) trials.Tick(t); // what silence ends was read before it is shown
                if (burst.EndsAt <= t) Show();
                var bytes = buffer.AsSpan(0, read);
                trials.Bytes(bytes, t);
                trials.Tick(t);
                _evidence.Add(bytes);
                while (!bytes.IsEmpty)
                {
                    bytes = bytes[burst.Add(bytes, t)..];
                    if (burst.EndsAt <= t) Show();
                }

                buffer.AsSpan(0, read).Clear();
            }
        }
        catch (TransportException e)
        {
            say(e.Message);
        }

        trials.Tick(Now);
        if (burst.EndsAt is not null) Show();

        void Show()
        {
            var readers = trials.ReadersSince(counts);
            counts = trials.ReadCounts;
            Say(burst, readers, openedAt);
            burst.Clear();
        }
    }

    private void Say(Burst burst, IReadOnlyList<string> readers, long openedAt)
    {
        const long sameAgain = 1_000_000;
        var isSuspect = Port != ReaderPort.Keyboard && Arrival.MayBeNationalId(burst.Bytes);
        if (isSuspect) (_mayBeNationalId, _suspectUntil) = (true, burst.FirstAt + RestOfScan);
        var what = Port == ReaderPort.Keyboard ? IdentifyText.Keys(burst.Keys)
            : burst.FirstAt > _suspectUntil && Arrival.Show(burst.Bytes, readers.Count > 0, options.ShowNumbers) is { } hex ? IdentifyText.Bytes(burst.Bytes.Length, hex)
            : IdentifyText.Hidden(burst.Bytes.Length);
        if (readers.Count > 0) what = IdentifyText.ReadBy(what, string.Join(", ", readers));
        // A card that is held to a reader is one line.
        var isAgain = what == _shown && burst.FirstAt - _shownAt < sameAgain;
        (_shown, _shownAt) = (what, burst.FirstAt);
        if (!isAgain) say(IdentifyText.Came(((burst.FirstAt - openedAt) / 1e6).ToString("0.000", CultureInfo.InvariantCulture), what));
    }

    private static TimeSpan WaitFrom(long now, params ReadOnlySpan<long?> dues)
    {
        var wait = (long)LongestWait.TotalMicroseconds;
        foreach (var due in dues)
            if (due is { } t) wait = Math.Min(wait, Math.Max(0, t - now));
        return TimeSpan.FromMicroseconds(wait);
    }
}

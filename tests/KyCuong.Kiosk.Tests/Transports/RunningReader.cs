using System.Collections.Concurrent;
using KyCuong.Kiosk.Configuration;
using KyCuong.Kiosk.Transports;
using KyCuong.Readers;
using KyCuong.Readers.Cards;
using Microsoft.Extensions.Logging;

namespace KyCuong.Kiosk.Tests.Transports;

/// <summary>
/// A reader loop on a real line, its events in order as words: <c>ready</c>, <c>tap HEX</c>, <c>refused Reason</c>, <c>fault Kind</c>.
/// Waits are quick so that tests are; nothing is measured by them.
/// </summary>
internal sealed class RunningReader : IReaderEvents, ILogger<ReaderLoop>, IAsyncDisposable
{
    /// <summary>A hold or silence that no pause of a busy test machine exceeds.</summary>
    public static readonly TimeSpan Endless = TimeSpan.FromMinutes(1);

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly CancellationTokenSource _stop = new();
    private readonly BlockingCollection<string> _events = [];
    private readonly List<string> _seen = [];
    private readonly ReaderLoop _loop;
    private readonly Task _running;

    public RunningReader(string address, string protocol = "rdm6300", TimeSpan? settle = null, TimeSpan? hold = null, TimeSpan? silence = null, CardFormat format = CardFormat.BadgeCode, ReaderOptions? driver = null, Func<ReaderSettings, OpenTransport, OpenTransport>? wrap = null)
    {
#pragma warning disable RS0030 // A test host chooses the clock: real lines run on real time.
        var time = TimeProvider.System;
#pragma warning restore RS0030
        var reader = ReaderCatalog.Find(protocol)!;
        var where = ReaderAddress.Parse(address);
        var options = new ReaderLoopOptions("r1")
        {
            RetryDelay = TimeSpan.FromMilliseconds(20),
            Settle = settle ?? TimeSpan.FromMilliseconds(100),
            Hold = hold,
            Driver = driver ?? new ReaderOptions { Silence = silence, Format = format },
        };
        OpenTransport open = stop => where.Open(reader.DefaultLine, time, stop);
        if (wrap is not null) open = wrap(new ReaderSettings("r1", where, reader, Protos.V1.Direction.Unspecified, reader.DefaultLine, hold, options.Driver), open);
        _loop = new ReaderLoop(options, open, reader, this, time, this);
        _running = _loop.RunAsync(_stop.Token);
    }

    public ConcurrentQueue<string> Log { get; } = [];

    /// <summary>Whose badges are known, in hex.</summary>
    public ConcurrentDictionary<string, bool> Known { get; } = [];

    public List<long> TapTimes { get; } = [];

    public List<long> ReadyTimes { get; } = [];

    public string? LastSentence { get; private set; }

    /// <summary>While it is there and not set, whoever reports a tap waits for it, as for a slow journal.</summary>
    public ManualResetEventSlim? WhileTap { get; set; }

    /// <summary>Has the reader's own light tell the officer.</summary>
    public void Indicate(ReaderSignal signal) => _loop.Indicate(signal);

    /// <summary>Waits for the next event, of a reader that may not have been there at first, and expects it to be this.</summary>
    public void ExpectPastStart(string word)
    {
        var next = Next(word);
        Assert.Equal(word, next == "fault NotFound" ? Next(word) : next);
    }

    /// <summary>Waits for the next event and expects it to be this.</summary>
    public void Expect(string word) => Assert.Equal(word, Next(word));

    /// <summary>Waits for the next event that is no refusal, and expects it to be this.</summary>
    public void ExpectPastRefusals(string word)
    {
        string next;
        do
            next = Next(word);
        while (next.StartsWith("refused ", StringComparison.Ordinal));
        Assert.Equal(word, next);
    }

    private string Next(string word)
    {
        if (!_events.TryTake(out var next, Patience))
            Assert.Fail($"waited for \"{word}\" after [{string.Join(", ", _seen)}]; loop: {_running.Status} {_running.Exception?.GetBaseException()}; log: {string.Join(" / ", Log)}");
        _seen.Add(next);
        return next;
    }

    /// <summary>Stops the loop, which must end in order, and expects that nothing else had happened.</summary>
    /// <param name="last">What it still says on stopping.</param>
    public async Task StopAsync(params string[] last)
    {
        await _stop.CancelAsync();
        await _running.WaitAsync(Patience);
        Assert.True(_running.IsCompletedSuccessfully);
        Assert.Equal(last, _events);
    }

    public void Tap(RawRead read)
    {
        TapTimes.Add(read.At);
        var wait = WhileTap;
        _events.Add("tap " + (read.Form == CredentialForm.BadgeCode ? System.Text.Encoding.ASCII.GetString(read.Value.Span) : Convert.ToHexString(read.Value.Span)));
        wait?.Wait(Patience);
    }

    public bool IsKnown(RawRead read) => Known.ContainsKey(Convert.ToHexString(read.Value.Span));

    public void Refused(RefusedRead refused) => _events.Add(refused.Count == 1 ? $"refused {refused.Reason}" : $"refused {refused.Reason} x{refused.Count}");

    public void RefusedAgain(RefusedRead refused)
    {
    }

    public void RefusalsCounted(RefusedRead refused) => Refused(refused);

    public void Faulted(ReaderFault fault, string what, long at)
    {
        LastSentence = what;
        _events.Add($"fault {fault}");
    }

    public void Ready(long at)
    {
        ReadyTimes.Add(at);
        _events.Add("ready");
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running.WaitAsync(Patience);
        _stop.Dispose();
        _events.Dispose();
    }

    void ILogger.Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        Log.Enqueue($"{logLevel}: {formatter(state, exception)}");

    bool ILogger.IsEnabled(LogLevel logLevel) => true;

    IDisposable? ILogger.BeginScope<TState>(TState state) => null;
}

using KyCuong.Readers;
using Microsoft.Extensions.Logging;

namespace KyCuong.Kiosk.Transports;

/// <summary>
/// Owner of one reader: opens its line, feeds the driver, turns reads into taps, and after a failure opens the same address again
/// until it is told to stop. A frame cut by the failure is dropped. Runs on a thread of its own, because a serial line is waited
/// for by blocking; create one a reader and run it once.
/// </summary>
public sealed class ReaderLoop
{
    /// <summary>Longest wait on a silent line, so that counted refusals are reported in time.</summary>
    private static readonly TimeSpan IdleTick = TimeSpan.FromSeconds(1);

    private readonly ReaderLoopOptions _options;
    private readonly OpenTransport _open;
    private readonly TimeProvider _time;
    private readonly ReaderState _state;
    private readonly ReadFilter _filter;
    private readonly GarbleWatch _watch;
    private readonly IReaderDriver _driver;
    private readonly Lock _signalGate = new();
    private ReaderSignal? _signal;
    private ITransport? _serving;

    /// <summary>A loop, not yet running.</summary>
    /// <param name="options">The reader's settings.</param>
    /// <param name="open">Opens the line once; e.g. <c>stop => address.Open(line, time, stop)</c>.</param>
    /// <param name="protocol">What the reader speaks.</param>
    /// <param name="events">Hears of taps and faults.</param>
    /// <param name="time">Clock for stamps and waits.</param>
    /// <param name="logger">Changes of state.</param>
    public ReaderLoop(ReaderLoopOptions options, OpenTransport open, IReaderProtocol protocol, IReaderEvents events, TimeProvider time, ILogger<ReaderLoop> logger)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(protocol);
        _options = options;
        _open = open;
        _time = time;
        _state = new ReaderState(options.ReaderId, protocol.Converses, events, logger);
        _filter = new ReadFilter(new Presence(options.Hold ?? protocol.Hold, protocol.Looks, hearsSilence: true), _state, events);
        _watch = new GarbleWatch(_filter, protocol.GarbledAfterBytes);
        _driver = protocol.New(options.Driver, _watch);
    }

    private long Now => MonotonicClock.Microseconds(_time);

    /// <summary>Runs until <paramref name="stop"/>; then completes normally. Fails only if the receiver of events or the driver does.</summary>
    public Task RunAsync(CancellationToken stop) =>
        Task.Factory.StartNew(() => Run(stop), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    /// <summary>
    /// Has the reader's own light or buzzer tell the officer, as soon as its thread is free. Returns at once; the newest wins, and while
    /// the line is closed nothing is told. Any thread.
    /// </summary>
    public void Indicate(ReaderSignal signal)
    {
        lock (_signalGate)
        {
            if (_serving is null) return;
            _signal = signal;
            _serving.Wake();
        }
    }

    private void Run(CancellationToken stop)
    {
        try
        {
            while (!stop.IsCancellationRequested)
            {
                try
                {
                    using var transport = _open(stop);
                    Serve(transport, stop);
                }
                catch (TransportException e)
                {
                    _state.Down(e.Fault, e.Message, Now);
                    Task.Delay(_options.RetryDelay, _time, stop).GetAwaiter().GetResult();
                }
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Told to stop while opening or waiting.
        }

        _filter.ReportCounted(long.MaxValue);
    }

    private void Serve(ITransport transport, CancellationToken stop)
    {
        using var waking = stop.Register(transport.Wake);
        var buffer = new byte[TransportLimits.ReadBufferBytes];
        var openedAt = Now;
        _filter.Line = transport;
        _watch.Reset();
        _driver.Opened(openedAt);
        // What was said while it was closed is lost.
        _filter.Silent(openedAt);
        using var serving = new Serving(this, transport);
        while (!stop.IsCancellationRequested)
        {
            var before = Now;
            var count = transport.Read(buffer, WaitFrom(before, openedAt));
            var t = Now;
            // Of the time since then nothing is known: this thread may have been kept from running after it had looked.
            if (count == 0) _filter.Silent(before);
            if (count > 0)
            {
                _driver.Bytes(buffer.AsSpan(0, count), t);
                _watch.Received(count, t);
            }

            _driver.Tick(t);
            if (TakeSignal() is { } signal) _driver.Indicate(signal, t);
            if (t - openedAt >= Microseconds(_options.Settle))
                _state.Open(t);
            _filter.ReportCounted(t);
        }
    }

    private ReaderSignal? TakeSignal()
    {
        lock (_signalGate)
        {
            var signal = _signal;
            _signal = null;
            return signal;
        }
    }

    /// <summary>Until something is due: the driver, the filter, or that the line has been open long enough, whatever came on it meanwhile.</summary>
    private TimeSpan WaitFrom(long now, long openedAt)
    {
        var wait = Microseconds(IdleTick);
        if (!_state.IsReady) wait = Math.Min(wait, Math.Max(0, openedAt + Microseconds(_options.Settle) - now));
        // A line that is open long enough and still not ready is garbled or does not answer; waiting for nothing would spin.
        if (wait == 0) wait = Microseconds(IdleTick);
        var due = Math.Min(_driver.WakeAt ?? long.MaxValue, _filter.DueAt ?? long.MaxValue);
        return TimeSpan.FromMicroseconds(due == long.MaxValue ? wait : Math.Clamp(due - now, 0, wait));
    }

    private static long Microseconds(TimeSpan span) => span.Ticks / TimeSpan.TicksPerMicrosecond;

    /// <summary>While it lasts, signals may wake this transport; afterwards it may be closed.</summary>
    private readonly struct Serving : IDisposable
    {
        private readonly ReaderLoop _loop;

        public Serving(ReaderLoop loop, ITransport transport)
        {
            _loop = loop;
            Set(transport);
        }

        public void Dispose() => Set(null);

        private void Set(ITransport? transport)
        {
            lock (_loop._signalGate) (_loop._serving, _loop._signal) = (transport, null);
        }
    }
}

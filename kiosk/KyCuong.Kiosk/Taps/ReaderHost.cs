using KyCuong.Kiosk.Clock;
using KyCuong.Kiosk.Configuration;
using KyCuong.Kiosk.Feedback;
using KyCuong.Kiosk.Transports;
using Microsoft.Extensions.Logging;

namespace KyCuong.Kiosk.Taps;

/// <summary>
/// Runs a loop for each configured reader. Other settings stop the readers that changed and start the new ones; the rest go
/// on undisturbed. Thread-safe: settings from the server may come while the kiosk is told to stop; one waits for the other, and nothing begins after the end.
/// <c>wrap</c> may put something between a reader and its line, such as a capture; null = nothing.
/// </summary>
public sealed class ReaderHost(TapParts parts, StatusLines lines, TimeProvider time, ILogger<ReaderLoop> logger, Func<ReaderSettings, OpenTransport, OpenTransport>? wrap = null) : IAsyncDisposable
{
    private readonly Lock _gate = new();
    private readonly Lock _telling = new();
    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly List<Running> _running = [];
    private readonly TaskCompletionSource _failed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private ulong _tapsOfStopped;
    private bool _ended;

    /// <summary>Said when a reader begins or ceases to work.</summary>
    public event Action? Changed;

    /// <summary>How each reader is, in no order.</summary>
    public IReadOnlyList<ReaderCondition> Conditions
    {
        get { lock (_gate) return [.. _running.Select(running => running.Pipeline.Condition)]; }
    }

    /// <summary>Badges that readers could not tell apart within the last day.</summary>
    public IReadOnlyList<AmbiguousRead> Ambiguous => parts.Ambiguous.OfTheDay(Stamper.InstantUs(parts.Stamper.Now()));

    /// <summary>Taps since start.</summary>
    public ulong Taps
    {
        get { lock (_gate) return _running.Aggregate(_tapsOfStopped, (sum, running) => sum + running.Pipeline.Condition.Reads); }
    }

    /// <summary>Boot time of the oldest read of any reader whose entry is not yet committed, µs; null when all are.</summary>
    public long? OldestPendingUs
    {
        get { lock (_gate) return _running.Min(running => running.Pipeline.OldestPendingUs); }
    }

    /// <summary>Makes these the readers; nothing once it has ended.</summary>
    /// <exception cref="AggregateException">A loop had failed, which is our own mistake.</exception>
    public async Task ReplaceAsync(IReadOnlyList<ReaderSettings> readers)
    {
        await _turn.WaitAsync();
        try
        {
            if (!_ended) await ChangeAsync(readers);
        }
        finally
        {
            _turn.Release();
        }
    }

    private async Task ChangeAsync(IReadOnlyList<ReaderSettings> readers)
    {
        Running[] leaving;
        lock (_gate) leaving = [.. _running.Where(running => !readers.Contains(running.Settings))];
        await StopAsync(leaving);
        foreach (var settings in readers)
        {
            lock (_gate)
                if (_running.Exists(running => running.Settings == settings)) continue;
            Start(settings);
        }

        OnChanged();
    }

    /// <summary>Stops all readers; when it completes, every read that came in is committed and told.</summary>
    public async ValueTask DisposeAsync()
    {
        await _turn.WaitAsync();
        try
        {
            _ended = true;
            Running[] all;
            lock (_gate) all = [.. _running];
            await StopAsync(all);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Completes when a loop failed, which only our own mistake can make it.</summary>
    public Task FailureAsync() => _failed.Task;

    private void Start(ReaderSettings settings)
    {
        var stop = new CancellationTokenSource();
        ReaderLoop? loop = null;
        var pipeline = new ReaderPipeline(settings, parts, OnChanged, signal => loop?.Indicate(signal));
        var options = new ReaderLoopOptions(settings.Id) { Driver = settings.Driver, Hold = settings.Hold };
        OpenTransport open = token => settings.Address.Open(settings.Line, time, token);
        loop = new ReaderLoop(options, wrap?.Invoke(settings, open) ?? open, settings.Protocol, pipeline, time, logger);
        var task = loop.RunAsync(stop.Token);
        task.ContinueWith(failed => _failed.TrySetException(failed.Exception!.InnerExceptions), CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
        lock (_gate) _running.Add(new Running(settings, pipeline, stop, task));
    }

    private async Task StopAsync(Running[] leaving)
    {
        foreach (var running in leaving) await running.Stop.CancelAsync();
        foreach (var running in leaving)
        {
            await running.Loop;
            await running.Pipeline.DisposeAsync();
            running.Stop.Dispose();
            lock (_gate)
            {
                _running.Remove(running);
                _tapsOfStopped += running.Pipeline.Condition.Reads;
            }
        }
    }

    private void OnChanged()
    {
        // Looked at and told as one: else a reader that began to work meanwhile is told of as it was before, and not again.
        lock (_telling)
        {
            var conditions = Conditions;
            foreach (var condition in conditions) lines.Reader(condition.Reader, condition.Working);
            if (conditions.All(condition => condition.Working)) lines.Ready(conditions.Count);
        }

        Changed?.Invoke();
    }

    private sealed record Running(ReaderSettings Settings, ReaderPipeline Pipeline, CancellationTokenSource Stop, Task Loop);
}

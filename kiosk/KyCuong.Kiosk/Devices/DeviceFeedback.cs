using System.Collections.Concurrent;
using KyCuong.Kiosk.Feedback;
using Microsoft.Extensions.Logging;

namespace KyCuong.Kiosk.Devices;

/// <summary>
/// Runs one device on a thread of its own. The newest verdict wins; one that hangs or is unplugged holds up nobody, is said once and
/// opened again when it is back.
/// </summary>
internal sealed partial class DeviceFeedback : IFeedback, IAsyncDisposable
{
    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan RestEvery = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan CheckEvery = TimeSpan.FromSeconds(1);

    private readonly string _name;
    private readonly Func<CancellationToken, IGateDevice> _open;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _stop = new();
    private readonly BlockingCollection<Verdict> _newest = new(1);
    private readonly Task _running;

    /// <param name="name">For logs.</param>
    /// <param name="open">Opens the device once; throws what <see cref="IGateDevice"/> throws.</param>
    /// <param name="time">Waits.</param>
    /// <param name="logger">Trouble.</param>
    public DeviceFeedback(string name, Func<CancellationToken, IGateDevice> open, TimeProvider time, ILogger<DeviceFeedback> logger)
    {
        (_name, _open, _time, _logger) = (name, open, time, logger);
        _running = Task.Factory.StartNew(Run, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    /// <inheritdoc />
    public void Show(Verdict verdict)
    {
        while (!_newest.TryAdd(verdict)) _newest.TryTake(out _);
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running;
        _newest.Dispose();
        _stop.Dispose();
    }

    private void Run()
    {
        string? said = null;
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                using var device = _open(_stop.Token);
                device.Rest();
                if (said is not null) LogBack(_logger, _name);
                said = null;
                Serve(device);
                device.Rest();
            }
            catch (OperationCanceledException) when (_stop.IsCancellationRequested)
            {
                // Told to stop while opening.
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                if (said != e.Message) LogAway(_logger, _name, e.Message);
                said = e.Message;
                _stop.Token.WaitHandle.WaitOne(RetryDelay);
                // What was to be said meanwhile is said no more: the person has gone.
                _newest.TryTake(out _);
            }
        }
    }

    private void Serve(IGateDevice device)
    {
        var (since, until) = (_time.GetTimestamp(), RestEvery);
        while (!_stop.IsCancellationRequested)
        {
            var left = until - _time.GetElapsedTime(since);
            if (Next(left < CheckEvery ? left : CheckEvery) is { } verdict)
            {
                if (device.Tell(verdict)) (since, until) = (_time.GetTimestamp(), device.Stays);
            }
            else if (_time.GetElapsedTime(since) >= until)
            {
                device.Rest();
                (since, until) = (_time.GetTimestamp(), RestEvery);
            }
            else
            {
                device.Check();
            }
        }
    }

    /// <summary>The newest verdict; null when none came in time or the program ends.</summary>
    private Verdict? Next(TimeSpan wait)
    {
        try
        {
            return _newest.TryTake(out var verdict, (int)Math.Max(0, Math.Ceiling(wait.TotalMilliseconds)), _stop.Token) ? verdict : null;
        }
        catch (OperationCanceledException)
        {
            return null;
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Device {Name} does not work: {Why}. Taps are read and kept all the same; trying again")]
    private static partial void LogAway(ILogger logger, string name, string why);

    [LoggerMessage(Level = LogLevel.Information, Message = "Device {Name} works again")]
    private static partial void LogBack(ILogger logger, string name);
}

using System.Threading.Channels;

namespace KyCuong.Kiosk.Feedback;

/// <summary>Verdicts as lines on the console. A console that hangs holds up nobody: at the bound the oldest line not yet shown gives way.</summary>
public sealed class ConsoleFeedback : IFeedback, IAsyncDisposable
{
    /// <summary>Verdicts waiting to be shown.</summary>
    public const int MostWaiting = 64;

    private readonly Channel<Verdict> _waiting = Channel.CreateBounded<Verdict>(new BoundedChannelOptions(MostWaiting)
    {
        SingleReader = true,
        FullMode = BoundedChannelFullMode.DropOldest,
    });

    private readonly TextWriter _output;
    private readonly Func<bool> _namesNobody;
    private readonly Task _shown;
    private TimeZoneInfo _zone;

    /// <summary>Shows on this output, which is safe to share between threads.</summary>
    /// <param name="output">The console, or what it was redirected to.</param>
    /// <param name="zone">The agency's time zone.</param>
    /// <param name="namesNobody">
    /// Asked for each line: true when it must not say who came nor how late, because a system's log keeps it or the gate is "kín đáo".
    /// </param>
    public ConsoleFeedback(TextWriter output, TimeZoneInfo zone, Func<bool> namesNobody)
    {
        (_output, _zone, _namesNobody) = (output, zone, namesNobody);
        _shown = Task.Run(ShowAsync);
    }

    /// <summary>The agency's time zone.</summary>
    public TimeZoneInfo Zone
    {
        get => Volatile.Read(ref _zone);
        set => Volatile.Write(ref _zone, value);
    }

    /// <inheritdoc />
    public void Show(Verdict verdict) => _waiting.Writer.TryWrite(verdict);

    /// <summary>Shows what waits and ends.</summary>
    public async ValueTask DisposeAsync()
    {
        _waiting.Writer.TryComplete();
        await _shown;
    }

    private async Task ShowAsync()
    {
        await foreach (var verdict in _waiting.Reader.ReadAllAsync())
            await _output.WriteLineAsync(VerdictText.Of(_namesNobody() ? VerdictText.Unnamed(verdict) : verdict, Zone));
    }
}

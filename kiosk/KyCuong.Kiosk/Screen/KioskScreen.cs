using KyCuong.Kiosk.Clock;
using KyCuong.Kiosk.Feedback;
using KyCuong.Kiosk.Link;
using KyCuong.Kiosk.Resources;
using KyCuong.Kiosk.Roster;
using KyCuong.Kiosk.Taps;
using KyCuong.Protos.V1;

namespace KyCuong.Kiosk.Screen;

/// <summary>What the screen asks the rest of the kiosk; each is thread-safe and quick.</summary>
/// <param name="Standing">How the kiosk stands.</param>
/// <param name="Rules">How the agency wants verdicts shown.</param>
/// <param name="StaffCodes">Takes staff codes.</param>
/// <param name="MonthCount">Knows how often somebody came late this month.</param>
public sealed record ScreenSources(Func<Standing> Standing, Func<PanelRules> Rules, StaffCodeEntry StaffCodes, IMonthCount MonthCount);

/// <summary>Keeps the page's state fresh and shows verdicts on it. Thread-safe.</summary>
/// <param name="events">Where it goes.</param>
/// <param name="stamper">The kiosk's clock.</param>
/// <param name="photos">Portraits.</param>
/// <param name="pressed">The way people choose.</param>
/// <param name="time">Waits.</param>
public sealed class KioskScreen(ScreenEvents events, Stamper stamper, PhotoStore photos, PressedDirection pressed, TimeProvider time) : IFeedback, IScreenActions, IAsyncDisposable
{
    private static readonly TimeSpan RefreshEvery = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan TickEvery = TimeSpan.FromSeconds(1);

    private readonly CancellationTokenSource _stop = new();
    private ScreenSources? _sources;
    private Task _running = Task.CompletedTask;
    private long _panels;

    /// <summary>The kiosk's clock, milliseconds since 1970.</summary>
    public long NowMs => Stamper.InstantUs(stamper.Now()) / 1000;

    /// <summary>The kiosk's parts are there; the state is kept fresh from now on. Called once.</summary>
    public void Start(ScreenSources sources)
    {
        _sources = sources;
        _running = RefreshAsync(sources);
    }

    /// <inheritdoc />
    public void Show(Verdict verdict)
    {
        if (_sources is not { } sources) return;
        var rules = sources.Rules();
        // The state, which every tap changes by what is unsent, comes with its own pace: the next verdict is not to wait behind it.
        if (PanelText.Of(Interlocked.Increment(ref _panels), verdict, rules) is not { } panel) return;
        events.Show(panel);
        // Nobody waits for it: the verdict stands without the count.
        if (verdict.Kind == VerdictKind.Late && !rules.Discreet) _ = CountAsync(sources, panel.Id, verdict.PersonId, rules.Show);
    }

    private async Task CountAsync(ScreenSources sources, long panel, ulong person, TimeSpan patience)
    {
        try
        {
            if (await sources.MonthCount.AskAsync(person, patience, _stop.Token) is { } count) events.Note(panel, ScreenText.MonthCount(count));
        }
        catch (OperationCanceledException)
        {
            // The kiosk stops.
        }
    }

    /// <inheritdoc />
    public PageFile? Photo(string sha256) => photos.Find(sha256) is { } photo ? new PageFile(photo.ContentType, photo.Content) : null;

    /// <inheritdoc />
    public void Press(string? direction)
    {
        if (_sources is not { } sources || !sources.Standing().Buttons) return;
        pressed.Press(Chosen(direction));
        events.Show(StateText.Of(sources.Standing()));
    }

    /// <inheritdoc />
    public async Task<StaffCodeAnswer> EnterAsync(StaffCodeForm form, CancellationToken cancellation)
    {
        if (_sources is not { } sources) return new StaffCodeAnswer("", Recorded: false);
        var direction = sources.Standing().Buttons ? Chosen(form.Direction) : Direction.Unspecified;
        var result = await sources.StaffCodes.EnterAsync(form.Code, form.Pin, direction, cancellation);
        var zone = sources.Rules().Zone;
        // What everybody is told has its own panel; the same words stand where the person looks.
        return new StaffCodeAnswer(result.Verdict is { } verdict ? VerdictText.Title(verdict, zone) : result.Words(zone), result.Outcome is StaffCodeOutcome.Verified or StaffCodeOutcome.Unverified);
    }

    private static Direction Chosen(string? direction) => direction switch { "in" => Direction.In, "out" => Direction.Out, _ => Direction.Unspecified };

    /// <summary>Ends the refreshing.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running;
        _stop.Dispose();
    }

    private async Task RefreshAsync(ScreenSources sources)
    {
        using var timer = new PeriodicTimer(RefreshEvery, time);
        var ticked = time.GetTimestamp();
        try
        {
            do
            {
                events.Show(StateText.Of(sources.Standing()));
                if (time.GetElapsedTime(ticked) < TickEvery) continue;
                ticked = time.GetTimestamp();
                events.Tick(NowMs);
            }
            while (await timer.WaitForNextTickAsync(_stop.Token));
        }
        catch (OperationCanceledException)
        {
            // Told to stop.
        }
    }
}

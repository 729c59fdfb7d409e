using KyCuong.Kiosk.Feedback;
using KyCuong.Kiosk.Screen;
using KyCuong.Kiosk.Tests.Support;
using KyCuong.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace KyCuong.Kiosk.Tests.Screen;

/// <summary>
/// The kiosk's page in a real Chromium, from the kiosk's own server, told what a test wants it to be told: the kiosk's own
/// words and events, without a reader that would have to read them first.
/// </summary>
internal sealed class ShownPage : IScreenActions, IAsyncDisposable
{
    private static readonly TimeSpan TickEvery = TimeSpan.FromMilliseconds(500);

    private readonly ScreenEvents _events = new();
    private readonly int _port = PageTests.FreePort();
    private readonly ScreenServer _server;
    private readonly PeriodicTimer _tick = new(TickEvery, RealClock.Wall);
    private Task _ticking = Task.CompletedTask;
    private long _panels;

    private ShownPage(Browser browser)
    {
        Browser = browser;
        _server = new ScreenServer(_port, _events, this, NowMs, RealClock.Wall, NullLogger<ScreenServer>.Instance);
    }

    public Browser Browser { get; }

    /// <summary>What the page gets as anybody's portrait: a head and shoulders that fill 3:4.</summary>
    public static PageFile Portrait { get; } = new("image/svg+xml", """
        <svg xmlns="http://www.w3.org/2000/svg" width="600" height="800" viewBox="0 0 600 800"><rect width="600" height="800" fill="#cfe3f5"/><rect x="90" y="560" width="420" height="300" rx="150" fill="#0f4c81"/><rect x="170" y="150" width="260" height="370" rx="130" fill="#c98f6b"/><path d="M170 300a130 130 0 0 1 260 0q-60-80-260 0" fill="#2b1d14"/><path d="M6 6h588v788H6z" fill="none" stroke="#b42318" stroke-width="12"/></svg>
        """u8.ToArray());

    public static async Task<ShownPage> OpenAsync(Standing standing)
    {
        var page = new ShownPage(await Browser.StartAsync());
        page._server.Start();
        page._ticking = page.TickAsync();
        page._events.Show(StateText.Of(standing));
        await page.LoadAsync();
        return page;
    }

    /// <summary>Loads the page anew: at rest, with the state told last.</summary>
    public async Task LoadAsync()
    {
        await Browser.EvaluateAsync("document.body && (document.body.dataset.view = 'old')");
        await Browser.OpenAsync($"http://127.0.0.1:{_port}/");
        await Browser.ExpectAsync("!document.body?.dataset.view || ['gone', 'old'].includes(document.body.dataset.view)", "false");
        // Every face the words may need; one that comes later would move what was just looked at.
        await Browser.EvaluateAsync("Promise.all([...document.fonts].map(face => face.load())).then(() => document.fonts.ready).then(() => null)");
    }

    /// <summary>Tells a state and waits until the page shows it.</summary>
    public async Task ShowAsync(Standing standing)
    {
        var state = StateText.Of(standing);
        _events.Show(state);
        await Browser.ExpectAsync(
            """
            [agency.textContent, gate.textContent, link.textContent, unsent.textContent, hours.textContent, document.getElementById('stopped-why').textContent,
             [...faults.children].map(fault => fault.textContent).join('; '), !buttons.hidden, !forgot.hidden, document.querySelector('[aria-pressed=true]')?.dataset.direction].join('|')
            """,
            string.Join('|', state.Agency, state.Gate, state.Link, state.Unsent, state.Hours, state.Stopped, string.Join("; ", state.Faults), state.Buttons ? "true" : "false", state.StaffCode ? "true" : "false", state.Pressed));
    }

    /// <summary>Tells a verdict.</summary>
    public Panel Tell(Verdict verdict, PanelRules rules)
    {
        var panel = PanelText.Of(++_panels, verdict, rules)!;
        _events.Show(panel);
        return panel;
    }

    /// <summary>Tells a verdict and waits until the page shows it.</summary>
    public async Task<Panel> ShowAsync(Verdict verdict, PanelRules rules)
    {
        var panel = Tell(verdict, rules);
        await Browser.ExpectAsync(
            "[document.body.dataset.view, tap.classList[0], title.textContent, document.getElementById('name').textContent, unit.textContent, at.textContent, photo.hidden].join('|')",
            string.Join('|', "tap", Class(panel.Tone), panel.Title, panel.Name, panel.Unit, panel.Time, panel.Photo is null ? "true" : "false"));
        return panel;
    }

    /// <summary>A line below a panel.</summary>
    public void Note(Panel panel, string text) => _events.Note(panel.Id, text);

    /// <summary>The kiosk is not heard of any more.</summary>
    public async Task FallSilentAsync()
    {
        _tick.Dispose();
        await _ticking;
    }

    /// <inheritdoc />
    public PageFile? Photo(string sha256) => Portrait;

    /// <inheritdoc />
    public void Press(string? direction) => throw new NotSupportedException("Nobody presses anything here.");

    /// <inheritdoc />
    public Task<StaffCodeAnswer> EnterAsync(StaffCodeForm form, CancellationToken cancellation) => throw new NotSupportedException("Nobody enters anything here.");

    public async ValueTask DisposeAsync()
    {
        await FallSilentAsync();
        await _server.DisposeAsync();
        await Browser.DisposeAsync();
    }

    private static string Class(Tone tone) => tone switch { Tone.Good => "good", Tone.Plain => "plain", Tone.Late => "late", _ => "bad" };

    private static long NowMs() => RealClock.Wall.GetUtcNow().ToUnixTimeMilliseconds();

    private async Task TickAsync()
    {
        while (await _tick.WaitForNextTickAsync()) _events.Tick(NowMs());
    }
}

using KyCuong.Kiosk.Screen;

namespace KyCuong.Kiosk.Tests.Screen;

/// <summary>What the page does with one verdict after another: how long it stands, what is heard, what is spoken.</summary>
public sealed class PanelBehaviourTests : IAsyncLifetime
{
    private ShownPage _page = null!;

    public async Task InitializeAsync() => _page = await ShownPage.OpenAsync(Standings.Good);

    public async Task DisposeAsync() => await _page.DisposeAsync();

    [Fact]
    public async Task Next_tap_replaces_the_last_at_once_whatever_time_that_had_left()
    {
        // Each would stand for an hour: a page that lets one wait for the other's end is not waited for.
        Assert.Equal(TimeSpan.FromHours(1), Views.Open.Show);
        await _page.ShowAsync(Views.OnTime, Views.Open);
        await _page.ShowAsync(Views.Late, Views.Open);
        Assert.Equal("Đi muộn 12 phút", await TitleAsync());
        // A queue that taps faster than anybody looks: the last one stands.
        foreach (var verdict in (Feedback.Verdict[])[Views.OnTime, Views.Lost, Views.OnTime, Views.Late]) _page.Tell(verdict, Views.Open);
        await _page.ShowAsync(Views.Lost, Views.Open);
        Assert.Equal("Thẻ báo mất", await TitleAsync());
    }

    [Fact]
    public async Task End_of_the_last_verdict_s_time_does_not_take_the_next_one_away()
    {
        _page.Tell(Views.OnTime, Views.Open with { Show = TimeSpan.FromMilliseconds(300) });
        await _page.ShowAsync(Views.Late, Views.Open);
        await _page.Browser.EvaluateAsync("new Promise(done => setTimeout(() => done(null), 1000))");
        Assert.Equal("tap Đi muộn 12 phút", await _page.Browser.EvaluateAsync("document.body.dataset.view + ' ' + title.textContent"));
        // And its own does.
        _page.Tell(Views.OnTime, Views.Open with { Show = TimeSpan.FromMilliseconds(300) });
        await _page.Browser.ExpectAsync("document.body.dataset.view", "idle");
    }

    [Fact]
    public async Task Three_sounds_are_played_that_nobody_confuses()
    {
        await _page.Browser.EvaluateAsync("""
            (() => {
              window.tones = [];
              const create = BaseAudioContext.prototype.createOscillator, connect = AudioNode.prototype.connect, ramp = AudioParam.prototype.linearRampToValueAtTime;
              AudioNode.prototype.connect = function (to) { this.to = to; return connect.call(this, to); };
              AudioParam.prototype.linearRampToValueAtTime = function (value, at) { this.peak = Math.max(this.peak ?? 0, value); return ramp.call(this, value, at); };
              BaseAudioContext.prototype.createOscillator = function () {
                const oscillator = create.call(this), stop = oscillator.stop, start = oscillator.start;
                let from = 0;
                oscillator.start = at => { from = at; start.call(oscillator, at); };
                oscillator.stop = at => {
                  const audible = oscillator.to.to === this.destination && oscillator.to.gain.peak > 0;
                  tones.push({ from, words: `${oscillator.type} ${oscillator.frequency.value} Hz ${Math.round((at - from) * 1000)} ms${audible ? '' : ' unheard'}` });
                  stop.call(oscillator, at);
                };
                return oscillator;
              };
            })()
            """);
        Assert.Equal("sine 880 Hz 90 ms, sine 1320 Hz 140 ms", await HearAsync(Views.OnTime)); // two short ones, rising
        Assert.Equal("sine 700 Hz 200 ms, sine 466 Hz 300 ms", await HearAsync(Views.Late)); // two long ones, falling
        Assert.Equal("sawtooth 196 Hz 600 ms", await HearAsync(Views.Lost)); // one, low and harsh
        // Discreet: late sounds as everyone does.
        Assert.Equal("sine 880 Hz 90 ms, sine 1320 Hz 140 ms", await HearAsync(Views.Late, Views.Open with { Discreet = true }));

        async Task<string?> HearAsync(Feedback.Verdict verdict, PanelRules? rules = null)
        {
            await _page.Browser.EvaluateAsync("tones.length = 0");
            await _page.ShowAsync(verdict, rules ?? Views.Open);
            // One after the other, none over another.
            Assert.Equal("true", await _page.Browser.EvaluateAsync("tones.every((tone, i) => !i || tone.from > tones[i - 1].from + parseInt(tones[i - 1].words.split('Hz ')[1]) / 1000)"));
            return await _page.Browser.EvaluateAsync("tones.map(tone => tone.words).join(', ')");
        }
    }

    [Fact]
    public async Task Verdict_is_spoken_only_where_that_is_switched_on()
    {
        await _page.Browser.EvaluateAsync("window.spoken = []; SpeechSynthesis.prototype.speak = words => spoken.push(`${words.lang} ${words.text}`); null");
        await _page.ShowAsync(Views.Late, Views.Open);
        Assert.Equal("", await _page.Browser.EvaluateAsync("spoken.join('; ')"));
        await _page.ShowAsync(Views.OnTime, Views.Open with { Speak = true });
        await _page.ShowAsync(Views.Late, Views.Open with { Speak = true });
        Assert.Equal("vi-VN Đúng giờ; vi-VN Đi muộn 12 phút", await _page.Browser.EvaluateAsync("spoken.join('; ')"));
        await _page.ShowAsync(Views.Lost, Views.Open);
        Assert.Equal("2", await _page.Browser.EvaluateAsync("spoken.length"));
    }

    private Task<string?> TitleAsync() => _page.Browser.EvaluateAsync("title.textContent");
}

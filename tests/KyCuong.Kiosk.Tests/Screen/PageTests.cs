using System.Net;
using System.Text.Json;
using Google.Protobuf;
using KyCuong.Kiosk.Tests.Support;
using KyCuong.Protos;
using KyCuong.Protos.Badges;
using KyCuong.Protos.Enrolment;
using KyCuong.Protos.V1;
using KyCuong.Testing;

namespace KyCuong.Kiosk.Tests.Screen;

/// <summary>
/// The page as an officer sees it: the built kiosk, real frames on a pty, a real Chromium. A picture of each view is written to
/// the folder <c>screens</c> beside the tests.
/// </summary>
public sealed class PageTests : IAsyncLifetime, IDisposable
{
    private const long MinuteUs = 60_000_000;
    private static readonly string Pictures = Directory.CreateDirectory(Path.Combine(AppContext.BaseDirectory, "screens")).FullName;

    private readonly TempFolder _folder = new();
    private readonly PtyPair _line = new();
    private readonly int _port = FreePort();
    private FakeServer _server = null!;
    private Browser _browser = null!;
    private KioskProcess? _kiosk;

    public async Task InitializeAsync()
    {
        _server = await FakeServer.StartAsync();
        var code = EnrolmentCode.Create(_server.State.Secret, _server.Authority.Certificate.RawData).ToString();
        var enrolled = await KioskProcess.RunAsync("enrol", "--data", _folder.Path, "--server", _server.Address.ToString(), "--code", code);
        Assert.True(enrolled.Code == 0, enrolled.Error);
        _browser = await Browser.StartAsync();
    }

    public async Task DisposeAsync()
    {
        await _browser.DisposeAsync();
        await _server.DisposeAsync();
    }

    public void Dispose()
    {
        _kiosk?.Dispose();
        _line.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task Officers_see_at_once_what_became_of_their_tap_with_the_server_away_and_back()
    {
        GivePeople();
        await RunAsync("none");
        await _browser.ExpectAsync("document.body.dataset.view", "idle");
        await _browser.ExpectAsync("document.getElementById('agency').textContent", "Ban Quản lý");
        await _browser.ExpectAsync("document.getElementById('link').textContent", "Đã kết nối máy chủ");
        await _browser.ExpectAsync("document.getElementById('faults').childElementCount", "0");
        await ShootAsync("idle");

        await TapAsync(1, "Đúng giờ", "good", "accepted");
        await _browser.ExpectAsync("document.getElementById('name').textContent", "Nguyễn Thị Ánh Tuyết");
        await _browser.ExpectAsync("document.getElementById('unit').textContent", "Phòng Tổ chức – Hành chính");
        await _browser.ExpectAsync("document.getElementById('initial').textContent", "T");
        await ShootAsync("on-time");
        await TapAsync(2, "Đi muộn 12 phút", "late", "late");
        await ShootAsync("late");
        var earlier = await _browser.EvaluateAsync("document.getElementById('at').textContent.slice(0, 5)");
        await TapAsync(1, null, "plain", "accepted");
        Assert.StartsWith("Đã ghi nhận lúc ", await _browser.EvaluateAsync("document.getElementById('title').textContent"), StringComparison.Ordinal);
        Assert.Matches(@"^\d\d:\d\d$", earlier!);
        await ShootAsync("repeat");
        await TapAsync(3, "Thẻ báo mất", "bad", "refused");
        await TapAsync(4, "Thẻ đã khóa", "bad", "refused");
        await TapAsync(99, "Thẻ chưa đăng ký – liên hệ Văn phòng", "bad", "refused");
        await ShootAsync("unknown");
        Assert.Null(await _browser.EvaluateAsync("document.body.dataset.spoken")); // nobody switched it on
        await _browser.ExpectAsync("document.body.dataset.view", "idle");

        await _server.DisposeAsync();
        await _browser.ExpectAsync("document.getElementById('link').classList.contains('linked')", "false");
        await TapAsync(5, null, "good", "accepted");
        await _browser.ExpectAsync("document.getElementById('unsent').textContent", "Chờ gửi: 1");
        await ShootAsync("server-away-tap");
        await _browser.ExpectAsync("document.body.dataset.view", "idle");
        await ShootAsync("server-away");
        _server = await FakeServer.StartAsync(_server.Authority, port: _server.Address.Port, state: new ServerState { Authority = _server.Authority });
        await _browser.ExpectAsync("document.getElementById('link').textContent", "Đã kết nối máy chủ");
        await _browser.ExpectAsync("document.getElementById('unsent').textContent", "Chờ gửi: 0");

        _line.Unplug();
        await _browser.ExpectAsync("document.getElementById('faults').textContent", "Đầu đọc r1: mất kết nối");
        await _browser.ExpectAsync("document.body.dataset.view", "stopped");
        await ShootAsync("reader-unplugged");
        _line.Plug();
        await _browser.ExpectAsync("document.getElementById('faults').childElementCount", "0");
        await TapAsync(2, null, "plain", "accepted");

        _kiosk!.Kill();
        await _browser.ExpectAsync("document.body.dataset.view", "gone");
        await ShootAsync("no-agent");
        await RunAsync("none", open: false);
        await _browser.ExpectAsync("document.body.dataset.view", "idle");
    }

    [Fact]
    public async Task Until_the_server_confirmed_the_clock_the_page_says_so_and_takes_taps()
    {
        await _server.DisposeAsync();
        await StartAsync("none");
        await _browser.OpenAsync($"http://127.0.0.1:{_port}/");
        await _browser.ExpectAsync("document.getElementById('faults')?.textContent", "Đồng hồ chưa được máy chủ xác nhận");
        await _browser.ExpectAsync("document.body.dataset.view", "idle");
        await ShootAsync("clock-unknown");
        await TapAsync(1, "Đã ghi nhận (chưa có danh sách)", "plain", "accepted");
        _server = await FakeServer.StartAsync(_server.Authority, port: _server.Address.Port, state: new ServerState { Authority = _server.Authority });
        await _browser.ExpectAsync("document.getElementById('faults').textContent", "");
    }

    [Fact]
    public async Task Discreet_page_looks_and_sounds_the_same_for_everyone()
    {
        _server.State.AfterWelcome.Add(new ServerMessage { Configuration = Configuration(discreet: true) });
        GivePeople();
        await RunAsync("in");
        await TapAsync(1, null, "plain", "accepted");
        var onTime = await LookAsync();
        await ShootAsync("discreet-on-time");
        await TapAsync(2, null, "plain", "accepted");
        var late = await LookAsync();
        await ShootAsync("discreet-late");
        Assert.Equal(onTime, late);
        Assert.DoesNotContain("muộn", await _browser.EvaluateAsync("document.body.innerText"), StringComparison.Ordinal);

        async Task<string?> LookAsync() => await _browser.EvaluateAsync(
            "[tap.className, getComputedStyle(tap).backgroundColor, icon.getAttribute('d'), title.textContent.replace(/\\d/g, '0'), document.body.dataset.sound].join('|')");
    }

    [Fact]
    public async Task Who_chooses_out_before_the_tap_goes_out_once_and_hears_it_said()
    {
        _server.State.AfterWelcome.Add(new ServerMessage { Configuration = Configuration(discreet: false, buttons: true) });
        GivePeople();
        await RunAsync("none");
        await _browser.ExpectAsync("document.getElementById('buttons').hidden", "false");
        await ShootAsync("idle-buttons");
        await _browser.EvaluateAsync("document.querySelector('[data-direction=out]').click()");
        await _browser.ExpectAsync("document.querySelector('[data-direction=out]').getAttribute('aria-pressed')", "true");
        await ShootAsync("idle-pressed");
        await TapAsync(1, null, "good", "accepted");
        var title = await _browser.EvaluateAsync("document.getElementById('title').textContent");
        Assert.StartsWith("Ra về lúc ", title, StringComparison.Ordinal);
        Assert.Equal(title, await _browser.EvaluateAsync("document.body.dataset.spoken"));
        await _browser.ExpectAsync("document.querySelector('[data-direction=out]').getAttribute('aria-pressed')", "false");
        await TapAsync(5, "Đúng giờ", "good", "accepted");
        var journal = _server.State.Journal(_server.State.Epochs.First());
        await RealClock.UntilAsync(() => journal.Taps.Count == 2, "both taps");
        Assert.Equal([(Direction.Out, DirectionSource.Person), (Direction.Unspecified, DirectionSource.Unspecified)], journal.Taps.Select(entry => (entry.Tap.Direction, entry.Tap.DirectionSource)));
    }

    [Fact]
    public async Task Who_forgot_the_badge_enters_staff_code_and_pin_and_others_taps_clear_nothing()
    {
        _server.State.AfterWelcome.Add(new ServerMessage { Configuration = Configuration(discreet: false, staffCode: true) });
        _server.State.OnStaffCode = check => new StaffCodeAnswer { RequestId = check.RequestId, Accepted = check is { StaffCode: "NV001", Pin: "123456" }, PersonId = 1 };
        GivePeople();
        await RunAsync("in");
        await _browser.ExpectAsync("document.getElementById('forgot').hidden", "false");
        await _browser.EvaluateAsync("document.getElementById('forgot').click()");
        await _browser.ExpectAsync("document.body.dataset.view", "entry");
        await PressAsync("NV0");
        await ShootAsync("entry-code");
        _line.Send(TcpReader.Frame(5)); // somebody else
        await _browser.ExpectAsync("document.getElementById('strip').textContent", "Đúng giờ · Đỗ Hữu Nghĩa");
        Assert.Equal(("entry", "NV0"), (await _browser.EvaluateAsync("document.body.dataset.view"), await _browser.EvaluateAsync("document.getElementById('entry-value').textContent")));
        await PressAsync("02⌫1");
        await _browser.EvaluateAsync("document.getElementById('entry-go').click()");
        await PressAsync("999999");
        await ShootAsync("entry-pin");
        await _browser.EvaluateAsync("document.getElementById('entry-go').click()");
        // Refused: the code stays, the PIN is gone, and the gate says why.
        await _browser.ExpectAsync("document.getElementById('entry-words').textContent", VerdictTextOf(Feedback.VerdictKind.WrongPin));
        await _browser.ExpectAsync("document.getElementById('entry-value').textContent", "");
        Assert.Equal("entry", await _browser.EvaluateAsync("document.body.dataset.view"));
        await ShootAsync("entry-wrong");
        // The gate takes a try each two seconds: until then it says to wait, and what was entered may be entered again.
        while (await _browser.EvaluateAsync("document.body.dataset.view") == "entry")
        {
            await PressAsync("123456");
            await _browser.EvaluateAsync("document.getElementById('entry-go').click()");
            await _browser.ExpectAsync("document.body.dataset.view === 'entry' && document.getElementById('entry-words').textContent === document.getElementById('entry').dataset.checking ? 'busy' : null", null);
        }

        await _browser.ExpectAsync("document.getElementById('name').textContent", "Nguyễn Thị Ánh Tuyết");
        Assert.Equal("tap", await _browser.EvaluateAsync("document.body.dataset.view"));
        var journal = _server.State.Journal(_server.State.Epochs.First());
        await RealClock.UntilAsync(() => journal.Entries.Any(entry => entry.ClaimedTap is { StaffCode: "NV001", Check: ClaimCheck.Verified }), "the claim");
        Assert.DoesNotContain("123456", string.Concat(Directory.GetFiles(_folder.File("logs")).Select(File.ReadAllText)), StringComparison.Ordinal);

        static string VerdictTextOf(Feedback.VerdictKind kind) => Feedback.VerdictText.Title(new Feedback.Verdict(kind, "keypad", 0, 0), TimeZoneInfo.Utc);
    }

    [Fact]
    public async Task Who_chose_the_way_before_the_staff_code_keeps_it_through_others_taps_and_a_wrong_pin()
    {
        _server.State.AfterWelcome.Add(new ServerMessage { Configuration = Configuration(discreet: false, buttons: true, staffCode: true) });
        _server.State.OnStaffCode = check => new StaffCodeAnswer { RequestId = check.RequestId, Accepted = check.Pin == "123456", PersonId = 1 };
        GivePeople();
        await RunAsync("none");
        await _browser.ExpectAsync("document.getElementById('buttons').hidden", "false");
        await _browser.EvaluateAsync("document.querySelector('[data-direction=out]').click()");
        await _browser.ExpectAsync("document.querySelector('[data-direction=out]').getAttribute('aria-pressed')", "true");
        await _browser.EvaluateAsync("document.getElementById('forgot').click()");
        await _browser.ExpectAsync("document.getElementById('entry-label').textContent.endsWith(' · Ra')", "true");
        // The choice is this person's: it is not left for whoever taps next.
        await _browser.ExpectAsync("document.querySelector('[data-direction=out]').getAttribute('aria-pressed')", "false");
        _line.Send(TcpReader.Frame(5));
        await _browser.ExpectAsync("document.getElementById('strip').textContent", "Đúng giờ · Đỗ Hữu Nghĩa");
        await PressAsync("NV001");
        await ShootAsync("entry-way");
        await _browser.EvaluateAsync("document.getElementById('entry-go').click()");
        foreach (var pin in (string[])["999999", "123456"])
            do
            {
                await PressAsync(pin);
                await _browser.EvaluateAsync("document.getElementById('entry-go').click()");
                await _browser.ExpectAsync("document.body.dataset.view === 'entry' && document.getElementById('entry-words').textContent === document.getElementById('entry').dataset.checking ? 'busy' : null", null);
            }
            while (await _browser.EvaluateAsync("document.body.dataset.view === 'entry' && document.getElementById('entry-words').textContent.startsWith('Vui lòng') ? 'again' : null") == "again");

        await _browser.ExpectAsync("document.getElementById('title').textContent.slice(0, 9)", "Ra về lúc");
        var journal = _server.State.Journal(_server.State.Epochs.First());
        await RealClock.UntilAsync(() => journal.Entries.Any(entry => entry.ClaimedTap is not null), "the claim");
        Assert.Contains(journal.Entries, entry => entry.ClaimedTap is { StaffCode: "NV001", Direction: Direction.Out, DirectionSource: DirectionSource.Person });
        Assert.Equal(Direction.Unspecified, Assert.Single(journal.Taps).Tap.Direction);
    }

    [Fact]
    public async Task What_is_said_to_who_entered_before_does_not_end_the_next_one_s_entry()
    {
        _server.State.AfterWelcome.Add(new ServerMessage { Configuration = Configuration(discreet: false, staffCode: true) });
        _server.State.OnStaffCode = _ => null; // the server does not answer in time
        GivePeople();
        await RunAsync("in");
        await _browser.ExpectAsync("document.getElementById('forgot').hidden", "false");
        await _browser.EvaluateAsync("document.getElementById('forgot').click()");
        await PressAsync("NV001");
        await _browser.EvaluateAsync("document.getElementById('entry-go').click()");
        await PressAsync("123456");
        await _browser.EvaluateAsync("document.getElementById('entry-go').click()");
        await _browser.EvaluateAsync("document.getElementById('entry-cancel').click()");
        await _browser.EvaluateAsync("document.getElementById('forgot').click()");
        await PressAsync("NV00");
        await _browser.ExpectAsync("document.getElementById('strip').textContent.includes('chờ xác minh')", "true");
        Assert.Equal(("entry", "NV00"), (await _browser.EvaluateAsync("document.body.dataset.view"), await _browser.EvaluateAsync("document.getElementById('entry-value').textContent")));
    }

    [Fact]
    public async Task Month_s_count_follows_a_late_verdict_where_the_agency_wants_it()
    {
        _server.State.AfterWelcome.Add(new ServerMessage { Configuration = Configuration(discreet: false, monthCount: true) });
        _server.State.Count = request => new MonthCount { RequestId = request.RequestId, PersonId = request.PersonId, LateTimes = 3 };
        GivePeople();
        await RunAsync("in");
        await TapAsync(2, "Đi muộn 12 phút", "late", "late");
        await _browser.ExpectAsync("document.getElementById('note').textContent", "Lần đi muộn thứ 3 trong tháng");
        await ShootAsync("late-count");
        await TapAsync(1, "Đúng giờ", "good", "accepted");
        Assert.Equal("", await _browser.EvaluateAsync("document.getElementById('note').textContent"));
    }

    [Fact]
    public async Task Portrait_of_the_person_is_shown_and_the_next_person_without_one_has_a_letter()
    {
        await _browser.ResizeAsync(240, 320);
        await _browser.EvaluateAsync("document.body.innerHTML = '<div></div>'; document.body.style = 'margin:0;background:linear-gradient(#cfe3f5 60%,#0f4c81 60%)'; document.body.firstChild.style = 'width:120px;height:150px;margin:60px auto;border-radius:60px;background:#c98f6b'");
        var portrait = await File.ReadAllBytesAsync(await ShootAsync("portrait"));
        await _browser.ResizeAsync(1920, 1080);
        var hash = ByteString.CopyFrom(System.Security.Cryptography.SHA256.HashData(portrait));
        _server.State.Photos[hash] = ByteString.CopyFrom(portrait);
        GivePeople();
        _server.State.AfterWelcome[0].Roster.People[0].PhotoSha256 = hash;
        await RunAsync("in");
        await RealClock.UntilAsync(() => Directory.GetFiles(_folder.File("photos")).Length == 1, "the portrait");
        await TapAsync(1, "Đúng giờ", "good", "accepted");
        await _browser.ExpectAsync("document.getElementById('photo').hidden", "false");
        await _browser.ExpectAsync("document.getElementById('photo').naturalWidth", "240");
        await _browser.ExpectAsync("document.getElementById('initial').textContent", "");
        await ShootAsync("portrait-tap");
        await TapAsync(5, "Đúng giờ", "good", "accepted");
        await _browser.ExpectAsync("document.getElementById('photo').hidden", "true");
        await _browser.ExpectAsync("document.getElementById('initial').textContent", "N");
    }

    [Fact]
    public async Task While_nobody_taps_the_page_shows_today_s_working_hours()
    {
        var given = Configuration(discreet: false);
        var today = DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(RealClock.Wall.GetUtcNow(), Feedback.AgencyZone.Find("Asia/Ho_Chi_Minh")!).DateTime);
        foreach (var day in (DateOnly[])[today, today.AddDays(1)])
            given.Hours.Add(new DayHours
            {
                Date = (uint)((day.Year * 10_000) + (day.Month * 100) + day.Day),
                Sessions = { new SessionHours { StartMinute = 450, EndMinute = 720 }, new SessionHours { StartMinute = 810, EndMinute = 1020 } },
            });
        _server.State.AfterWelcome.Add(new ServerMessage { Configuration = given });
        GivePeople();
        await RunAsync("none");
        await _browser.ExpectAsync("document.getElementById('hours').textContent", "Giờ làm việc: 07:30–12:00 · 13:30–17:00");
        await _browser.ExpectAsync("document.getElementById('hours').hidden", "false");
        await _browser.ExpectAsync("document.getElementById('unsent').textContent", "Chờ gửi: 0");
        await ShootAsync("idle-hours");
        await _browser.ResizeAsync(1024, 600);
        await ShootAsync("idle-hours-1024x600");
        Assert.Equal("", await OverflowAsync());
    }

    [Fact]
    public async Task On_a_full_disk_everything_is_red_nobody_is_told_green_and_with_room_again_it_heals_by_itself()
    {
        GivePeople();
        var disk = new SmallDisk(_folder.Path, megabytes: 8);
        using var osdp = new RunningModule<OsdpReader>(new OsdpReader());
        foreach (var light in (string[])["green", "red"])
        {
            Directory.CreateDirectory(_folder.File(light));
            await File.WriteAllTextAsync(Path.Combine(_folder.File(light), "max_brightness"), "1");
            await File.WriteAllTextAsync(Path.Combine(_folder.File(light), "brightness"), "0");
        }

        await RunAsync("none", disk: disk, readers: $$""", { "id": "r2", "port": "tty:{{osdp.Link}}", "protocol": "osdp", "card": "uid", "direction": "none" }""", more: $$"""
            , "devices": [ { "kind": "led", "path": "{{_folder.File("green")}}", "when": "recorded again", "on": "10s" }, { "kind": "led", "path": "{{_folder.File("red")}}", "when": "out-of-service", "on": "10s" } ]
            """);
        await TapAsync(1, "Đúng giờ", "good", "accepted");
        await RealClock.UntilAsync(() => Shines("green"), "the green light");
        await RealClock.UntilAsync(() => !Shines("green"), "its end");
        var journal = _server.State.Journal(_server.State.Epochs.First());
        await RealClock.UntilAsync(() => journal.Taps.Count == 1, "the first tap");
        osdp.With(module => { module.Log.Clear(); return true; });
        await _browser.EvaluateAsync("window.tones = []; new MutationObserver(() => tones.push(tap.className)).observe(tap, { attributeFilter: ['class'] })");
        var said = _kiosk!.Output.Count;

        disk.Fill();
        // The write-ahead log may have a page left over from before: what is kept is told green, and rightly.
        while (await _browser.EvaluateAsync("document.body.dataset.view") != "stopped" && !Said("CHƯA GHI NHẬN: máy tạm ngừng phục vụ"))
        {
            disk.Fill();
            _line.Send(TcpReader.Frame(2));
            await _browser.ExpectAsync("document.body.dataset.view", "tap");
            await _browser.ExpectAsync("document.body.dataset.view === 'tap'", "false");
        }

        await _browser.EvaluateAsync("tones.length = 0");
        said = _kiosk.Output.Count;
        osdp.With(module => { module.Log.Clear(); return true; });
        var kept = _kiosk.Output.Count(line => line.StartsWith("@tap ", StringComparison.Ordinal));
        for (var tap = 0; tap < 4; tap++)
        {
            await TapAsync(5, "CHƯA GHI NHẬN: máy tạm ngừng phục vụ", "bad", "refused");
            if (tap == 0) await ShootAsync("disk-full-tap");
            await _browser.ExpectAsync("document.body.dataset.view", "stopped");
        }

        await _browser.ExpectAsync("document.getElementById('stopped-why').textContent", "TẠM NGỪNG PHỤC VỤ");
        Assert.Equal("", await OverflowAsync());
        await ShootAsync("disk-full");
        // The reader's own light: red, and three short tones.
        osdp.With(module => { module.Card(32, [1, 2, 3, 4]); return true; });
        await RealClock.UntilAsync(() => osdp.With(module => module.Log.Contains("690000021400010114000000000000") && module.Log.Contains("6A0002010103")), "the reader's red light");
        await RealClock.UntilAsync(() => Shines("red"), "the red light");
        Assert.DoesNotContain(osdp.With(module => module.Log.ToArray()), command => command.StartsWith("6900000", StringComparison.Ordinal) && !command.StartsWith("690000021400010114", StringComparison.Ordinal));
        Assert.DoesNotContain(osdp.With(module => module.Log.ToArray()), command => command is "6A0002010101" or "6A0002010102");
        Assert.False(Shines("green"));
        // It stays so while nobody taps, whatever is tried meanwhile, and status and server hear of it.
        await RealClock.UntilAsync(() => File.ReadAllText(Path.Combine(disk.Seen, "status.json")) is var status && !status.Contains("\"outOfService\": null", StringComparison.Ordinal), "status");
        var beats = _server.State.Heartbeats.Count;
        for (var look = 0; look < 30; look++)
        {
            Assert.Equal("stopped", await _browser.EvaluateAsync("new Promise(done => setTimeout(() => done(document.body.dataset.view === 'tap' ? 'stopped' : document.body.dataset.view), 100))"));
        }

        Assert.Equal(beats, _server.State.Heartbeats.Count);
        Assert.DoesNotContain("good", (await _browser.EvaluateAsync("tones.join(' ')"))!.Split(' '));
        Assert.True(Said("CHƯA GHI NHẬN: máy tạm ngừng phục vụ"));
        Assert.False(Said("Đúng giờ") || Said("Đã ghi nhận"));
        Assert.Equal(kept, _kiosk.Output.Count(line => line.StartsWith("@tap ", StringComparison.Ordinal)));

        disk.Empty();
        await _browser.ExpectAsync("document.body.dataset.view", "idle");
        await TapAsync(5, "Đúng giờ", "good", "accepted");
        await RealClock.UntilAsync(() => Shines("green"), "the green light");
        await RealClock.UntilAsync(() => journal.Taps.Count == kept + 1, "the tap after it");
        Assert.Single(_server.State.Epochs);

        bool Said(string words) => _kiosk.Output.Skip(said).Any(line => line.Contains(words, StringComparison.Ordinal));

        bool Shines(string light)
        {
            using var brightness = new FileStream(Path.Combine(_folder.File(light), "brightness"), FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            using var text = new StreamReader(brightness);
            return text.ReadToEnd().Trim() == "1";
        }
    }

    /// <summary>Every view on every screen: <see cref="ViewTests"/>. Here what is shown came from a card.</summary>
    [Fact]
    public async Task Real_taps_fit_the_smallest_screen_lying_and_standing()
    {
        GivePeople();
        await RunAsync("none");
        await TakeAsync(1024, 600, (1, "Đúng giờ", "good", "accepted"), (2, "Đi muộn 12 phút", "late", "late"), (99, "Thẻ chưa đăng ký – liên hệ Văn phòng", "bad", "refused"));
        // Others' badges: who was here a moment ago would only be told so.
        await TakeAsync(600, 1024, (5, "Đúng giờ", "good", "accepted"), (6, "Đi muộn 12 phút", "late", "late"), (98, "Thẻ chưa đăng ký – liên hệ Văn phòng", "bad", "refused"));

        async Task TakeAsync(int width, int height, params (uint Badge, string Title, string Tone, string Sound)[] taps)
        {
            await _browser.ResizeAsync(width, height);
            foreach (var (badge, title, tone, sound) in taps)
            {
                await TapAsync(badge, title, tone, sound);
                Assert.Equal("", await OverflowAsync());
                await ShootAsync($"tap-{badge}-{width}x{height}");
            }
        }
    }

    [Fact]
    public async Task Page_belongs_to_this_machine_alone_and_other_pages_cannot_press_its_buttons()
    {
        await RunAsync("none");
        using var client = new HttpClient();
        var root = $"http://127.0.0.1:{_port}/";
        using var page = await client.GetAsync(root);
        Assert.Contains("default-src 'self'", page.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
        using var rebound = new HttpRequestMessage(HttpMethod.Get, root) { Headers = { Host = $"evil.example:{_port}" } };
        // A connection of its own: after an error the listener leaves it in no state to be used again.
        using var stranger = new HttpClient();
        using var turnedAway = await stranger.SendAsync(rebound);
        Assert.False(turnedAway.IsSuccessStatusCode);
        foreach (var origin in (string?[])[null, "http://evil.example", "null"])
        {
            using var post = new HttpRequestMessage(HttpMethod.Post, root + "direction") { Content = new StringContent("out") };
            if (origin is not null) post.Headers.Add("Origin", origin);
            using var answer = await client.SendAsync(post);
            Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        }

        foreach (var path in (string[])["../kiosk.json", "photo/../identity.json", "photo/" + new string('0', 64), "nothing"])
        {
            using var answer = await client.GetAsync(new Uri(root + path, new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true }));
            Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        }

        // Nobody listens on the machine's other addresses.
        Assert.DoesNotContain(System.Net.NetworkInformation.IPGlobalProperties.GetIPGlobalProperties().GetActiveTcpListeners(), end => end.Port == _port && !end.Address.Equals(IPAddress.Loopback));
    }

    /// <summary>What is cut off, lies over something else or outside the window.</summary>
    private async Task<string> OverflowAsync() => string.Join("; ", JsonSerializer.Deserialize<Look>((await _browser.EvaluateAsync(Look.Script))!, JsonSerializerOptions.Web)!.Problems);

    private async Task RunAsync(string direction, bool open = true, SmallDisk? disk = null, string readers = "", string more = "")
    {
        await StartAsync(direction, disk, readers, more);
        await _kiosk!.SaidAsync("@linked");
        if (_server.State.AfterWelcome.Count > 0) await _kiosk.SaidAsync("@roster version=1 people=6");
        // The clock is known when the first probe was answered.
        await RealClock.UntilAsync(() => _server.State.Journal(_server.State.Epochs.First()).Entries.Any(entry => entry.ClockSample is not null), "a clock sample");
        if (open) await _browser.OpenAsync($"http://127.0.0.1:{_port}/");
        await _browser.ExpectAsync("document.body?.dataset.view", "idle");
    }

    private async Task StartAsync(string direction, SmallDisk? disk = null, string readers = "", string more = "")
    {
        await File.WriteAllTextAsync(_folder.File("kiosk.json"), $$"""
            { "readers": [ { "id": "r1", "port": "tty:{{_line.Link}}", "protocol": "rdm6300", "direction": "{{direction}}", "hold": "100ms" }{{readers}} ], "screen": { "port": {{_port}}, "show": "2s" }, "limits": { "retryFirst": "200ms", "retryLongest": "400ms" }{{more}} }
            """);
        _kiosk?.Dispose();
        _kiosk = disk is null ? KioskProcess.Start("run", "--data", _folder.Path, "--status-lines") : disk.Start("run", "--data", disk.Path, "--status-lines");
        await _kiosk.SaidAsync($"@ready readers={(readers.Length == 0 ? 1 : 2)}");
    }

    private async Task TapAsync(uint badge, string? title, string tone, string sound)
    {
        await _browser.EvaluateAsync("document.body.dataset.sound = ''");
        _line.Send(TcpReader.Frame(badge));
        await _browser.ExpectAsync("document.body.dataset.sound", sound);
        Assert.Equal("tap", await _browser.EvaluateAsync("document.body.dataset.view"));
        Assert.Contains(tone, (await _browser.EvaluateAsync("document.getElementById('tap').className"))!.Split(' '));
        if (title is not null) Assert.Equal(title, await _browser.EvaluateAsync("document.getElementById('title').textContent"));
    }

    private async Task<string> ShootAsync(string name)
    {
        var path = Path.Combine(Pictures, name + ".png");
        await _browser.ShootAsync(path);
        return path;
    }

    /// <summary>Names come from lists that somebody made; on the page they are text (reliability test S2).</summary>
    [Fact]
    public async Task A_name_that_is_markup_is_shown_as_it_is_written()
    {
        const string Name = "<img src=x onerror=\"document.title='run'\"> &lt;b&gt; \u202E'; DROP TABLE staff; --";
        const string Unit = "</div><script>document.title='run'</script>${1+1}";
        GivePeople(Name, Unit);
        await RunAsync("none");
        await TapAsync(1, "Đúng giờ", "good", "accepted");
        await _browser.ExpectAsync("document.getElementById('name').textContent", Name);
        await _browser.ExpectAsync("document.getElementById('unit').textContent", Unit);
        await _browser.ExpectAsync("document.querySelectorAll('#tap img[src=x], #tap script').length", "0");
        Assert.NotEqual("run", await _browser.EvaluateAsync("document.title"));
    }

    /// <summary>1 and 5 are on time, 2 and 6 late by 12 minutes; 3 is lost, 4 returned; 6 has names as long as they come.</summary>
    private void GivePeople(string first = "Nguyễn Thị Ánh Tuyết", string firstUnit = "Phòng Tổ chức – Hành chính")
    {
        var now = (RealClock.Wall.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;
        var chunk = new RosterChunk { Version = 1, Complete = true };
        Add(1, first, firstUnit, BadgeState.Active, 30);
        Add(2, "Trần Văn Phúc", "Phòng Kế hoạch", BadgeState.Active, -12);
        Add(3, "Lê Văn Mất", "Phòng Kế hoạch", BadgeState.Lost, 30);
        Add(4, "Phạm Thị Trả", "Phòng Kế hoạch", BadgeState.Returned, 30);
        Add(5, "Đỗ Hữu Nghĩa", "Văn phòng", BadgeState.Active, 30);
        Add(6, "Công Tằng Tôn Nữ Hoàng Thị Phương Nghiêm", "Phòng Quản lý quy hoạch, xây dựng, tài nguyên và môi trường các khu công nghiệp", BadgeState.Active, -12);
        _server.State.AfterWelcome.Add(new ServerMessage { Roster = chunk });
        _server.State.AfterWelcome.Add(new ServerMessage { Presence = new PresenceUpdate() });

        void Add(uint number, string name, string unit, BadgeState state, int limitMinutes)
        {
            chunk.People.Add(new RosterPerson { PersonId = number, StaffCode = $"NV00{number}", FullName = name, UnitName = unit, Segments = { Segment(limitMinutes) } });
            byte[] tag = [0x0F, 0, 0, 0, (byte)number];
            var key = new BadgeHasher(1, new byte[32]).Hash(BadgeIdentity.TryCreate(CredentialLevel.Em, tag)!);
            chunk.Badges.Add(new RosterBadge { BadgeId = number, PersonId = number, State = state, Hashes = { BadgeWire.ToMessage(key) } });
        }

        // A little into the minute, so that the minutes said do not turn during the test.
        RosterSegment Segment(int limitMinutes) => new()
        {
            FromUs = now - 180 * MinuteUs, ToUs = now + 180 * MinuteUs, ShiftFromUs = now - 180 * MinuteUs, Direction = Direction.In,
            LimitUs = now + limitMinutes * MinuteUs - MinuteUs / 60, BaseUs = now + limitMinutes * MinuteUs - MinuteUs / 60,
        };
    }

    private async Task PressAsync(string keys)
    {
        foreach (var key in keys.EnumerateRunes()) await _browser.EvaluateAsync($"document.querySelector('[data-key=\"{key}\"]').click()");
    }

    private static Protos.V1.Configuration Configuration(bool discreet, bool buttons = false, bool staffCode = false, bool monthCount = false) => new()
    {
        Version = 7, AgencyName = "Ban Quản lý", KioskName = "Cổng chính", TimeZone = "Asia/Ho_Chi_Minh", Discreet = discreet, DirectionButtons = buttons, Speak = buttons, StaffCodeEntry = staffCode, MonthCount = monthCount,
        BadgeKeys = { new BadgeHashKey { KeyId = 1, Key = ByteString.CopyFrom(new byte[32]) } },
    };

    internal static int FreePort()
    {
        var listener = new System.Net.Sockets.TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        listener.Stop();
        return port;
    }
}

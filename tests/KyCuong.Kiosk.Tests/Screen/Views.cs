using KyCuong.Kiosk.Feedback;
using KyCuong.Kiosk.Resources;
using KyCuong.Kiosk.Screen;
using KyCuong.Protos;
using KyCuong.Protos.V1;
using static KyCuong.Kiosk.Tests.Screen.Standings;

namespace KyCuong.Kiosk.Tests.Screen;

/// <summary>One view of the page.</summary>
/// <param name="Name">Of its picture.</param>
/// <param name="Shows">What <c>data-view</c> is.</param>
/// <param name="Standing">How the kiosk stands.</param>
internal sealed record View(string Name, string Shows, Standing Standing)
{
    /// <summary>A tap's verdict; null when nobody tapped.</summary>
    public Verdict? Verdict { get; init; }

    /// <summary>How verdicts are shown.</summary>
    public PanelRules Rules { get; init; } = Views.Open;

    /// <summary>A line that follows the verdict.</summary>
    public string? Note { get; init; }

    /// <summary>What is pressed on the page before, as a script.</summary>
    public string? Press { get; init; }

    /// <summary>Names and units as long as they come: smaller than usual, never cut.</summary>
    public bool Longest { get; init; }
}

/// <summary>Every view there is, in an order in which one page can show them after one another: what a verdict would cover comes first.</summary>
internal static class Views
{
    // 13/05/2026 08:05:30 in Việt Nam.
    private const long At = 1_778_634_330_000_000;
    private const long MinuteUs = 60_000_000;
    private const string Staff = "CB-2026.00417/BQLKCN-PHONGTOCHUC";

    /// <summary>Verdicts stay until the next one: a page that lets one wait for the other's end never shows the second.</summary>
    public static readonly PanelRules Open = new(TimeZoneInfo.FindSystemTimeZoneById("Asia/Ho_Chi_Minh"), Discreet: false, Speak: false, TimeSpan.FromHours(1));

    private static readonly Standing Large = Good with
    {
        Identity = Good.Identity with { AgencyName = "Ban Quản lý các khu công nghiệp và khu kinh tế tỉnh Phú Thọ", KioskName = "Cổng phụ phía Đông – nhà khách" }, Buttons = true, StaffCode = true,
    };

    public static readonly Verdict OnTime = Tap(VerdictKind.OnTime);
    public static readonly Verdict Late = Tap(VerdictKind.Late) with { Name = "Trần Văn Phúc", Unit = "Phòng Kế hoạch", LateMinutes = 12 };
    public static readonly Verdict Lost = new(VerdictKind.LostBadge, "r1", At, 0);
    private static readonly Verdict Longest = Late with
    {
        Name = "Công Tằng Tôn Nữ Hoàng Thị Phương Nghiêm", Unit = "Phòng Quản lý quy hoạch, xây dựng, tài nguyên và môi trường các khu công nghiệp", LateMinutes = 125, Photo = "ab",
    };

    public static IReadOnlyList<View> All { get; } =
    [
        new("idle", "idle", Good),
        new("idle-no-hours", "idle", Good with { Hours = null }),
        new("idle-buttons", "idle", Good with { Buttons = true }),
        new("idle-forgot", "idle", Good with { StaffCode = true }),
        new("idle-buttons-forgot", "idle", Good with { Buttons = true, StaffCode = true }),
        new("idle-pressed-in", "idle", Good with { Buttons = true, StaffCode = true, Pressed = Direction.In }),
        new("idle-pressed-out", "idle", Good with { Buttons = true, StaffCode = true, Pressed = Direction.Out }),
        new("server-away", "idle", Good with { Linked = false, Unsent = 12_345 }),
        new("clock-unknown", "idle", Good with { ClockKnown = false }),
        new("reader-faulty", "idle", Good with { Readers = [Works("vao"), Fails("ra", FaultCode.Unplugged)] }),
        new("no-readers", "idle", Good with { Readers = [] }),
        new("idle-everything", "idle", Large with { Linked = false, Unsent = 12_345, ClockKnown = false, Readers = [Works("vao"), Fails("cong-sau-ra", FaultCode.Busy)], Pressed = Direction.Out }),

        new("out-of-service", "stopped", Good with { OutOfService = "disk full" }),
        new("reader-gone", "stopped", Good with { Readers = [Fails("r1", FaultCode.Unplugged)] }),
        new("readers-gone", "stopped", Large with { Linked = false, Unsent = 12_345, Readers = [Fails("vao", FaultCode.Unplugged), Fails("ra", FaultCode.NoAnswer)] }),
        new("retired", "stopped", Good with { Identity = Good.Identity with { Retired = "" } }),

        Entry("entry-code-empty", ""),
        Entry("entry-code", Keys("NV001")),
        Entry("entry-code-longest", Keys(Staff)),
        Entry("entry-pin", Keys("NV001") + Go + Keys("123456")),
        Entry("entry-pin-longest", Keys(Staff) + Go + Keys("123456789012")),
        Entry("entry-checking", Keys("NV001") + Go + "document.getElementById('entry-words').textContent = entry_.dataset.checking;"),
        Entry("entry-wait", Keys("NV001") + Go + $"document.getElementById('entry-words').textContent = '{Text.StaffCodeMinutes(15)}';"),
        Entry("entry-meanwhile", Keys("NV0"), Late),
        Entry("entry-meanwhile-longest", Keys("NV0"), Longest),

        Entry("entry-fault", Keys("NV001")) with { Standing = Good with { StaffCode = true, Readers = [Works("vao"), Fails("ra", FaultCode.Unplugged)] } },
        Entry("entry-server-away", Keys("NV001")) with { Standing = Good with { StaffCode = true, Linked = false, Unsent = 12_345 } },
        Entry("entry-everything", Keys("NV001") + Go + Keys("1234")) with { Standing = Good with { StaffCode = true, Linked = false, Unsent = 12_345, ClockKnown = false, Readers = [Works("vao"), Fails("cong-sau-ra", FaultCode.Busy)] } },

        Said("on-time", OnTime) with { Press = "document.getElementById('entry-cancel').click();" },
        Said("late", Late),
        Said("late-count", Late) with { Note = ScreenText.MonthCount(3) },
        Said("accepted", Tap(VerdictKind.Accepted)),
        Said("left", Tap(VerdictKind.Left)),
        Said("repeat", Tap(VerdictKind.Repeat) with { EarlierUs = At - 44 * MinuteUs }),
        Said("photo", OnTime with { Photo = "ab" }),
        Said("longest", Longest with { Photo = null }) with { Longest = true },
        Said("longest-count-photo", Longest) with { Longest = true, Note = ScreenText.MonthCount(13) },
        Said("accepted-no-roster", Nobody(VerdictKind.AcceptedWithoutRoster)),
        Said("claimed", Nobody(VerdictKind.Claimed)),
        Said("unknown", Nobody(VerdictKind.UnknownBadge)),
        Said("lost", Lost),
        Said("blocked", Nobody(VerdictKind.BlockedBadge)),
        Said("ambiguous", Nobody(VerdictKind.AmbiguousBadge)),
        Said("refused", Nobody(VerdictKind.Refused)),
        Said("national-id", Nobody(VerdictKind.NationalId)),
        Said("two-cards", Nobody(VerdictKind.TwoCards)),
        Said("wrong-pin", Nobody(VerdictKind.WrongPin) with { Reader = ContractLimits.Keypad }),
        Said("not-recorded", Nobody(VerdictKind.OutOfService)),
        Said("discreet-on-time", OnTime) with { Rules = Open with { Discreet = true } },
        Said("discreet-late", Longest with { Photo = null }) with { Rules = Open with { Discreet = true }, Longest = true },
        Said("discreet-lost", Lost) with { Rules = Open with { Discreet = true } },
        Said("server-away-tap", Tap(VerdictKind.Accepted)) with { Standing = Large with { Linked = false, Unsent = 12_345, ClockKnown = false } },
    ];

    private const string Go = "document.getElementById('entry-go').click();";

    private static Verdict Tap(VerdictKind kind) => new(kind, "r1", At, 0, "Nguyễn Thị Ánh Tuyết", "Phòng Tổ chức – Hành chính");

    private static Verdict Nobody(VerdictKind kind) => new(kind, "r1", At, 0);

    private static View Said(string name, Verdict verdict) => new(name, "tap", Good with { StaffCode = true }) { Verdict = verdict };

    /// <summary>The keypad, opened anew and with this pressed on it.</summary>
    private static View Entry(string name, string press, Verdict? meanwhile = null) => new(name, "entry", Good with { StaffCode = true })
    {
        Press = "document.getElementById('entry-cancel').click(); document.getElementById('forgot').click();" + press.Replace("entry_", "document.getElementById('entry')", StringComparison.Ordinal), Verdict = meanwhile,
    };

    private static string Keys(string keys) => string.Concat(keys.EnumerateRunes().Select(key => $"document.querySelector('[data-key=\"{key}\"]').click();"));
}

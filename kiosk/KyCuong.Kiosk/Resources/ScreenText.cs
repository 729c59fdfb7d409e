namespace KyCuong.Kiosk.Resources;

/// <summary>What the kiosk's page says beside verdicts. Vietnamese, from <c>ScreenText.resx</c>. Thread-safe.</summary>
public static class ScreenText
{
    private static readonly TextSource Source = new(typeof(ScreenText));

    public static string Title => Source.Say();
    public static string Invite => Source.Say();
    public static string InviteMore => Source.Say();
    public static string In => Source.Say();
    public static string Out => Source.Say();
    public static string StaffCode => Source.Say();
    public static string StaffCodeLabel => Source.Say();
    public static string PinLabel => Source.Say();
    public static string Cancel => Source.Say();
    public static string Next => Source.Say();
    public static string Enter => Source.Say();
    public static string Checking => Source.Say();
    public static string DayOff => Source.Say();
    public static string NoAgent => Source.Say();
    public static string NoAgentMore => Source.Say();
    public static string StoppedMore => Source.Say();
    public static string Linked => Source.Say();
    public static string NotLinked => Source.Say();
    public static string OutOfService => Source.Say();
    public static string Retired => Source.Say();
    public static string NoReaderWorks => Source.Say();
    public static string NoReaders => Source.Say();
    public static string ClockUnknown => Source.Say();

    /// <summary>A reader and what is wrong with it.</summary>
    public static string ReaderFault(string reader, string fault) => Source.Say([reader, fault]);

    /// <summary>Late arrivals this month.</summary>
    public static string MonthCount(int count) => Source.Say([count]);

    /// <summary>Today's working hours.</summary>
    public static string Hours(string sessions) => Source.Say([sessions]);

    /// <summary>Entries not yet on the server.</summary>
    public static string Unsent(ulong count) => Source.Say([count]);

    /// <summary>The page cannot be shown.</summary>
    public static string PortTaken(int port, string why) => Source.Say([port, why]);
}

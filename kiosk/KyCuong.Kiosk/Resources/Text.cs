namespace KyCuong.Kiosk.Resources;

/// <summary>Help, and what the person at the gate reads. Vietnamese, from <c>Text.resx</c>. Thread-safe.</summary>
public static class Text
{
    private static readonly TextSource Source = new(typeof(Text));

    public static string OnTime => Source.Say();
    public static string AcceptedWithoutRoster => Source.Say();
    public static string UnknownBadge => Source.Say();
    public static string LostBadge => Source.Say();
    public static string BlockedBadge => Source.Say();
    public static string AmbiguousBadge => Source.Say();
    public static string Refused => Source.Say();
    public static string NationalId => Source.Say();
    public static string TwoCards => Source.Say();
    public static string Claimed => Source.Say();
    public static string WrongPin => Source.Say();
    public static string StaffCodeMalformed => Source.Say();
    public static string StaffCodeOff => Source.Say();
    public static string ReaderFault => Source.Say();
    public static string ReaderRecovered => Source.Say();
    public static string OutOfService => Source.Say();
    public static string Retired => Source.Say();

    public static string HelpRoot => Source.Say();
    public static string HelpData => Source.Say();
    public static string HelpConfig => Source.Say();
    public static string HelpCheckConfig => Source.Say();
    public static string HelpRun => Source.Say();
    public static string HelpEnrol => Source.Say();
    public static string HelpServer => Source.Say();
    public static string HelpCode => Source.Say();
    public static string HelpReplace => Source.Say();
    public static string HelpStatus => Source.Say();
    public static string HelpReaders => Source.Say();
    public static string HelpHelp => Source.Say();
    public static string HelpVersion => Source.Say();
    public static string HelpFormat => Source.Say();

    public static string HeadingDescription => Source.Say();
    public static string HeadingUsage => Source.Say();
    public static string HeadingArguments => Source.Say();
    public static string HeadingOptions => Source.Say();
    public static string HeadingCommands => Source.Say();
    public static string HeadingRequired => Source.Say();
    public static string HeadingDefault => Source.Say();
    public static string HeadingCommand => Source.Say();
    public static string HeadingAnyOptions => Source.Say();

    /// <summary>Recorded, at this time.</summary>
    public static string Accepted(string time) => Source.Say([time]);

    /// <summary>Late by so many minutes.</summary>
    public static string Late(int minutes) => Source.Say([minutes]);

    /// <summary>Gone, at this time.</summary>
    public static string Left(string time) => Source.Say([time]);

    /// <summary>Recorded already, at this time.</summary>
    public static string Repeat(string time) => Source.Say([time]);

    /// <summary>The next staff code may be tried in so many seconds.</summary>
    public static string StaffCodeSeconds(int seconds) => Source.Say([seconds]);

    /// <summary>The next staff code may be tried in so many minutes.</summary>
    public static string StaffCodeMinutes(int minutes) => Source.Say([minutes]);

    /// <summary>Entries not yet on the server.</summary>
    public static string Unsent(ulong count) => Source.Say([count]);

    /// <summary>The last line of a run.</summary>
    public static string Summary(ulong taps, ulong unsent) => Source.Say([taps, unsent]);
}

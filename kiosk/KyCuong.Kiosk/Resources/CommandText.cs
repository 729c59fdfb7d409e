namespace KyCuong.Kiosk.Resources;

/// <summary>What commands and the start of the agent say to the operator. Vietnamese, from <c>CommandText.resx</c>. Thread-safe.</summary>
public static class CommandText
{
    private static readonly TextSource Source = new(typeof(CommandText));

    public static string BadServer(string value) => Source.Say([value]);
    public static string BadCode => Source.Say();
    public static string Enrolled(string code, string name, string agency, string end) => Source.Say([code, name, agency, end]);
    public static string AlreadyEnrolled(string directory, string kiosk, string agency) => Source.Say([directory, kiosk, agency]);
    public static string NotEnrolled(string directory) => Source.Say([directory]);
    public static string Starting(string directory) => Source.Say([directory]);
    public static string NeverRan(string directory, string kiosk, string agency) => Source.Say([directory, kiosk, agency]);
    public static string WasRetired(string reason) => Source.Say([reason]);
    public static string DirectoryNotMade(string path, string why) => Source.Say([path, why]);
    public static string DirectoryTaken(string directory) => Source.Say([directory]);
    public static string NoTimeZone(string zone) => Source.Say([zone]);
    public static string NoBootId(string file) => Source.Say([file]);
    public static string DiskFailed(string why) => Source.Say([why]);
    public static string Usage(string problem) => Source.Say([problem]);
    public static string UnknownWord(string word) => Source.Say([word]);
    public static string MissingOption(string option) => Source.Say([option]);
    public static string BadOption(string option, string value) => Source.Say([option, value]);
}

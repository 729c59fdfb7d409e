namespace KyCuong.Kiosk.Resources;

/// <summary>What is wrong with settings, of the kiosk's own file or of the server. Parts of a sentence have no full stop. Vietnamese, from <c>ConfigurationText.resx</c>. Thread-safe.</summary>
public static class ConfigurationText
{
    private static readonly TextSource Source = new(typeof(ConfigurationText));

    public static string TooLarge(string path, int bytes) => Source.Say([path, bytes]);
    public static string Unreadable(string path, string why) => Source.Say([path, why]);
    public static string NotJson(string path, string why) => Source.Say([path, why]);
    public static string NotJsonAt(string path, long line, long column) => Source.Say([path, line, column]);
    public static string WholeFile => Source.Say();
    public static string WriteList => Source.Say();
    public static string WriteObject => Source.Say();
    public static string WriteText => Source.Say();
    public static string WriteTime(string least, string most) => Source.Say([least, most]);
    public static string DevicePort => Source.Say();
    public static string DeviceLed => Source.Say();
    public static string DeviceKind(string known) => Source.Say([known]);
    public static string DeviceChoice(string value, string known) => Source.Say([value, known]);
    public static string TooManyDevices(int most) => Source.Say([most]);
    public static string WriteScreenPort(int least, int most) => Source.Say([least, most]);
    public static string WriteNumber(long least, long most) => Source.Say([least, most]);
    public static string ReaderCount(int count) => Source.Say([count]);
    public static string TooManyReaders(int most) => Source.Say([most]);
    public static string SameId(string other) => Source.Say([other]);
    public static string SamePort(string other) => Source.Say([other]);
    public static string Missing(string path, string key) => Source.Say([path, key]);
    public static string LongerThanLongest(string longest) => Source.Say([longest]);
    public static string UnknownKey(string known) => Source.Say([known]);
    public static string ReaderId(string value, int most) => Source.Say([value, most]);
    public static string UnknownProtocol(string value, string known) => Source.Say([value, known]);
    public static string UnknownDirection(string value) => Source.Say([value]);
    public static string LineOfDeviceServer => Source.Say();
    public static string NoLine => Source.Say();
    public static string PortOfKeyboard(string port) => Source.Say([port]);
    public static string KeyboardOnly(string protocol) => Source.Say([protocol]);
    public static string PortOfHid(string port) => Source.Say([port]);
    public static string HidOnly(string protocol) => Source.Say([protocol]);
    public static string PortOfSmartCard(string port) => Source.Say([port]);
    public static string SmartCardOnly(string protocol) => Source.Say([protocol]);
    public static string FormatMissing(string protocol, string known) => Source.Say([protocol, known]);
    public static string Format(string value, string known) => Source.Say([value, known]);
    public static string NoFormat(string protocol) => Source.Say([protocol]);
    public static string NotOnBus(string protocol) => Source.Say([protocol]);
    public static string Card(string value, string known) => Source.Say([value, known]);
    public static string CardMissing(string protocol, string known) => Source.Say([protocol, known]);
    public static string BusAddress(string value, int highest) => Source.Say([value, highest]);
    public static string BaudAndLine => Source.Say();
    public static string Baud(string value, int least, int most) => Source.Say([value, least, most]);
    public static string Line(string value, int least, int most) => Source.Say([value, least, most]);
    public static string Hold(string value, string most) => Source.Say([value, most]);
    public static string Silence(string value, string most) => Source.Say([value, most]);
    public static string ScanEnd(string value) => Source.Say([value]);
    public static string Aim(string value) => Source.Say([value]);
    public static string Prefix(string value, int longest) => Source.Say([value, longest]);
    public static string UnknownOption(string known) => Source.Say([known]);
    public static string OfServer(string reader, string key, string problem) => Source.Say([reader, key, problem]);
    public static string TwiceOrTooMany(string reader, int most) => Source.Say([reader, most]);
    public static string BadBadgeKeys => Source.Say();
    public static string UnknownTimeZone(string zone) => Source.Say([zone]);
}

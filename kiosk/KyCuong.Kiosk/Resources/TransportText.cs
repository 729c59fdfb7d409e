namespace KyCuong.Kiosk.Resources;

/// <summary>What is wrong with a reader's address or line. They travel in the journal, cut at 200 bytes, so they are short and what to do comes early; parts have no full stop. Vietnamese, from <c>TransportText.resx</c>. Thread-safe.</summary>
public static class TransportText
{
    private static readonly TextSource Source = new(typeof(TransportText));

    public static string UnknownKind(string address) => Source.Say([address]);
    public static string NamesNoDevice(string address) => Source.Say([address]);
    public static string NamesNoKeyboard(string address) => Source.Say([address]);
    public static string NotUnderstood(string address) => Source.Say([address]);
    public static string NoPort(string address) => Source.Say([address]);
    public static string NotSupported(string name) => Source.Say([name]);
    public static string KeyboardNotSupported(string name) => Source.Say([name]);
    public static string NotSerial(string name) => Source.Say([name]);
    public static string NotKeyboard(string name) => Source.Say([name]);
    public static string Locked(string name) => Source.Say([name]);
    public static string SettingRefused(string name, string line, string difference) => Source.Say([name, line, difference]);
    public static string SpeedDiffers(uint actual, uint wanted) => Source.Say([actual, wanted]);
    public static string FrameDiffers => Source.Say();
    public static string NotRaw => Source.Say();
    public static string NotThere(string name) => Source.Say([name]);
    public static string KeyboardNotThere(string name) => Source.Say([name]);
    public static string AccessDenied(string name) => Source.Say([name]);
    public static string KeyboardDenied(string name) => Source.Say([name]);
    public static string Held(string name) => Source.Say([name]);
    public static string CannotOpen(string name, string why) => Source.Say([name, why]);
    public static string TakesNoBytes(string name) => Source.Say([name]);
    public static string Unplugged(string name) => Source.Say([name]);
    public static string Failed(string name, string why) => Source.Say([name, why]);
    public static string NoAnswer(string name, int seconds) => Source.Say([name, seconds]);
    public static string CannotConnect(string name, string why) => Source.Say([name, why]);
    public static string Closed(string name) => Source.Say([name]);
    public static string Lost(string name, string why) => Source.Say([name, why]);
    public static string Garbled => Source.Say();
    public static string ReaderSilent => Source.Say();
    public static string ReaderSettingRefused => Source.Say();
    public static string ReaderSettingChanged => Source.Say();
    public static string ReaderCommandsRefused => Source.Say();
    public static string HidNotThere(string name) => Source.Say([name]);
    public static string HidDenied(string name) => Source.Say([name]);
    public static string NotHid(string name) => Source.Say([name]);
    public static string NamesNoHid(string address) => Source.Say([address]);
    public static string NamesNoSmartCardReader(string address) => Source.Say([address]);
    public static string NamesNoComPort(string address) => Source.Say([address]);
    public static string ComNotSupported(string name) => Source.Say([name]);
    public static string ComNotThere(string name) => Source.Say([name]);
    public static string ComHeld(string name) => Source.Say([name]);
    public static string ComNotSerial(string name) => Source.Say([name]);
    public static string NamesNoRawKeyboard(string address) => Source.Say([address]);
    public static string RawNotSupported(string name) => Source.Say([name]);
    public static string RawNotThere(string name) => Source.Say([name]);
    public static string RawSeveral(string name, string keyboards) => Source.Say([name, keyboards]);
    public static string RawNoDesktop(string name) => Source.Say([name]);
    public static string PcscNotInstalled(string name) => Source.Say([name]);
    public static string PcscNotRunning(string name) => Source.Say([name]);
    public static string PcscDenied(string name) => Source.Say([name]);
    public static string PcscNotThere(string name) => Source.Say([name]);
    public static string PcscSeveral(string name, string readers) => Source.Say([name, readers]);
    public static string ReaderSecureOnly => Source.Say();
    public static string ReaderTampered => Source.Say();
    public static string ReaderPowerFailed => Source.Say();
}

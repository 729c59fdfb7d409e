namespace KyCuong.Kiosk.Resources;

/// <summary>What <c>identify</c> says. Vietnamese, from <c>IdentifyText.resx</c>. Thread-safe.</summary>
public static class IdentifyText
{
    private static readonly TextSource Source = new(typeof(IdentifyText));

    public static string HelpIdentify => Source.Say();
    public static string HelpPort => Source.Say();
    public static string HelpBaud => Source.Say();
    public static string HelpSeconds => Source.Say();
    public static string HelpAsk => Source.Say();
    public static string HelpShowNumbers => Source.Say();

    public static string HelpCaptureOfIdentify => Source.Say();
    public static string HelpCaptureOfRun => Source.Say();

    public static string Captured(string file) => Source.Say([file]);
    public static string CaptureThere(string file) => Source.Say([file]);
    public static string CaptureFailed(string file, string why) => Source.Say([file, why]);
    public static string CaptureFull(string file, int mebibytes) => Source.Say([file, mebibytes]);
    public static string NoLine(string port) => Source.Say([port]);
    public static string BadLine(string value, int least, int most) => Source.Say([value, least, most]);
    public static string BadSeconds(int value, int most) => Source.Say([value, most]);
    public static string HeldByKiosk(string port, string reader) => Source.Say([port, reader]);
    public static string Held(string port) => Source.Say([port]);

    public static string Present(string port, int seconds) => Source.Say([port, seconds]);
    public static string Asking(string protocol) => Source.Say([protocol]);
    public static string AskingAt(string protocol, string line) => Source.Say([protocol, line]);
    public static string HasAnswered(string protocol) => Source.Say([protocol]);
    public static string Came(string seconds, string what) => Source.Say([seconds, what]);
    public static string Bytes(int count, string hex) => Source.Say([count, hex]);
    public static string Hidden(int count) => Source.Say([count]);
    public static string Keys(int count) => Source.Say([count]);
    public static string ReadBy(string what, string protocols) => Source.Say([what, protocols]);

    public static string Heard(long bytes) => Source.Say([bytes]);
    public static string HeardAt(long bytes, string line) => Source.Say([bytes, line]);
    public static string Best(string name, string models) => Source.Say([name, models]);
    public static string Equal(int count) => Source.Say([count]);
    public static string EqualOne(string name, string models) => Source.Say([name, models]);
    public static string Why(string reasons) => Source.Say([reasons]);
    public static string Card(string card) => Source.Say([card]);
    public static string Write => Source.Say();
    public static string AskToTell => Source.Say();
    public static string CompareNumbers => Source.Say();
    public static string CardBits(string kinds) => Source.Say([kinds]);
    public static string Others => Source.Say();
    public static string Other(string name, string reasons) => Source.Say([name, reasons]);
    public static string Answered => Source.Say();
    public static string ReadsChecked(int count) => Source.Say([count]);
    public static string ReadsUnchecked(int count) => Source.Say([count]);
    public static string Understood(int count) => Source.Say([count]);
    public static string Garbage(int count) => Source.Say([count]);
    public static string Silent => Source.Say();
    public static string NoCard => Source.Say();
    public static string NotUnderstood => Source.Say();
    public static string WrongSpeed(string lines) => Source.Say([lines]);
    public static string WrongParity(string lines) => Source.Say([lines]);
}

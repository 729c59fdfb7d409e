namespace KyCuong.Kiosk.Resources;

/// <summary>What <c>readers</c> says. Vietnamese, from <c>PluggedText.resx</c>. Thread-safe.</summary>
public static class PluggedText
{
    private static readonly TextSource Source = new(typeof(PluggedText));

    public static string Nothing => Source.Say();
    public static string BySocket => Source.Say();
    public static string NoBadges => Source.Say();
    public static string HumanKeyboard => Source.Say();
    public static string Configured(string id) => Source.Say([id]);
    public static string Reader(string protocols) => Source.Say([protocols]);
    public static string SerialAdapter(string protocols) => Source.Say([protocols]);
    public static string MayBeReader(string protocols) => Source.Say([protocols]);
    public static string Unknown(string protocols) => Source.Say([protocols]);
    public static string Missing(string id, string port) => Source.Say([id, port]);
}

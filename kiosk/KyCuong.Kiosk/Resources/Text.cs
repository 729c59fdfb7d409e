using System.Globalization;
using System.Resources;
using System.Runtime.CompilerServices;

namespace KyCuong.Kiosk.Resources;

/// <summary>Every Vietnamese sentence of the kiosk, from <c>Text.resx</c>. A name without a text is found by a test.</summary>
public static class Text
{
    private static readonly ResourceManager Resources = new("KyCuong.Kiosk.Resources.Text", typeof(Text).Assembly);

    public static string Accepted => Get();
    public static string AcceptedWithoutRoster => Get();
    public static string UnknownBadge => Get();
    public static string BlockedBadge => Get();
    public static string AmbiguousBadge => Get();
    public static string Refused => Get();
    public static string NationalId => Get();
    public static string ReaderFault => Get();
    public static string ReaderRecovered => Get();
    public static string OutOfService => Get();
    public static string Retired => Get();

    public static string HelpRoot => Get();
    public static string HelpData => Get();
    public static string HelpConfig => Get();
    public static string HelpCheckConfig => Get();
    public static string HelpRun => Get();
    public static string HelpEnrol => Get();
    public static string HelpServer => Get();
    public static string HelpCode => Get();
    public static string HelpReplace => Get();
    public static string HelpStatus => Get();
    public static string HelpFormat => Get();

    /// <summary>Entries not yet on the server.</summary>
    public static string Unsent(ulong count) => Get("UnsentCount").Replace("{0}", count.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal);

    /// <summary>The last line of a run.</summary>
    public static string Summary(ulong taps, ulong unsent) => Get("StopSummary")
        .Replace("{0}", taps.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal)
        .Replace("{1}", unsent.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal);

    private static string Get([CallerMemberName] string name = "") =>
        Resources.GetString(name, CultureInfo.InvariantCulture) ?? throw new InvalidOperationException($"Text.resx has no text \"{name}\".");
}

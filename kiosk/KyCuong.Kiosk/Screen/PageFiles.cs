using System.Security.Cryptography;
using System.Text;
using KyCuong.Kiosk.Resources;

namespace KyCuong.Kiosk.Screen;

/// <summary>A file of the page.</summary>
/// <param name="ContentType">Its media type.</param>
/// <param name="Content">Its bytes.</param>
public sealed record PageFile(string ContentType, byte[] Content);

/// <summary>The page's own files, built into the program: nothing is read from a disk or from elsewhere. Immutable.</summary>
public static class PageFiles
{
    private const string Prefix = "KyCuong.Kiosk.Screen.Page.";

    private static readonly (string Extension, string ContentType)[] Types =
    [
        (".html", "text/html; charset=utf-8"), (".css", "text/css; charset=utf-8"), (".js", "text/javascript; charset=utf-8"),
        (".svg", "image/svg+xml"), (".woff2", "font/woff2"), (".txt", "text/plain; charset=utf-8"),
    ];

    private static readonly (string Place, string Word)[] Places =
    [
        (nameof(ScreenText.Title), ScreenText.Title), (nameof(ScreenText.Invite), ScreenText.Invite), (nameof(ScreenText.InviteMore), ScreenText.InviteMore),
        (nameof(ScreenText.In), ScreenText.In), (nameof(ScreenText.Out), ScreenText.Out),
        (nameof(ScreenText.StaffCode), ScreenText.StaffCode), (nameof(ScreenText.StaffCodeLabel), ScreenText.StaffCodeLabel), (nameof(ScreenText.PinLabel), ScreenText.PinLabel),
        (nameof(ScreenText.Cancel), ScreenText.Cancel), (nameof(ScreenText.Next), ScreenText.Next), (nameof(ScreenText.Enter), ScreenText.Enter), (nameof(ScreenText.Checking), ScreenText.Checking),
        (nameof(ScreenText.NoAgent), ScreenText.NoAgent), (nameof(ScreenText.NoAgentMore), ScreenText.NoAgentMore), (nameof(ScreenText.StoppedMore), ScreenText.StoppedMore),
    ];

    private static readonly Dictionary<string, PageFile> Files = Load();

    /// <summary>Changes with any file: a page loaded from another program than the one that runs loads itself anew.</summary>
    public static string Version { get; } = Convert.ToHexStringLower(
        SHA256.HashData([.. Files.OrderBy(file => file.Key, StringComparer.Ordinal).SelectMany(file => SHA256.HashData(file.Value.Content))]))[..16];

    /// <summary>A file by its name, without a slash; null when there is none.</summary>
    public static PageFile? Find(string name) => Files.GetValueOrDefault(name);

    private static Dictionary<string, PageFile> Load()
    {
        var assembly = typeof(PageFiles).Assembly;
        var files = new Dictionary<string, PageFile>(StringComparer.Ordinal);
        foreach (var resource in assembly.GetManifestResourceNames().Where(name => name.StartsWith(Prefix, StringComparison.Ordinal)))
        {
            using var stream = assembly.GetManifestResourceStream(resource)!;
            var content = new byte[stream.Length];
            stream.ReadExactly(content);
            var name = resource[Prefix.Length..];
            var type = Types.First(type => name.EndsWith(type.Extension, StringComparison.Ordinal)).ContentType;
            files[name] = new PageFile(type, name.EndsWith(".html", StringComparison.Ordinal) ? Worded(content) : content);
        }

        return files;
    }

    /// <summary>Puts words in the places of the markup: <c>{{Invite}}</c> is <see cref="ScreenText.Invite"/>.</summary>
    private static byte[] Worded(byte[] markup)
    {
        var text = Encoding.UTF8.GetString(markup);
        foreach (var (place, word) in Places) text = text.Replace("{{" + place + "}}", System.Net.WebUtility.HtmlEncode(word), StringComparison.Ordinal);
        return Encoding.UTF8.GetBytes(text);
    }
}

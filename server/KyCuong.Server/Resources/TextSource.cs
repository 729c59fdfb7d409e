using System.Globalization;
using System.Resources;

namespace KyCuong.Server.Resources;

/// <summary>
/// The sentences of one resx file. The neutral language is Vietnamese; a satellite may bring another. A feature keeps its
/// sentences beside its code: <c>Features/Apply/ApplyText.resx</c> is read by
/// <c>static readonly TextSource Source = TextSource.Of(typeof(ApplyText))</c>. Thread-safe.
/// </summary>
public sealed class TextSource
{
    private readonly ResourceManager _resources;

    private TextSource(ResourceManager resources) => _resources = resources;

    /// <summary>
    /// The culture in which numbers and dates are shown to people. Machine formats use the invariant culture instead.
    /// </summary>
    public static CultureInfo Vietnamese { get; } = CultureInfo.GetCultureInfo("vi-VN");

    /// <summary>The resx file that lies beside <paramref name="marker"/> and bears its name.</summary>
    public static TextSource Of(Type marker) => new(new ResourceManager(marker));

    /// <summary>The sentence with its places filled in.</summary>
    /// <exception cref="MissingManifestResourceException">No sentence has this key: our own mistake, never shown as a blank.</exception>
    public string Get(string key, params ReadOnlySpan<object?> values)
    {
        var text = _resources.GetString(key, CultureInfo.CurrentUICulture)
            ?? throw new MissingManifestResourceException($"{_resources.BaseName} has no text \"{key}\".");
        return values.IsEmpty ? text : string.Format(Vietnamese, text, values);
    }
}

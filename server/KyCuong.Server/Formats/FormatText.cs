using KyCuong.Server.Resources;

namespace KyCuong.Server.Formats;

/// <summary>Sentences about files that do not follow their format. Thread-safe.</summary>
internal sealed class FormatText
{
    private static readonly TextSource Source = TextSource.Of(typeof(FormatText));

    private FormatText()
    {
    }

    /// <inheritdoc cref="TextSource.Get" />
    public static string Get(string key, params ReadOnlySpan<object?> values) => Source.Get(key, values);
}

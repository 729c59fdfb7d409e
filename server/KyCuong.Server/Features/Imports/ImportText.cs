using KyCuong.Server.Resources;

namespace KyCuong.Server.Features.Imports;

/// <summary>What <c>import</c> says. Thread-safe.</summary>
internal sealed class ImportText
{
    private static readonly TextSource Source = TextSource.Of(typeof(ImportText));

    private ImportText()
    {
    }

    /// <inheritdoc cref="TextSource.Get" />
    public static string Get(string key, params ReadOnlySpan<object?> values) => Source.Get(key, values);
}

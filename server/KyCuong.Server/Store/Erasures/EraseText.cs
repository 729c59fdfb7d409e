using KyCuong.Server.Resources;

namespace KyCuong.Server.Store.Erasures;

/// <summary>What is said of erasing. Thread-safe.</summary>
internal sealed class EraseText
{
    private static readonly TextSource Source = TextSource.Of(typeof(EraseText));

    private EraseText()
    {
    }

    /// <inheritdoc cref="TextSource.Get" />
    public static string Get(string key, params ReadOnlySpan<object?> values) => Source.Get(key, values);
}

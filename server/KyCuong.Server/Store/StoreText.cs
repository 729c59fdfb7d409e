using KyCuong.Server.Resources;

namespace KyCuong.Server.Store;

/// <summary>What the store says to people.</summary>
public sealed class StoreText
{
    private static readonly TextSource Source = TextSource.Of(typeof(StoreText));

    private StoreText()
    {
    }

    /// <inheritdoc cref="TextSource.Get" />
    public static string Get(string key, params ReadOnlySpan<object?> values) => Source.Get(key, values);
}

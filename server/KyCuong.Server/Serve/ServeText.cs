using KyCuong.Server.Resources;

namespace KyCuong.Server.Serve;

/// <summary>What <c>serve</c> says to people. Thread-safe.</summary>
internal sealed class ServeText
{
    private static readonly TextSource Source = TextSource.Of(typeof(ServeText));

    private ServeText()
    {
    }

    /// <inheritdoc cref="TextSource.Get" />
    public static string Get(string key, params ReadOnlySpan<object?> values) => Source.Get(key, values);
}

using KyCuong.Server.Resources;

namespace KyCuong.Server.Features.Log;

/// <summary>What <c>log</c> says. Thread-safe.</summary>
internal sealed class LogText
{
    private static readonly TextSource Source = TextSource.Of(typeof(LogText));

    private LogText()
    {
    }

    /// <inheritdoc cref="TextSource.Get" />
    public static string Get(string key, params ReadOnlySpan<object?> values) => Source.Get(key, values);
}

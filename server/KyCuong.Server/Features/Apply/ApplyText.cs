using KyCuong.Server.Resources;

namespace KyCuong.Server.Features.Apply;

/// <summary>What <c>apply</c> says. Thread-safe.</summary>
internal sealed class ApplyText
{
    private static readonly TextSource Source = TextSource.Of(typeof(ApplyText));

    private ApplyText()
    {
    }

    /// <inheritdoc cref="TextSource.Get" />
    public static string Get(string key, params ReadOnlySpan<object?> values) => Source.Get(key, values);
}

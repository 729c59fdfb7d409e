using KyCuong.Server.Resources;

namespace KyCuong.Server.Features.Pins;

/// <summary>What <c>pin</c> says. Thread-safe.</summary>
internal sealed class PinText
{
    private static readonly TextSource Source = TextSource.Of(typeof(PinText));

    private PinText()
    {
    }

    /// <inheritdoc cref="TextSource.Get" />
    public static string Get(string key, params ReadOnlySpan<object?> values) => Source.Get(key, values);
}

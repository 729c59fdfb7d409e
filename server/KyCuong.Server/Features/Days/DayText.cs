using KyCuong.Server.Resources;

namespace KyCuong.Server.Features.Days;

/// <summary>What <c>day</c> and <c>explain</c> say. Thread-safe.</summary>
internal sealed class DayText
{
    private static readonly TextSource Source = TextSource.Of(typeof(DayText));

    private DayText()
    {
    }

    /// <inheritdoc cref="TextSource.Get" />
    public static string Get(string key, params ReadOnlySpan<object?> values) => Source.Get(key, values);
}

using KyCuong.Server.Resources;

namespace KyCuong.Server.Features.Summaries;

/// <summary>What <c>summary</c> and its files say. Thread-safe.</summary>
internal sealed class SummaryText
{
    private static readonly TextSource Source = TextSource.Of(typeof(SummaryText));

    private SummaryText()
    {
    }

    /// <inheritdoc cref="TextSource.Get" />
    public static string Get(string key, params ReadOnlySpan<object?> values) => Source.Get(key, values);
}

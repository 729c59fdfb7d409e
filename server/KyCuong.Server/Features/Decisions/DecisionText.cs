using KyCuong.Server.Resources;

namespace KyCuong.Server.Features.Decisions;

/// <summary>What the commands about decisions, incidents and hand-kept days say to people. Thread-safe.</summary>
internal sealed class DecisionText
{
    private static readonly TextSource Source = TextSource.Of(typeof(DecisionText));

    private DecisionText()
    {
    }

    /// <inheritdoc cref="TextSource.Get" />
    public static string Get(string key, params ReadOnlySpan<object?> values) => Source.Get(key, values);
}

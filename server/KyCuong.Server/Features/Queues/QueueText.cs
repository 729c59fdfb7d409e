using KyCuong.Server.Resources;

namespace KyCuong.Server.Features.Queues;

/// <summary>What <c>queues</c> says. Thread-safe.</summary>
internal sealed class QueueText
{
    private static readonly TextSource Source = TextSource.Of(typeof(QueueText));

    private QueueText()
    {
    }

    /// <inheritdoc cref="TextSource.Get" />
    public static string Get(string key, params ReadOnlySpan<object?> values) => Source.Get(key, values);
}

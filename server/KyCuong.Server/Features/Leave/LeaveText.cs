using KyCuong.Server.Resources;

namespace KyCuong.Server.Features.Leave;

/// <summary>What <c>leave</c> says. Thread-safe.</summary>
internal sealed class LeaveText
{
    private static readonly TextSource Source = TextSource.Of(typeof(LeaveText));

    private LeaveText()
    {
    }

    /// <inheritdoc cref="TextSource.Get" />
    public static string Get(string key, params ReadOnlySpan<object?> values) => Source.Get(key, values);
}

using KyCuong.Server.Resources;

namespace KyCuong.Server.Features.Badges;

/// <summary>What <c>badge</c> says. Thread-safe.</summary>
internal sealed class BadgeText
{
    private static readonly TextSource Source = TextSource.Of(typeof(BadgeText));

    private BadgeText()
    {
    }

    /// <inheritdoc cref="TextSource.Get" />
    public static string Get(string key, params ReadOnlySpan<object?> values) => Source.Get(key, values);
}

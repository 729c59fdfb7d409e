using KyCuong.Server.Resources;

namespace KyCuong.Server.Features.Demo;

/// <summary>What the demo says. Thread-safe.</summary>
internal sealed class DemoText
{
    private static readonly TextSource Source = TextSource.Of(typeof(DemoText));

    private DemoText()
    {
    }

    /// <inheritdoc cref="TextSource.Get" />
    public static string Get(string key, params ReadOnlySpan<object?> values) => Source.Get(key, values);
}

using KyCuong.Server.Resources;

namespace KyCuong.Server.Features.Kiosks;

/// <summary>What the commands about kiosks say to people. Thread-safe.</summary>
internal sealed class KioskText
{
    private static readonly TextSource Source = TextSource.Of(typeof(KioskText));

    private KioskText()
    {
    }

    /// <inheritdoc cref="TextSource.Get" />
    public static string Get(string key, params ReadOnlySpan<object?> values) => Source.Get(key, values);
}

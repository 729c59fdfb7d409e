using KyCuong.Server.Resources;

namespace KyCuong.Server.Cli;

/// <summary>What the command line itself says. Thread-safe.</summary>
internal sealed class CliText
{
    private static readonly TextSource Source = TextSource.Of(typeof(CliText));

    private CliText()
    {
    }

    /// <inheritdoc cref="TextSource.Get" />
    public static string Get(string key, params ReadOnlySpan<object?> values) => Source.Get(key, values);
}

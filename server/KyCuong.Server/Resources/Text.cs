namespace KyCuong.Server.Resources;

/// <summary>
/// The words that several features share: names of states, findings, directions, days. What only one feature says stands
/// in a resx beside that feature (see <see cref="TextSource"/>). Thread-safe.
/// </summary>
public sealed class Text
{
    private static readonly TextSource Source = TextSource.Of(typeof(Text));

    private Text()
    {
    }

    /// <inheritdoc cref="TextSource.Get" />
    public static string Get(string key, params ReadOnlySpan<object?> values) => Source.Get(key, values);
}

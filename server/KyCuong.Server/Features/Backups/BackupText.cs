using KyCuong.Server.Resources;

namespace KyCuong.Server.Features.Backups;

/// <summary>What <c>backup</c> and <c>restore</c> say. Thread-safe.</summary>
internal sealed class BackupText
{
    private static readonly TextSource Source = TextSource.Of(typeof(BackupText));

    private BackupText()
    {
    }

    /// <inheritdoc cref="TextSource.Get" />
    public static string Get(string key, params ReadOnlySpan<object?> values) => Source.Get(key, values);
}

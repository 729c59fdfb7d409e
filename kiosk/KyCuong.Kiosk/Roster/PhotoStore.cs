using System.Buffers;
using System.Security.Cryptography;
using KyCuong.Kiosk.Files;
using KyCuong.Protos;
using KyCuong.Protos.Photos;
using Microsoft.Extensions.Logging;

namespace KyCuong.Kiosk.Roster;

/// <summary>
/// Portraits of the people of the roster, each in a file named by its SHA-256 that only the service's user may read. What no
/// roster names is deleted. They can be fetched again, so they are written without waiting for the disk, which taps need; one
/// that a power cut spoiled does not match its name, is never shown, and is fetched again. Finding is thread-safe; changes come
/// from one thread.
/// </summary>
public sealed partial class PhotoStore
{
    private const int HexLength = 2 * Digest.Size;
    private static readonly SearchValues<char> Digits = SearchValues.Create("0123456789abcdef");
    private readonly string _folder;
    private readonly ILogger<PhotoStore> _logger;

    /// <summary>The portraits of this directory.</summary>
    public PhotoStore(DataDirectory directory, ILogger<PhotoStore> logger)
    {
        (_folder, _logger) = (directory.Photos, logger);
        AtomicFile.CreateDirectory(_folder);
    }

    /// <summary>The portrait with this SHA-256 in small hexadecimal digits; null: none is here, or null was asked for.</summary>
    public PhotoFile? Find(string? sha256)
    {
        if (!IsName(sha256)) return null;
        var path = PathOf(sha256!);
        try
        {
            var content = File.ReadAllBytes(path);
            if (Matches(sha256!, content) && PhotoHeader.Of(content) is { } header) return new PhotoFile(path, content, header.ContentType);
            LogSpoiled(_logger, path);
            File.Delete(path);
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Missing, or deleted while it was read.
            return null;
        }
    }

    /// <summary>Those of these that are not here. What is inside the others is looked at when they are shown.</summary>
    public IReadOnlyList<string> Missing(IEnumerable<string> named) => [.. named.Where(sha256 => new FileInfo(PathOf(sha256)) is not { Exists: true, Length: > 0 })];

    /// <summary>Takes a portrait. False: it is not the one with this SHA-256, or no picture, or larger than a portrait may be.</summary>
    /// <exception cref="IOException">It cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be written.</exception>
    public bool Put(string sha256, ReadOnlySpan<byte> content)
    {
        if (!IsName(sha256) || content.Length > ContractLimits.PhotoBytes || !Matches(sha256, content) || PhotoHeader.Of(content) is null) return false;
        AtomicFile.WriteVolatile(PathOf(sha256), content);
        return true;
    }

    /// <summary>Deletes everything but these. What cannot be deleted is logged and tried again next time.</summary>
    public void Keep(IReadOnlySet<string> named)
    {
        var path = _folder;
        try
        {
            foreach (var file in Directory.GetFiles(_folder).Where(file => !named.Contains(Path.GetFileName(file))))
            {
                path = file;
                File.Delete(file);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            LogNotDeleted(_logger, path, e.Message);
        }
    }

    /// <summary>The name of a hash; null unless it is one.</summary>
    public static string? NameOf(ReadOnlySpan<byte> sha256) => sha256.Length == Digest.Size ? Convert.ToHexStringLower(sha256) : null;

    /// <summary>Only such a name reaches the disk.</summary>
    private static bool IsName(string? text) => text?.Length == HexLength && text.AsSpan().IndexOfAnyExcept(Digits) < 0;

    private static bool Matches(string sha256, ReadOnlySpan<byte> content) => Convert.ToHexStringLower(SHA256.HashData(content)) == sha256;

    private string PathOf(string sha256) => Path.Combine(_folder, sha256);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The portrait {Path} is spoiled; it is deleted and will be fetched again")]
    private static partial void LogSpoiled(ILogger logger, string path);

    [LoggerMessage(Level = LogLevel.Error, Message = "Portraits of nobody in the roster could not be deleted ({Path}); it will be tried again with the next roster: {Why}")]
    private static partial void LogNotDeleted(ILogger logger, string path, string why);
}

using KyCuong.Kiosk.Roster;
using KyCuong.Protos.V1;
using Microsoft.Extensions.Logging;

namespace KyCuong.Kiosk.Link;

/// <summary>
/// Gets the portraits that the roster names and that are not here, on one stream. A portrait is worth neither the link nor a tap: what is wrong with
/// one is logged, and the rest goes on. Thread-safe.
/// </summary>
/// <param name="roster">Names them and keeps them.</param>
/// <param name="logger">What could not be kept.</param>
internal sealed partial class PhotoExchange(RosterCache roster, ILogger logger)
{
    private readonly PhotoFetch _fetch = new();

    /// <summary>Looks again which are missing: the server can be asked, or the roster is another.</summary>
    public void Want() => _fetch.Want(roster.Photos.Missing(roster.Current.Photos));

    /// <inheritdoc cref="PhotoFetch.Next" />
    public PhotoRequest? Next() => _fetch.Next();

    /// <summary>Keeps what came. False: it was not asked for.</summary>
    public bool Take(Photo photo)
    {
        if (!_fetch.Answered(photo)) return false;
        // Empty: the server has it no more. Or whose it is has left the roster meanwhile.
        if (photo.Content.IsEmpty || PhotoStore.NameOf(photo.Sha256.Span) is not { } name || !roster.Current.Photos.Contains(name)) return true;
        try
        {
            if (!roster.Photos.Put(name, photo.Content.Span)) LogRefused(logger, name, photo.Content.Length);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            if (_fetch.Stop()) LogNotKept(logger, e.Message);
        }

        return true;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "What the server sent as portrait {Sha256} is not that one, or no picture ({Bytes} bytes); it is not kept")]
    private static partial void LogRefused(ILogger logger, string sha256, int bytes);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Portraits cannot be written here, so the screen shows names without them: {Why}")]
    private static partial void LogNotKept(ILogger logger, string why);
}

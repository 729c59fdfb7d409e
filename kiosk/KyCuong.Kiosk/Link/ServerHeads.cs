using System.Globalization;
using System.Text;
using KyCuong.Kiosk.Files;
using KyCuong.Protos;
using KyCuong.Protos.V1;
using Microsoft.Extensions.Logging;

namespace KyCuong.Kiosk.Link;

/// <summary>
/// Heads of the server's log that this kiosk was given, one a line: <c>number:hash instant</c>, oldest first. Whoever can change the
/// server's records cannot change these: <c>KyCuong.Verify --heads</c> reads the file as it is. Thread-safe.
/// </summary>
/// <param name="path">The file.</param>
/// <param name="logger">Says when it cannot be written.</param>
public sealed partial class ServerHeads(string path, ILogger<ServerHeads> logger)
{
    /// <summary>Lines kept: more than 400 days of one an hour.</summary>
    public const int MostKept = 10_000;

    private const long EveryUs = 3_600_000_000;
    private readonly Lock _gate = new();
    private List<(ulong Number, Digest Hash, long AtUs)>? _kept;

    /// <summary>The head given last; null: none was.</summary>
    public LogHead? Newest
    {
        get
        {
            lock (_gate) return Kept() is [.., var last] ? new LogHead { Number = last.Number, Hash = Google.Protobuf.ByteString.CopyFrom(last.Hash.ToArray()) } : null;
        }
    }

    /// <summary>
    /// Takes a head. It is kept when an hour has passed since the one before, or when the log has become shorter, for then the server
    /// was put back to an earlier state and both are evidence.
    /// </summary>
    /// <param name="head">As it came; null or malformed ones are passed over.</param>
    /// <param name="nowUs">UTC microseconds, as well as this kiosk knows.</param>
    public void Take(LogHead? head, long nowUs)
    {
        if (head is null || head.Number == 0 || !Digest.TryFromBytes(head.Hash.Span, out var hash)) return;
        lock (_gate)
        {
            var kept = Kept();
            if (kept is [.., var last] && (head.Number == last.Number || (head.Number > last.Number && Math.Abs(nowUs - last.AtUs) < EveryUs))) return;
            kept.Add((head.Number, hash, nowUs));
            if (kept.Count > MostKept) kept.RemoveRange(0, kept.Count - MostKept);
            try
            {
                AtomicFile.Write(path, Encoding.ASCII.GetBytes(string.Concat(kept.Select(Line))));
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // A tap is worth more than a head: it is given again in an hour.
                kept.RemoveAt(kept.Count - 1);
                LogNotKept(logger, path, e.Message);
            }
        }
    }

    private List<(ulong Number, Digest Hash, long AtUs)> Kept() => _kept ??= File.Exists(path) ? [.. File.ReadLines(path).Select(Parse).OfType<(ulong, Digest, long)>()] : [];

    private static string Line((ulong Number, Digest Hash, long AtUs) head) =>
        string.Create(CultureInfo.InvariantCulture, $"{head.Number}:{head.Hash} {DateTimeOffset.UnixEpoch.AddMicroseconds(head.AtUs):yyyy-MM-dd'T'HH:mm:ss'Z'}\n");

    private static (ulong, Digest, long)? Parse(string line)
    {
        var parts = line.Split([':', ' '], 3);
        return parts.Length == 3
            && ulong.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            && parts[1].Length == 2 * Digest.Size && parts[1].All(char.IsAsciiHexDigitLower)
            && DateTimeOffset.TryParseExact(parts[2], "yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at)
            ? (number, Digest.FromBytes(Convert.FromHexString(parts[1])), (at.UtcTicks - DateTimeOffset.UnixEpoch.Ticks) / TimeSpan.TicksPerMicrosecond)
            : null;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "A head of the server's log could not be kept in {Path}: {Why}")]
    private static partial void LogNotKept(ILogger logger, string path, string why);
}

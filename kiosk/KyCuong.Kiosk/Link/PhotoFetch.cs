using Google.Protobuf;
using KyCuong.Protos.V1;

namespace KyCuong.Kiosk.Link;

/// <summary>
/// Which portraits to ask for on one stream, a few at a time so that acknowledgements do not wait behind them. One that the
/// server has not is not asked for again before another roster or stream. Pure. Thread-safe.
/// </summary>
public sealed class PhotoFetch
{
    /// <summary>Asked for at once: at 128 KiB each a line of 256 kbit/s is busy for 8 s, and acknowledgements are waited for longer.</summary>
    public const int AtOnce = 2;

    private readonly Lock _gate = new();
    private readonly Queue<ByteString> _wanted = [];
    private readonly HashSet<ByteString> _asked = [];
    private bool _stopped;

    /// <summary>These are missing, by SHA-256 in hexadecimal digits; what was wanted before and not yet asked for is not any more.</summary>
    public void Want(IEnumerable<string> missing)
    {
        lock (_gate)
        {
            _stopped = false;
            _wanted.Clear();
            foreach (var sha256 in missing)
                if (ByteString.CopyFrom(Convert.FromHexString(sha256)) is var hash && !_asked.Contains(hash)) _wanted.Enqueue(hash);
        }
    }

    /// <summary>Wants nothing more before the next roster. False: it had been stopped.</summary>
    public bool Stop()
    {
        lock (_gate)
        {
            _wanted.Clear();
            return !_stopped && (_stopped = true);
        }
    }

    /// <summary>What to ask for now; null while answers are awaited or when nothing is wanted.</summary>
    public PhotoRequest? Next()
    {
        lock (_gate)
        {
            if (_asked.Count > 0 || _wanted.Count == 0) return null;
            var request = new PhotoRequest();
            while (request.Sha256.Count < AtOnce && _wanted.TryDequeue(out var hash))
                if (_asked.Add(hash)) request.Sha256.Add(hash);
            return request;
        }
    }

    /// <summary>An answer came. False: it was not asked for.</summary>
    public bool Answered(Photo photo)
    {
        lock (_gate) return _asked.Remove(photo.Sha256);
    }
}

using System.Buffers;
using System.Diagnostics;

namespace KyCuong.Server.Serve;

/// <summary>
/// Counts the HTTP/2 frames that a client sends (RFC 9113 section 4.1) and says when they are too many. Kestrel bounds resets
/// and CONTINUATION, and serves any number of PING and SETTINGS. Free is only DATA with a payload worth a frame, which flow
/// control bounds. Not thread-safe: it belongs to the one reader of a connection.
/// </summary>
/// <param name="burst">Frames that may come at once.</param>
/// <param name="perSecond">Frames that may come each second for ever.</param>
/// <param name="time">The clock.</param>
internal sealed class FrameBudget(int burst, int perSecond, TimeProvider time)
{
    /// <summary>Bytes of payload from which on a DATA frame is free. A tap has more.</summary>
    public const int WorthAFrame = 128;

    private const int HeaderBytes = 9;
    private const int PrefaceBytes = 24; // "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
    private readonly byte[] _header = new byte[HeaderBytes];
    private int _headerRead;
    private int _skip = PrefaceBytes;
    private double _left = burst;
    private long _asOf = time.GetTimestamp();

    /// <summary>Takes what the client sent next, cut anywhere; false once it has sent too many frames.</summary>
    public bool Take(in ReadOnlySequence<byte> bytes)
    {
        var now = time.GetTimestamp();
        _left = Math.Min(burst, _left + time.GetElapsedTime(_asOf, now).TotalSeconds * perSecond);
        _asOf = now;
        foreach (var segment in bytes) Scan(segment.Span);
        return _left >= 0;
    }

    private void Scan(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            if (_skip > 0)
            {
                var skipped = Math.Min(_skip, bytes.Length);
                _skip -= skipped;
                bytes = bytes[skipped..];
                continue;
            }

            var taken = Math.Min(HeaderBytes - _headerRead, bytes.Length);
            bytes[..taken].CopyTo(_header.AsSpan(_headerRead));
            _headerRead += taken;
            bytes = bytes[taken..];
            if (_headerRead < HeaderBytes) return;
            _headerRead = 0;
            _skip = (_header[0] << 16) | (_header[1] << 8) | _header[2];
            const byte Data = 0;
            if (_header[3] != Data || _skip < WorthAFrame) _left--;
        }

        Debug.Assert(_headerRead < HeaderBytes);
    }
}

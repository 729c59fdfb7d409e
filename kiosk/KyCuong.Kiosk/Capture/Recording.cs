using KyCuong.Kiosk.Transports;

namespace KyCuong.Kiosk.Capture;

/// <summary>
/// A line whose traffic is kept in memory until it is known what was spoken on it, and then written or forgotten. What comes beyond
/// <see cref="MaxBytes"/> is not kept.
/// </summary>
internal sealed class Recording(ITransport inner, TimeProvider time) : ITransport
{
    /// <summary>More than a file holds.</summary>
    public const int MaxBytes = CaptureFile.MaxBytes / 3;

    private readonly List<(bool Came, CapturedChunk Chunk)> _events = [];
    private readonly long _openedAt = MonotonicClock.Microseconds(time);
    private int _bytes;

    /// <inheritdoc/>
    public int Read(Span<byte> buffer, TimeSpan wait)
    {
        var count = inner.Read(buffer, wait);
        Keep(true, buffer[..count]);
        return count;
    }

    /// <inheritdoc/>
    public void Write(ReadOnlySpan<byte> bytes)
    {
        inner.Write(bytes);
        Keep(false, bytes);
    }

    /// <inheritdoc/>
    public void Wake() => inner.Wake();

    /// <summary>Nothing: the line is its owner's.</summary>
    public void Dispose()
    {
    }

    /// <summary>Writes all to a session and forgets it.</summary>
    public void WriteTo(CaptureSession session)
    {
        session.Opened(_openedAt);
        foreach (var (came, chunk) in _events)
        {
            if (came) session.Came(chunk.Bytes, chunk.At);
            else session.Sent(chunk.Bytes, chunk.At);
            Array.Clear(chunk.Bytes);
        }

        session.End();
        _events.Clear();
    }

    private void Keep(bool came, ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty || _bytes + bytes.Length > MaxBytes) return;
        _bytes += bytes.Length;
        _events.Add((came, new CapturedChunk(MonotonicClock.Microseconds(time), bytes.ToArray())));
    }
}

using KyCuong.Kiosk.Transports;

namespace KyCuong.Kiosk.Capture;

/// <summary>A line whose traffic is written down. Reading goes first: a part is written only while the line is silent or the line closes.</summary>
internal sealed class CapturingTransport : ITransport
{
    private readonly ITransport _inner;
    private readonly CaptureSession _session;
    private readonly TimeProvider _time;

    public CapturingTransport(ITransport inner, CaptureSession session, TimeProvider time)
    {
        (_inner, _session, _time) = (inner, session, time);
        session.Opened(Now);
    }

    private long Now => MonotonicClock.Microseconds(_time);

    /// <inheritdoc/>
    public int Read(Span<byte> buffer, TimeSpan wait)
    {
        var count = _inner.Read(buffer, wait);
        if (count > 0) _session.Came(buffer[..count], Now);
        else _session.Tick(Now);
        return count;
    }

    /// <inheritdoc/>
    public void Write(ReadOnlySpan<byte> bytes)
    {
        _inner.Write(bytes);
        _session.Sent(bytes, Now);
    }

    /// <inheritdoc/>
    public void Wake() => _inner.Wake();

    /// <inheritdoc/>
    public void Dispose()
    {
        _inner.Dispose();
        _session.End();
    }
}

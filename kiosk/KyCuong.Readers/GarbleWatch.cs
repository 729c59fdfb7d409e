namespace KyCuong.Readers;

/// <summary>
/// Notices a line that talks and never makes sense: wrong speed, wrong protocol, a damaged cable. Stands between a driver and
/// its sink and raises <see cref="ReaderFault.Garbled"/> once after <paramref name="limit"/> bytes without anything recognised.
/// A text that was understood and refused (another QR code) is recognised. Not thread-safe.
/// </summary>
/// <param name="inner">Where everything goes on to.</param>
/// <param name="limit">Bytes, more than the longest frame of the reader has.</param>
public sealed class GarbleWatch(IReaderSink inner, int limit = GarbleWatch.LimitBytes) : IReaderSink
{
    /// <summary>Bytes without a recognised frame after which a serial line is called garbled; some 290 frames of an RDM6300.</summary>
    public const int LimitBytes = 4096;

    private int _unrecognised;

    /// <summary>True from the fault until something is recognised again.</summary>
    public bool IsGarbled => _unrecognised >= limit;

    /// <summary>Tells how many bytes the driver was just given; call after the driver had them.</summary>
    public void Received(int count, long t)
    {
        if (IsGarbled)
            return;
        _unrecognised = (int)Math.Min(limit, (long)_unrecognised + count);
        if (IsGarbled)
            inner.Fault(ReaderFault.Garbled, t);
    }

    /// <summary>The line was opened anew; judge it from here.</summary>
    public void Reset() => _unrecognised = 0;

    /// <inheritdoc/>
    public void Read(RawRead read)
    {
        _unrecognised = 0;
        inner.Read(read);
    }

    /// <inheritdoc/>
    public void ReadTogether(RawRead first, RawRead? second)
    {
        _unrecognised = 0;
        inner.ReadTogether(first, second);
    }

    /// <inheritdoc/>
    public void Nothing(long t) => inner.Nothing(t);

    /// <inheritdoc/>
    public void Refused(RefusedRead refused)
    {
        ArgumentNullException.ThrowIfNull(refused);
        if (refused.WasUnderstood)
            _unrecognised = 0;
        inner.Refused(refused);
    }

    /// <inheritdoc/>
    public void Send(ReadOnlySpan<byte> bytes) => inner.Send(bytes);

    /// <inheritdoc/>
    public void Fault(ReaderFault fault, long t)
    {
        // Who refuses a setting was understood; only its silence says nothing of the line.
        if (fault is not (ReaderFault.NoAnswer or ReaderFault.Garbled))
            _unrecognised = 0;
        inner.Fault(fault, t);
    }

    /// <inheritdoc/>
    public void Working(long t)
    {
        _unrecognised = 0;
        inner.Working(t);
    }

    /// <inheritdoc/>
    public void Remark(ReaderRemark remark) => inner.Remark(remark);
}

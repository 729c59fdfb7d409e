namespace KyCuong.Kiosk.Transports;

/// <summary>
/// An open connection to one reader: read, write, close, nothing else. It never reconnects; whoever owns it opens another.
/// One thread owns it; only <see cref="Wake"/> may be called from others. Closing is <see cref="IDisposable.Dispose"/>.
/// </summary>
public interface ITransport : IDisposable
{
    /// <summary>
    /// Waits up to <paramref name="wait"/> for bytes and returns how many were read; 0 when none came or <see cref="Wake"/> was called.
    /// </summary>
    /// <exception cref="TransportException">The reader went away. The transport is of no further use.</exception>
    public int Read(Span<byte> buffer, TimeSpan wait);

    /// <summary>Sends all bytes, or fails after <see cref="TransportLimits.WriteTimeout"/> without progress.</summary>
    /// <exception cref="TransportException">The reader went away or takes nothing.</exception>
    public void Write(ReadOnlySpan<byte> bytes);

    /// <summary>Makes the current or next <see cref="Read"/> return at once. Any thread.</summary>
    public void Wake();
}

/// <summary>
/// Opens a reader's line once.
/// </summary>
/// <param name="stop">Ends a slow attempt with <see cref="OperationCanceledException"/>.</param>
/// <returns>The open line, owned by the caller.</returns>
/// <exception cref="TransportException">It cannot be opened now; says why and what to do.</exception>
public delegate ITransport OpenTransport(CancellationToken stop);

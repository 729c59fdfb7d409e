namespace KyCuong.Readers;

/// <summary>
/// Turns the bytes of one reader into reads. Pure: it owns no port, thread or clock, keeps at most
/// <see cref="MemoryLimitBytes"/> and never throws, whatever bytes come. Not thread-safe; one owner calls it in order.
/// All times are monotonic microseconds of one clock of the caller's and never go back.
/// </summary>
public interface IReaderDriver
{
    /// <summary>What a driver may hold between two calls, in bytes. Larger input is refused, never collected.</summary>
    public const int MemoryLimitBytes = 4096;

    /// <summary>The time at which <see cref="Tick"/> is wanted next, in microseconds; null when only bytes can change anything.</summary>
    public long? WakeAt { get; }

    /// <summary>The line was opened, for the first time or again. Half a frame from before is forgotten: it never joins what comes now.</summary>
    public void Opened(long t);

    /// <summary>Bytes arrived at <paramref name="t"/>. An empty span is allowed and changes nothing.</summary>
    public void Bytes(ReadOnlySpan<byte> bytes, long t);

    /// <summary>Time passed without bytes; frames that end by silence end here.</summary>
    public void Tick(long t);

    /// <summary>
    /// Tells the officer at the reader itself, with its light or buzzer, if it has one: by <see cref="IReaderSink.Send"/>, now or with the
    /// next exchange. Newest wins; reading goes before telling. Readers without a light do nothing.
    /// </summary>
    public void Indicate(ReaderSignal signal, long t)
    {
    }
}

using KyCuong.Readers.Keyboard;

namespace KyCuong.Kiosk.Transports.RawInput;

/// <summary>
/// Records of keys on their way from the window to the reader's thread. At its bound what waits is thrown away and the loss is told in its
/// place, as Linux does: the driver then refuses the line. Thread-safe.
/// </summary>
internal sealed class KeyQueue
{
    /// <summary>Records that wait at the most: some lines of the longest kind.</summary>
    public const int MaxBytes = 4 * 1024 * WindowsKeys.MaxBytes;

    private readonly Lock _gate = new();
    private readonly WindowsKeys _keys = new();
    private readonly Queue<byte> _waiting = new();

    /// <summary>A key as Windows tells it.</summary>
    public void Add(ushort makeCode, ushort flags, long timeUs)
    {
        Span<byte> records = stackalloc byte[WindowsKeys.MaxBytes];
        lock (_gate)
        {
            if (_waiting.Count + WindowsKeys.MaxBytes > MaxBytes)
            {
                _waiting.Clear();
                Append(records[.._keys.WriteLost(timeUs, records)]);
            }

            Append(records[.._keys.Write(makeCode, flags, timeUs, records)]);
        }
    }

    /// <summary>Takes what waits in whole records, as far as there is room; 0 when nothing does.</summary>
    public int Take(Span<byte> buffer)
    {
        lock (_gate)
        {
            var count = 0;
            var room = buffer.Length / EvdevTransport.RecordBytes * EvdevTransport.RecordBytes;
            while (count < room && _waiting.TryDequeue(out var b)) buffer[count++] = b;
            return count;
        }
    }

    private void Append(ReadOnlySpan<byte> records)
    {
        foreach (var b in records) _waiting.Enqueue(b);
    }
}

using System.Buffers.Binary;
using KyCuong.Kiosk.Transports;
using KyCuong.Readers;

namespace KyCuong.Kiosk.Identify;

/// <summary>Bytes that came together, for showing; wiped as soon as they are shown. One thread.</summary>
internal sealed class Burst(ReaderPort port)
{
    private const int MaxBytes = 512;
    private const int MaxKeyBytes = 1024 * EvdevTransport.RecordBytes;

    /// <summary>Silence that parts two lines, microseconds.</summary>
    private const long Gap = 100_000;

    /// <summary>The same behind what ends a frame: a card that is held to its reader says the same some 15 times a second.</summary>
    private const long GapAfterEnd = 20_000;

    /// <summary>The same between two keys.</summary>
    private const long KeyGap = 300_000;

    private readonly byte[] _bytes = new byte[port == ReaderPort.Keyboard ? MaxKeyBytes : MaxBytes];
    private int _length;
    private long _firstAt;
    private long _lastAt;

    /// <summary>Bytes so far.</summary>
    public ReadOnlySpan<byte> Bytes => _bytes.AsSpan(0, _length);

    /// <summary>When the first of them came.</summary>
    public long FirstAt => _firstAt;

    /// <summary>When it ends if nothing more comes; null while it is empty.</summary>
    public long? EndsAt => _length == 0 ? null : _length == _bytes.Length ? _lastAt : _lastAt + Silence;

    private long Silence => port == ReaderPort.Keyboard ? KeyGap : _bytes[_length - 1] is 0x03 or 0x09 or 0x0A or 0x0D ? GapAfterEnd : Gap;

    /// <summary>Keys pressed, of a keyboard's records.</summary>
    public int Keys
    {
        get
        {
            const ushort key = 1;
            const int pressed = 1;
            var count = 0;
            for (var i = 0; i + EvdevTransport.RecordBytes <= _length; i += EvdevTransport.RecordBytes)
            {
                var record = _bytes.AsSpan(i, EvdevTransport.RecordBytes);
                if (BinaryPrimitives.ReadUInt16LittleEndian(record[16..]) == key && BinaryPrimitives.ReadInt32LittleEndian(record[20..]) == pressed) count++;
            }

            return count;
        }
    }

    /// <summary>Takes of the bytes what there is room for, and returns how many that is.</summary>
    public int Add(ReadOnlySpan<byte> bytes, long t)
    {
        var count = Math.Min(bytes.Length, _bytes.Length - _length);
        if (_length == 0) _firstAt = t;
        bytes[..count].CopyTo(_bytes.AsSpan(_length));
        _length += count;
        _lastAt = t;
        return count;
    }

    /// <summary>Forgets them.</summary>
    public void Clear()
    {
        Array.Clear(_bytes, 0, _length);
        _length = 0;
    }
}

using System.Buffers.Binary;

namespace KyCuong.Readers.Keyboard;

/// <summary>
/// One <c>struct input_event</c> of 64-bit Linux, 24 bytes little-endian: seconds, microseconds (8 bytes each), type, code
/// (2 each), value (4).
/// </summary>
/// <param name="TimeUs">The kernel's stamp, microseconds; only differences mean anything.</param>
/// <param name="Type">One of the constants, or another kind of event, which says nothing of keys.</param>
/// <param name="Code">Which key, for <see cref="Key"/>.</param>
/// <param name="Value">For <see cref="Key"/>: 0 released, 1 pressed, 2 repeated because it is held.</param>
internal readonly record struct EvdevRecord(long TimeUs, ushort Type, ushort Code, int Value)
{
    /// <summary>Bytes of a record.</summary>
    public const int Size = 24;

    /// <summary>Type of marks between records.</summary>
    public const ushort Syn = 0;

    /// <summary>Type of keys.</summary>
    public const ushort Key = 1;

    /// <summary>Code of <see cref="Syn"/>: the records since the last one belong together and are complete.</summary>
    public const ushort Report = 0;

    /// <summary>Code of <see cref="Syn"/>: the kernel had no room and lost records.</summary>
    public const ushort Dropped = 3;

    public const int Released = 0;
    public const int Pressed = 1;
    public const int Repeated = 2;

    private const ushort MaxType = 0x1F;
    private const long MicrosecondsOfSecond = 1_000_000;
    private const long MaxSeconds = long.MaxValue / MicrosecondsOfSecond - 1;

    /// <summary>Reads 24 bytes; false for what no kernel writes: these are not records, or they are out of step.</summary>
    public static bool TryRead(ReadOnlySpan<byte> bytes, out EvdevRecord record)
    {
        var seconds = BinaryPrimitives.ReadInt64LittleEndian(bytes);
        var microseconds = BinaryPrimitives.ReadInt64LittleEndian(bytes[8..]);
        var type = BinaryPrimitives.ReadUInt16LittleEndian(bytes[16..]);
        var code = BinaryPrimitives.ReadUInt16LittleEndian(bytes[18..]);
        var value = BinaryPrimitives.ReadInt32LittleEndian(bytes[20..]);
        record = default;
        if (seconds is < 0 or > MaxSeconds || microseconds is < 0 or >= MicrosecondsOfSecond || type > MaxType)
            return false;
        if (type == Syn && code is not (Report or Dropped))
            return false;
        if (type == Key && (code > HidKeymap.MaxCode || value is not (Released or Pressed or Repeated)))
            return false;
        record = new EvdevRecord((seconds * MicrosecondsOfSecond) + microseconds, type, code, value);
        return true;
    }
}

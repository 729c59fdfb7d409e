using System.Buffers.Binary;

namespace KyCuong.Readers.Keyboard;

/// <summary>
/// Turns what Windows tells of one raw keyboard (<c>RAWKEYBOARD</c> of winuser.h: scan codes of set 1, below layout and input method) into
/// the records that <see cref="KeyboardProtocol"/> reads. Pure. Not thread-safe.
/// </summary>
public sealed class WindowsKeys
{
    /// <summary>Most bytes that one event makes: a key and the end of its packet.</summary>
    public const int MaxBytes = 2 * EvdevRecord.Size;

    private const ushort Up = 1;       // RI_KEY_BREAK
    private const ushort Extended = 2; // RI_KEY_E0
    private const ushort Pause = 4;    // RI_KEY_E1
    private const ushort Overrun = 0xFF;
    private const ushort FakeLeftShift = 0x2A;
    private const ushort FakeRightShift = 0x36;

    /// <summary>Up to here a scan code is Linux' key code of the same key (F12), but for those that no keyboard sends.</summary>
    private const ushort LastEqual = 88;

    /// <summary>Linux' code of a key that types nothing known: it spoils the line instead of vanishing from it.</summary>
    private const ushort Unknown = 240;

    /// <summary>Windows does not say which presses are repetitions of a held key. Its own begin after 250 ms at the earliest.</summary>
    private const long ShortestRepeatUs = 200_000;

    private readonly Dictionary<ushort, long> _held = [];

    /// <summary>Writes the records of one event.</summary>
    /// <param name="makeCode"><c>MakeCode</c>.</param>
    /// <param name="flags"><c>Flags</c>.</param>
    /// <param name="timeUs">When it happened, microseconds of a clock that is never set; not negative.</param>
    /// <param name="records">Room for <see cref="MaxBytes"/>.</param>
    /// <returns>Bytes written; 0 when the event is no key.</returns>
    public int Write(ushort makeCode, ushort flags, long timeUs, Span<byte> records)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(timeUs);
        if (makeCode == Overrun)
        {
            _held.Clear();
            return Packet(records, timeUs, EvdevRecord.Syn, EvdevRecord.Dropped, 0);
        }

        // Keyboards put them around the grey keys; nobody pressed Shift.
        if ((flags & Extended) != 0 && makeCode is (FakeLeftShift or FakeRightShift))
            return 0;
        var code = CodeOf(makeCode, flags);
        return Packet(records, timeUs, EvdevRecord.Key, code, (flags & Up) != 0 ? Released(code) : Pressed(code, timeUs));
    }

    /// <summary>Writes the mark of lost events.</summary>
    /// <inheritdoc cref="Write"/>
    public int WriteLost(long timeUs, Span<byte> records) => Write(Overrun, 0, timeUs, records);

    private static ushort CodeOf(ushort makeCode, ushort flags)
    {
        if ((flags & Pause) != 0) return Unknown;
        if ((flags & Extended) == 0) return makeCode is > 0 and <= LastEqual and not (84 or 85) ? makeCode : Unknown;
        return makeCode switch
        {
            0x1C => 96,  // Enter of the keypad
            0x1D => 97,  // right Ctrl
            0x35 => 98,  // / of the keypad
            0x38 => 100, // right Alt
            0x47 => 102, 0x48 => 103, 0x49 => 104, 0x4B => 105, 0x4D => 106, 0x4F => 107, 0x50 => 108, 0x51 => 109, 0x52 => 110, 0x53 => 111,
            0x5B => 125, 0x5C => 126, 0x5D => 127,
            _ => Unknown,
        };
    }

    private int Released(ushort code)
    {
        _held.Remove(code);
        return EvdevRecord.Released;
    }

    private int Pressed(ushort code, long timeUs)
    {
        // A second press sooner than any repetition: the release between them was lost, and the driver shall see that.
        if (_held.TryGetValue(code, out var since) && timeUs - since >= ShortestRepeatUs) return EvdevRecord.Repeated;
        _held[code] = timeUs;
        return EvdevRecord.Pressed;
    }

    private static int Packet(Span<byte> records, long timeUs, ushort type, ushort code, int value)
    {
        Put(records, timeUs, type, code, value);
        Put(records[EvdevRecord.Size..], timeUs, EvdevRecord.Syn, EvdevRecord.Report, 0);
        return MaxBytes;
    }

    private static void Put(Span<byte> record, long timeUs, ushort type, ushort code, int value)
    {
        BinaryPrimitives.WriteInt64LittleEndian(record, timeUs / 1_000_000);
        BinaryPrimitives.WriteInt64LittleEndian(record[8..], timeUs % 1_000_000);
        BinaryPrimitives.WriteUInt16LittleEndian(record[16..], type);
        BinaryPrimitives.WriteUInt16LittleEndian(record[18..], code);
        BinaryPrimitives.WriteInt32LittleEndian(record[20..], value);
    }
}

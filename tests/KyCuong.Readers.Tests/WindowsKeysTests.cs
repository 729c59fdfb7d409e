using KyCuong.Readers.Keyboard;

namespace KyCuong.Readers.Tests;

/// <summary>Scan codes: Microsoft, "USB HID to PS/2 scan code translation table", column "set 1 make"; key codes: Linux' input-event-codes.h.</summary>
public sealed class WindowsKeysTests
{
    private const ushort Extended = 2;
    private const ushort Key = 1; // type EV_KEY; EV_SYN and SYN_REPORT are 0
    private const int Released = 0;
    private const int Pressed = 1;
    private const int Repeated = 2;

    private readonly WindowsKeys _keys = new();
    private readonly byte[] _records = new byte[WindowsKeys.MaxBytes];

    [Theory]
    [InlineData(0x1E, 0, 30)] // A
    [InlineData(0x2C, 0, 44)] // Z
    [InlineData(0x02, 0, 2)]  // 1
    [InlineData(0x0B, 0, 11)] // 0
    [InlineData(0x1C, 0, 28)] // Enter
    [InlineData(0x0F, 0, 15)] // Tab
    [InlineData(0x2A, 0, 42)] // left Shift
    [InlineData(0x36, 0, 54)] // right Shift
    [InlineData(0x33, 0, 51)] // comma
    [InlineData(0x4F, 0, 79)] // keypad 1
    [InlineData(0x58, 0, 88)] // F12
    [InlineData(0x1C, Extended, 96)] // keypad Enter
    [InlineData(0x1D, Extended, 97)] // right Ctrl
    [InlineData(0x35, Extended, 98)] // keypad /
    [InlineData(0x38, Extended, 100)] // right Alt
    [InlineData(0x4F, Extended, 107)] // End
    [InlineData(0x5B, Extended, 125)] // left logo
    [InlineData(0x7D, 0, 240)] // no key of set 1 known here
    [InlineData(0x00, 0, 240)]
    [InlineData(0x1E, Extended, 240)]
    [InlineData(0x1D, 4, 240)] // Pause
    public void A_key_has_linux_code_of_the_same_key(ushort makeCode, ushort flags, ushort code)
    {
        Assert.Equal((Key, code, Pressed), Written(makeCode, flags, 1_000_001));
        Assert.Equal((Key, code, Released), Written(makeCode, (ushort)(flags | 1), 1_004_001));
    }

    [Fact]
    public void A_held_key_repeats_and_one_that_was_pressed_twice_at_once_does_not()
    {
        Assert.Equal(Pressed, Written(2, 0, 1_000_000).Value);
        Assert.Equal(Pressed, Written(2, 0, 1_199_999).Value);
        Assert.Equal(Repeated, Written(2, 0, 1_399_999).Value);
        Written(2, 1, 1_500_000);
        Assert.Equal(Pressed, Written(2, 0, 1_900_000).Value);
    }

    [Theory]
    [InlineData(0x2A)]
    [InlineData(0x36)]
    public void Shift_that_a_keyboard_makes_up_around_grey_keys_is_none(ushort makeCode) => Assert.Equal(0, _keys.Write(makeCode, Extended, 0, _records));

    [Fact]
    public void Keys_that_the_keyboard_lost_are_told_as_lost() => Assert.Equal(((ushort)0, (ushort)3, 0), Written(0xFF, 0, 0));

    private (ushort Type, ushort Code, int Value) Written(ushort makeCode, ushort flags, long t)
    {
        Assert.Equal(WindowsKeys.MaxBytes, _keys.Write(makeCode, flags, t, _records));
        var key = _records.AsSpan(..24);
        var mark = _records.AsSpan(24..);
        Assert.Equal(t, BitConverter.ToInt64(key) * 1_000_000 + BitConverter.ToInt64(key[8..]));
        Assert.Equal(key[..16], mark[..16]);
        Assert.Equal(0, BitConverter.ToInt64(mark[16..]));
        return (BitConverter.ToUInt16(key[16..]), BitConverter.ToUInt16(key[18..]), BitConverter.ToInt32(key[20..]));
    }
}

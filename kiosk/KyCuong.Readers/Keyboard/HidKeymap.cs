namespace KyCuong.Readers.Keyboard;

/// <summary>
/// Key codes of Linux (<c>input-event-codes.h</c>) and the characters of the US layout, which is what readers and scanners type in
/// factory settings. Letters are upper case whatever the keys say: case tells only what Shift and Caps Lock were, and no format uses it.
/// </summary>
internal static class HidKeymap
{
    /// <summary>Highest key code, <c>KEY_MAX</c>.</summary>
    public const int MaxCode = 0x2FF;

    /// <summary>Stands for a key that types no character of the US layout, or a key pressed together with Ctrl, Alt or a logo key. No format holds it.</summary>
    public const byte NoText = 0x1A;

    private const ushort LeftShift = 42;
    private const ushort RightShift = 54;

    // By key code; a NUL types nothing.
    private const string Plain =
        "\0\u001B1234567890-=\b\0QWERTYUIOP[]\0\0ASDFGHJKL;'`\0\\ZXCVBNM,./\0*\0 \0\0\0\0\0\0\0\0\0\0\0\0\0"
        + "789-456+1230.";

    private const string Shifted =
        "\0\u001B!@#$%^&*()_+\b\0QWERTYUIOP{}\0\0ASDFGHJKL:\"~\0|ZXCVBNM<>?\0*\0 \0\0\0\0\0\0\0\0\0\0\0\0\0"
        + "789-456+1230.";

    /// <summary>Enter, Enter of the keypad, Tab: what ends a line.</summary>
    public static bool IsEnd(ushort code) => code is 28 or 96 or 15;

    /// <summary>Shift keys.</summary>
    public static ReadOnlySpan<ushort> Shifts => [LeftShift, RightShift];

    /// <summary>Ctrl, Alt and logo keys: what is pressed with them is a command or a character by number, no text.</summary>
    public static ReadOnlySpan<ushort> Commands => [29, 97, 56, 100, 125, 126];

    /// <summary>Keys that only change what others mean: Shift, Ctrl, Alt, logo, Caps Lock, Num Lock, Scroll Lock.</summary>
    public static bool IsModifier(ushort code) => Shifts.Contains(code) || Commands.Contains(code) || code is 58 or 69 or 70;

    /// <summary>The character of a key, or <see cref="NoText"/>.</summary>
    public static byte Character(ushort code, bool shift)
    {
        var keys = shift ? Shifted : Plain;
        return code < keys.Length && keys[code] >= ' ' ? (byte)keys[code] : code == 98 ? (byte)'/' : NoText;
    }
}

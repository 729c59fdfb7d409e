namespace KyCuong.Kiosk.Capture;

/// <summary>Records of Linux's event device and keys that type nothing (input-event-codes.h), for those who write a captured keyboard anew.</summary>
internal static class KeyCodes
{
    /// <summary>Type of marks between records.</summary>
    public const ushort Syn = 0;

    /// <summary>Type of keys.</summary>
    public const ushort Key = 1;

    /// <summary>Tab, Enter, Enter of the keypad: what ends a line.</summary>
    public static bool IsEnd(ushort code) => code is 15 or 28 or 96;

    /// <summary>Shift, Ctrl, Alt, logo, Caps Lock, Num Lock, Scroll Lock: they only change what others mean.</summary>
    public static bool IsModifier(ushort code) => code is 29 or 42 or 54 or 56 or 58 or 69 or 70 or 97 or 100 or 125 or 126;
}

namespace KyCuong.Readers;

/// <summary>What kind of port a reader is on.</summary>
public enum ReaderPort
{
    /// <summary>A serial line of the machine, or one behind a serial device server.</summary>
    Serial,

    /// <summary>A keyboard of the machine.</summary>
    Keyboard,

    /// <summary>A reader of the machine's PC/SC service.</summary>
    SmartCard,

    /// <summary>A HID device of the machine that is no keyboard.</summary>
    Hid,
}

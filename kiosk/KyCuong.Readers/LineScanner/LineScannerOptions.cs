namespace KyCuong.Readers.LineScanner;

/// <summary>What ends a scan. Silence always does; this is the character that does so at once.</summary>
public enum ScanEnd
{
    /// <summary>CR, LF, or both: the factory setting of nearly every scanner.</summary>
    CrOrLf,

    /// <summary>TAB.</summary>
    Tab,

    /// <summary>ETX.</summary>
    Etx,

    /// <summary>No character; every byte belongs to the text.</summary>
    SilenceOnly,
}

/// <summary>What to do with an AIM identifier (ISO/IEC 15424: <c>]</c>, a letter, a digit) in front of the text.</summary>
public enum AimId
{
    /// <summary>Taken off when it is there.</summary>
    Allowed,

    /// <summary>The scanner is not set to send one: text that begins like one is text.</summary>
    None,

    /// <summary>It must be there and say QR (<c>]Q0</c> to <c>]Q6</c>).</summary>
    QrOnly,
}

/// <summary>Which text a line scanner accepts as a credential.</summary>
public enum LineForm
{
    /// <summary>A badge code, <c>KC1:</c> and 16 symbols (hardware-notes/kc1-badge.md).</summary>
    BadgeCode,
}

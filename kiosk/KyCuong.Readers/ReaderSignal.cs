namespace KyCuong.Readers;

/// <summary>
/// What a reader's own light and buzzer tell, to be understood without looking and without colour. Readers with fewer means leave
/// out what they cannot say. Whether somebody is late is never told this way: the queue hears it.
/// </summary>
public enum ReaderSignal
{
    /// <summary>The tap is kept: green, one short beep (100 ms).</summary>
    Recorded,

    /// <summary>Kept, and the same person had tapped moments before: green, two short beeps.</summary>
    Again,

    /// <summary>Not a badge that may be used here: red, one long beep (500 ms).</summary>
    Refused,

    /// <summary>The kiosk keeps nothing now: red, three short beeps.</summary>
    OutOfService,
}

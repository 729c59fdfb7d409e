namespace KyCuong.Server.Pins;

/// <summary>Bounds of entering staff codes at gates. What happens at each stands with it.</summary>
internal static class PinBounds
{
    /// <summary>How long a wrong PIN counts.</summary>
    public static readonly TimeSpan Window = TimeSpan.FromMinutes(15);

    /// <summary>Wrong PINs of one staff code within <see cref="Window"/>, at whatever gates; then the code waits. A million PINs take years so.</summary>
    public const int WrongPerCode = 5;

    /// <summary>Wrong PINs at one kiosk within <see cref="Window"/>, of whatever codes; then the kiosk waits.</summary>
    public const int WrongPerKiosk = 30;

    /// <summary>Checks of one stream not yet answered; one more is out of contract.</summary>
    public const int ChecksWaiting = 4;

    /// <summary>Digits of a new PIN when nobody says how many.</summary>
    public const int Digits = 6;
}

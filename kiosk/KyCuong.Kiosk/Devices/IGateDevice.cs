using KyCuong.Kiosk.Feedback;

namespace KyCuong.Kiosk.Devices;

/// <summary>
/// An open device that tells the officer. One thread owns it. Every member may throw <see cref="IOException"/> or
/// <see cref="UnauthorizedAccessException"/>: it went away, and its owner opens another.
/// </summary>
internal interface IGateDevice : IDisposable
{
    /// <summary>How long a verdict stays.</summary>
    public TimeSpan Stays { get; }

    /// <summary>Tells a verdict. False when this device has nothing to say of it.</summary>
    public bool Tell(Verdict verdict);

    /// <summary>As while nobody taps. Said at opening, after a verdict, once a minute (none of these devices answers, so one that lost its power is put right that way) and at the end.</summary>
    public void Rest();

    /// <summary>Finds out whether it was unplugged, which writing alone would tell only with the next verdict, and lose that.</summary>
    public void Check();
}

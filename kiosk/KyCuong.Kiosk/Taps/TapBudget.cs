namespace KyCuong.Kiosk.Taps;

/// <summary>Most taps of a reader in a minute; what exceeds it is a flood, no people. Pure. Not thread-safe.</summary>
/// <param name="perMinute">The bound.</param>
public sealed class TapBudget(int perMinute)
{
    private const long MinuteUs = 60_000_000;
    private long _since;
    private int _passed;
    private int _refused;

    /// <summary>True when a tap at this boot time may pass. Gives how many were turned away in a minute that has ended, 0 for none.</summary>
    public bool Passes(long atUs, out int turnedAway)
    {
        turnedAway = 0;
        if (atUs - _since >= MinuteUs)
        {
            turnedAway = _refused;
            (_since, _passed, _refused) = (atUs, 0, 0);
        }

        if (_passed < perMinute)
        {
            _passed++;
            return true;
        }

        _refused++;
        return false;
    }
}

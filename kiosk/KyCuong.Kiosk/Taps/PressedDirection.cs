using KyCuong.Protos.V1;

namespace KyCuong.Kiosk.Taps;

/// <summary>
/// The way somebody chose on the screen before their tap. It holds for the next tap only, and not for long: who comes after must
/// not be sent out by it. Thread-safe.
/// </summary>
/// <param name="clock">Boot time, µs.</param>
public sealed class PressedDirection(Func<long> clock)
{
    /// <summary>A choice without a tap ends after this, µs.</summary>
    public const long HoldsUs = 10_000_000;

    private readonly Lock _gate = new();
    private Direction _direction;
    private long _untilUs;

    /// <summary>The choice that waits for its tap; unspecified for none.</summary>
    public Direction Current
    {
        get { lock (_gate) return clock() < _untilUs ? _direction : Direction.Unspecified; }
    }

    /// <summary>Somebody chose; unspecified takes a choice back.</summary>
    public void Press(Direction direction)
    {
        lock (_gate) (_direction, _untilUs) = (direction, direction == Direction.Unspecified ? 0 : clock() + HoldsUs);
    }

    /// <summary>A tap at this boot time uses the choice up, if it was made before it.</summary>
    public Direction Take(long atUs)
    {
        lock (_gate)
        {
            var taken = atUs >= _untilUs - HoldsUs && atUs < _untilUs ? _direction : Direction.Unspecified;
            if (taken != Direction.Unspecified) _untilUs = 0;
            return taken;
        }
    }
}

namespace KyCuong.Kiosk.Link;

/// <summary>
/// Lets the commits of a moment go up together. Each on its own would be encrypted, committed by the server and acknowledged while the next
/// officer's verdict waits for the same processor; nobody waits for the server to have them <see cref="Moment"/> sooner. Whoever is told of a commit
/// calls <see cref="Changed"/>; whoever sends asks <see cref="MaySend"/>. Thread-safe.
/// </summary>
internal sealed class Gathering : IDisposable
{
    /// <summary>From the first commit until it is sent with those that came after it.</summary>
    public static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(40);

    private const int Idle = 0;
    private const int Gathers = 1;
    private const int Due = 2;

    private readonly ITimer _timer;
    private int _state = Idle;

    /// <summary>Nothing waits yet.</summary>
    /// <param name="time">Measures the moment.</param>
    /// <param name="due">Said when it is over, from the clock's thread: return at once, and let the sender ask.</param>
    public Gathering(TimeProvider time, Action due) => _timer = time.CreateTimer(
        _ =>
        {
            Volatile.Write(ref _state, Due);
            due();
        },
        null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);

    /// <summary>Something was committed. The moment of the first begins; that of the others runs already, or is over and they go with the first.</summary>
    public void Changed()
    {
        if (Interlocked.CompareExchange(ref _state, Gathers, Idle) == Idle) _timer.Change(Moment, Timeout.InfiniteTimeSpan);
    }

    /// <summary>
    /// Whether to send now. To be asked before looking at what there is: what is committed after a yes begins a moment of its own, so that nothing is
    /// forgotten; and a moment that is over is answered with yes once however many commits follow it, so that nothing waits for ever.
    /// </summary>
    public bool MaySend() => Interlocked.CompareExchange(ref _state, Idle, Due) != Gathers;

    /// <inheritdoc />
    public void Dispose() => _timer.Dispose();
}

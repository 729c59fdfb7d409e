namespace KyCuong.Simulation.Line;

/// <summary>How the way between a kiosk and the server is.</summary>
/// <param name="Up">False: nobody can connect, and what is connected is cut when it becomes so.</param>
/// <param name="Swallows">True: what is sent vanishes, both ways, and nobody is told.</param>
/// <param name="Delay">One way, at least.</param>
/// <param name="Jitter">Up to so much more, message by message; order is kept within a stream.</param>
/// <param name="CutOneIn">A stream breaks at one message in so many; 0: at none.</param>
internal sealed record LineState(bool Up, bool Swallows, TimeSpan Delay, TimeSpan Jitter, int CutOneIn)
{
    public static LineState Sound { get; } = new(true, false, TimeSpan.FromMilliseconds(2), TimeSpan.FromMilliseconds(3), 0);
}

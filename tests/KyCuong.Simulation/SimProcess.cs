namespace KyCuong.Simulation;

/// <summary>
/// One life of a program. When it is dead it may go on running until it waits, but nothing that it does reaches anybody: its timers do not
/// fire, its disk refuses, its messages and lights go nowhere.
/// </summary>
internal sealed class SimProcess
{
    /// <summary>True once it was killed or the power went.</summary>
    public bool Dead { get; set; }
}

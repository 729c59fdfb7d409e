namespace KyCuong.Simulation.Disk;

/// <summary>A copy of a disk.</summary>
/// <param name="Folder">Where it lies.</param>
/// <param name="TakenUs">When it was taken, true time.</param>
internal sealed record DiskImage(string Folder, long TakenUs);

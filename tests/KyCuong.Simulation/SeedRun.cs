using KyCuong.Simulation.Disk;
using KyCuong.Simulation.Site;
using Microsoft.Data.Sqlite;

namespace KyCuong.Simulation;

/// <summary>What came of a seed.</summary>
/// <param name="Seed">Which.</param>
/// <param name="Digest">Of its trace.</param>
/// <param name="Days">Days that its agency lived.</param>
/// <param name="Kiosks">Its gates.</param>
/// <param name="Made">Taps made.</param>
/// <param name="Kept">Shown as kept.</param>
/// <param name="Stored">On the server.</param>
/// <param name="Lost">Shown as kept, and lost by a disk that was made to.</param>
/// <param name="Problems">What is wrong; none: nothing is.</param>
internal sealed record SeedResult(int Seed, string Digest, int Days, int Kiosks, int Made, int Kept, int Stored, int Lost, IReadOnlyList<string> Problems);

/// <summary>Lives through one seed.</summary>
internal static class SeedRun
{
    /// <summary>Monday 2 March 2026, midnight in Hanoi.</summary>
    private static readonly long StartUs = (new DateTimeOffset(2026, 3, 2, 0, 0, 0, TimeSpan.FromHours(7)) - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;

    public static async Task<SeedResult> RunAsync(int seed, Agency agency, string root, TextWriter? trace)
    {
        var folder = Directory.CreateDirectory(Path.Combine(root, $"seed-{seed}")).FullName;
        DiskVfs.Begin(seed);
        var world = new World(seed, StartUs, trace);
        var ledger = new Ledger();
        var server = new ServerMachine(world, ledger, agency, folder);
        var kiosks = new List<KioskMachine>();
        for (var i = world.Chance.Next(1, Agency.Gates + 1); i > 0; i--) kiosks.Add(new KioskMachine(world, ledger, server, agency, folder, i, Agency.GateName(i)));
        var director = new Director(world, server, kiosks, (kiosk, name) => new KioskMachine(world, ledger, server, agency, folder, kiosk.Gate, name));
        world.At(StartUs, director.Begin);
        await world.RunAsync();
        var (problems, stored, lost) = Judge.Look(server.StoreFile, ledger);
        DiskVfs.Begin(0);
        SqliteConnection.ClearAllPools();
        Directory.Delete(folder, recursive: true);
        return new SeedResult(
            seed, world.Digest, director.Days, kiosks.Count, ledger.Taps.Count, ledger.Taps.Values.Count(tap => tap.Shown == Shown.Kept), stored, lost, [.. world.Problems, .. problems]);
    }
}

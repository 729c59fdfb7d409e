using KyCuong.Simulation;
using KyCuong.Simulation.Disk;

#pragma warning disable RS0030 // The harness says how long real machines took.
var time = TimeProvider.System;
#pragma warning restore RS0030

if (SimulationOptions.Read(args) is not { } options) return 2;
DiskVfs.Install();
return await new SimulationRun(options, time).RunAsync();

using KyCuong.Fuzz;

#pragma warning disable RS0030 // A program chooses its clock.
return FuzzOptions.Read(args) is { } options ? await new FuzzRun(options, TimeProvider.System).RunAsync() : 2;
#pragma warning restore RS0030

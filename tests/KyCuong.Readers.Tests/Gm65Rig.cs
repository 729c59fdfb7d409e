using KyCuong.Testing;

namespace KyCuong.Readers.Tests;

/// <summary>The GM65's driver and a module.</summary>
internal sealed class Gm65Rig(GrowModule module, Func<int, byte[], (long Delay, byte[] Bytes)?>? line = null) : ReaderRig<GrowModule>("gm65", ReaderOptions.Default, module, line);

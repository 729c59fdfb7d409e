namespace KyCuong.Server.Tests.Cli;

/// <summary>The machine's clock, for tests of real processes and sockets.</summary>
internal static class TestTime
{
#pragma warning disable RS0030 // These tests wait for real sockets.
    public static readonly TimeProvider System = TimeProvider.System;
#pragma warning restore RS0030
}

using KyCuong.Kiosk.Clock;

namespace KyCuong.Kiosk.Tests.Support;

/// <summary>Clocks set by hand.</summary>
internal sealed class TestClock : IKioskClock
{
    public UInt128 BootId { get; set; } = 7;

    public long BootTimeUs { get; set; } = 1_000_000;

    public long WallClockUs { get; set; } = 1_700_000_000_000_000;
}

/// <summary>The real clocks; this is a test host and may choose them.</summary>
internal static class RealClock
{
#pragma warning disable RS0030 // A test host chooses the clock.
    public static TimeProvider Wall => TimeProvider.System;
#pragma warning restore RS0030

    public static BootTimeProvider Boot { get; } = BootTimeProvider.OfThisBoot(Wall);

    /// <summary>Bound of every wait in these tests: only a failing test reaches it.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>Waits until something holds.</summary>
    public static async Task UntilAsync(Func<bool> holds, string what)
    {
        using var patience = new CancellationTokenSource(Patience, Wall);
        while (!holds())
        {
            if (patience.IsCancellationRequested) Assert.Fail($"Waited {Patience.TotalSeconds} s in vain: {what}.");
            await Task.Delay(TimeSpan.FromMilliseconds(5), Wall);
        }
    }
}

using KyCuong.Kiosk.Agent;

namespace KyCuong.Kiosk.Tests.Agent;

/// <summary>When a kiosk hands back what it needed only for a while.</summary>
public sealed class ThriftTests
{
    private readonly Thrift _thrift = new();

    [Fact]
    public void A_start_is_let_be_and_then_what_it_took_is_handed_back_once()
    {
        Assert.False(At(2, Thrift.Bound + 1));
        Assert.True(At(10, Thrift.Bound + 1));
        Assert.False(At(12, Thrift.Bound + 1));
        Assert.False(At(40, Thrift.Bound - 1));
        Assert.True(At(42, Thrift.Bound));
    }

    [Fact]
    public void A_queue_is_waited_for_but_not_without_end()
    {
        for (var second = 2; second < 300; second += 2) Assert.False(At(second, 80_000_000, taps: (ulong)second));
        Assert.True(At(300, 80_000_000, taps: 300));
        Assert.False(At(308, 80_000_000, taps: 308));
        Assert.False(At(310, 80_000_000, taps: 310));
        Assert.True(At(312, 80_000_000, taps: 310));
    }

    private bool At(double second, long resident, ulong taps = 0) => _thrift.IsDue(TimeSpan.FromSeconds(second), resident, taps);
}

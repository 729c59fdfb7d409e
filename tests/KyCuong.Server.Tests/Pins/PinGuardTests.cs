using KyCuong.Server.Pins;

namespace KyCuong.Server.Tests.Pins;

public sealed class PinGuardTests
{
    private readonly FeatureHost.StoppedClock _clock = new(new DateTimeOffset(2026, 5, 13, 7, 0, 0, TimeSpan.Zero));

    [Fact]
    public void Five_wrong_PINs_of_a_code_wait_until_the_first_is_a_quarter_of_an_hour_old_at_whatever_gate()
    {
        var guard = new PinGuard(_clock);
        for (var i = 0; i < PinBounds.WrongPerCode; i++)
        {
            Assert.NotNull(guard.TryBegin(1, kioskId: i, "NV001", out _));
            _clock.Now += TimeSpan.FromMinutes(1);
        }

        Assert.Null(guard.TryBegin(1, 9, "NV001", out var wait));
        Assert.Equal(TimeSpan.FromMinutes(10), wait);
        Assert.NotNull(guard.TryBegin(1, 9, "NV002", out _));
        Assert.NotNull(guard.TryBegin(2, 9, "NV001", out _));
        _clock.Now += wait;
        Assert.NotNull(guard.TryBegin(1, 9, "NV001", out _));
        Assert.Null(guard.TryBegin(1, 9, "NV001", out wait));
        Assert.Equal(TimeSpan.FromMinutes(1), wait);
    }

    [Fact]
    public void Many_codes_at_one_gate_make_the_gate_wait()
    {
        var guard = new PinGuard(_clock);
        for (var i = 0; i < PinBounds.WrongPerKiosk; i++) Assert.NotNull(guard.TryBegin(1, 5, $"NV{i}", out _));
        Assert.Null(guard.TryBegin(1, 5, "NV999", out var wait));
        Assert.Equal(PinBounds.Window, wait);
        Assert.NotNull(guard.TryBegin(1, 6, "NV999", out _));
    }

    [Fact]
    public void A_right_PIN_does_not_count_and_one_that_waits_neither()
    {
        var guard = new PinGuard(_clock);
        for (var i = 0; i < 3 * PinBounds.WrongPerCode; i++)
        {
            var right = guard.TryBegin(1, 5, "NV001", out _);
            Assert.NotNull(right);
            guard.Forgive(right);
        }

        for (var i = 0; i < PinBounds.WrongPerCode; i++) guard.TryBegin(1, 5, "NV001", out _);
        for (var i = 0; i < 20; i++) Assert.Null(guard.TryBegin(1, 5, "NV001", out _));
        _clock.Now += PinBounds.Window;
        Assert.NotNull(guard.TryBegin(1, 5, "NV001", out _));
    }
}

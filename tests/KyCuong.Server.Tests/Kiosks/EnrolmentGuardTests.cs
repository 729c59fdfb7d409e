using System.Net;
using KyCuong.Server.Features.Kiosks;
using KyCuong.Server.Tests.Certificates;

namespace KyCuong.Server.Tests.Kiosks;

public sealed class EnrolmentGuardTests
{
    private readonly StandingClock _clock = new(new DateTimeOffset(2026, 5, 13, 0, 0, 0, TimeSpan.Zero));
    private readonly EnrolmentGuard _guard;

    public EnrolmentGuardTests() => _guard = new EnrolmentGuard(_clock);

    [Fact]
    public void An_address_waits_after_its_failures_until_they_are_old()
    {
        for (var i = 0; i < KioskBounds.FailuresPerAddress; i++) Assert.True(May("10.0.0.1"));
        Assert.False(May("10.0.0.1"));
        Assert.True(May("10.0.0.2"));
        _clock.Now += KioskBounds.AddressWindow - TimeSpan.FromTicks(1);
        Assert.False(May("10.0.0.1"));
        _clock.Now += TimeSpan.FromTicks(1);
        Assert.True(May("10.0.0.1"));
    }

    [Fact]
    public void Success_does_not_count()
    {
        for (var i = 0; i < 3 * KioskBounds.FailuresPerAddress; i++)
        {
            var attempt = _guard.TryBegin(IPAddress.Loopback);
            Assert.NotNull(attempt);
            _guard.Forgive(attempt);
        }
    }

    [Fact]
    public void Many_addresses_together_make_everyone_wait()
    {
        for (var i = 0; i < KioskBounds.FailuresInAll; i++) Assert.True(May($"10.0.{i}.1"));
        Assert.False(May("10.1.0.1"));
        _clock.Now += KioskBounds.GlobalWindow;
        Assert.True(May("10.1.0.1"));
    }

    [Theory]
    [InlineData("2001:db8::1", "2001:db8::ffff:1")]
    [InlineData("::ffff:10.0.0.1", "10.0.0.1")]
    public void One_machine_has_one_count_whatever_address_it_takes(string one, string other)
    {
        for (var i = 0; i < KioskBounds.FailuresPerAddress; i++) Assert.True(May(one));
        Assert.False(May(other));
    }

    private bool May(string address) => _guard.TryBegin(IPAddress.Parse(address)) is not null;
}

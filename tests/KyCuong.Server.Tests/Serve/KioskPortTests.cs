using KyCuong.Server.Serve;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace KyCuong.Server.Tests.Serve;

public sealed class KioskPortTests
{
    /// <summary>What Kestrel's timers were seen to add, and more.</summary>
    private static readonly TimeSpan Ticks = TimeSpan.FromSeconds(4);

    [Fact]
    public void A_dead_kiosk_is_noticed_within_twenty_seconds()
    {
        var kestrel = new KestrelServerOptions();
        KioskPort.SetLimits(kestrel, new ServerOptions());
        Assert.InRange(kestrel.Limits.Http2.KeepAlivePingDelay + kestrel.Limits.Http2.KeepAlivePingTimeout + Ticks, TimeSpan.Zero, TimeSpan.FromSeconds(20));
    }
}

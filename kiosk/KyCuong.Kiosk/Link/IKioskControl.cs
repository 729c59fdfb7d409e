using KyCuong.Protos.V1;

namespace KyCuong.Kiosk.Link;

/// <summary>What the server may bring about in the kiosk: the seam between the link and the agent. Called by one link at a time.</summary>
public interface IKioskControl
{
    /// <summary>Version of the server's configuration in force; 0 for none.</summary>
    public ulong ConfigurationVersion { get; }

    /// <summary>Puts settings in force, or logs why it cannot.</summary>
    public Task ConfigureAsync(Protos.V1.Configuration configuration);

    /// <summary>Gets a new certificate if it is time, or in any case. Failures are logged; the old one serves on.</summary>
    public Task RenewAsync(bool force, CancellationToken cancellation);

    /// <summary>The kiosk is taken out of service.</summary>
    public Task RetireAsync(string reason);

    /// <summary>How the kiosk is, but for the age of the oldest unsent entry, which the link knows.</summary>
    public Health Health();

    /// <summary>Boot time of the oldest read whose entry is not yet committed, µs; null when all are.</summary>
    public long? OldestPendingUs { get; }
}

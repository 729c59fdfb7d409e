using System.Net;
using System.Net.Sockets;

namespace KyCuong.Server.Features.Kiosks;

/// <summary>What counts as one caller where callers are bounded by their address.</summary>
internal static class CallerNetwork
{
    /// <summary>The IPv4 address, or the /64 of an IPv6 address: one machine can take any address of its /64. Null: <see cref="IPAddress.None"/>.</summary>
    public static IPAddress Of(IPAddress? address)
    {
        if (address is null) return IPAddress.None;
        if (address.IsIPv4MappedToIPv6) return address.MapToIPv4();
        if (address.AddressFamily != AddressFamily.InterNetworkV6) return address;
        var bytes = address.GetAddressBytes();
        bytes.AsSpan(8).Clear();
        return new IPAddress(bytes);
    }
}

using System.Globalization;
using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;

namespace KyCuong.Server.Features.Kiosks;

/// <summary>Where a kiosk may find this machine. The certificate does not depend on it: the server is known by its CA, not by its address.</summary>
internal static class ServerAddresses
{
    /// <summary>URLs to try, most likely first: IPv4 addresses of the network, the machine's name, then this machine itself.</summary>
    public static IReadOnlyList<string> Of(int port)
    {
        var found = NetworkInterface.GetAllNetworkInterfaces()
            .Where(card => card.OperationalStatus == OperationalStatus.Up && card.NetworkInterfaceType != NetworkInterfaceType.Loopback)
            .SelectMany(card => card.GetIPProperties().UnicastAddresses)
            .Select(unicast => unicast.Address)
            .Where(address => address.AddressFamily == AddressFamily.InterNetwork && !IPAddress.IsLoopback(address))
            .Select(address => address.ToString());
        return [.. found.Append(Dns.GetHostName()).Append("localhost").Distinct(StringComparer.OrdinalIgnoreCase)
            .Select(host => string.Create(CultureInfo.InvariantCulture, $"https://{host}:{port}"))];
    }
}

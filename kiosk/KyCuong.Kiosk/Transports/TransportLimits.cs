namespace KyCuong.Kiosk.Transports;

/// <summary>The bounds of the lines to readers.</summary>
public static class TransportLimits
{
    /// <summary>Bytes taken from a line at once.</summary>
    public const int ReadBufferBytes = 4096;

    /// <summary>Time without progress after which a write fails.</summary>
    public static readonly TimeSpan WriteTimeout = TimeSpan.FromMilliseconds(500);

    /// <summary>Time for one attempt to connect over TCP, name lookup included. Readers stand in the same building.</summary>
    public static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(1);

    /// <summary>Silence on a TCP connection after which the first keep-alive probe goes out; two more follow, a second apart.</summary>
    public static readonly TimeSpan KeepAliveAfter = TimeSpan.FromSeconds(2);
}

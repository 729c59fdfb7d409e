using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text.RegularExpressions;
using KyCuong.Server.Features.Demo;
using KyCuong.Testing;

namespace KyCuong.Crash;

/// <summary>The agency of a run: declared once in a server that runs, with gates that are enrolled to it.</summary>
internal static partial class Agency
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);

    /// <summary>Declares agency, staff and badges.</summary>
    /// <param name="root">Where the files lie.</param>
    /// <param name="serverData">The server's data.</param>
    /// <param name="staff">Further lines of staff.</param>
    /// <param name="badges">Further lines of badges.</param>
    public static async Task DeclareAsync(string root, string serverData, string staff = "", string badges = "")
    {
        using var patience = new CancellationTokenSource(Patience);
        await CommandAsync("agency.json", """{ "agency": { "code": "THU", "name": "Cơ quan thử", "timeZone": "Asia/Ho_Chi_Minh", "restDays": ["Sat", "Sun"] }, "units": [ { "code": "VP", "name": "Văn phòng" } ] }""", "apply");
        await CommandAsync("staff.csv", "staff_code,full_name,unit,position,category,from,to\nNV001,Nguyễn Văn An,VP,Chuyên viên,CivilServant,2026-01-01,\n" + staff, "import", "staff");
        await CommandAsync("badges.csv", "staff_code,badge,kind,from,to\nNV001,0F03024FD3,em10h,2026-01-01,\n" + badges, "import", "badges");

        async Task CommandAsync(string name, string content, params string[] command)
        {
            var file = Path.Combine(root, name);
            await File.WriteAllTextAsync(file, content, patience.Token);
            await ServerProcess.CommandAsync(patience.Token, [.. command, file, "--data", serverData]);
        }
    }

    /// <summary>Adds a gate with these readers to the server that runs on this port, and enrols its kiosk.</summary>
    public static async Task EnrolAsync(string serverData, string kioskData, string code, int port, IReadOnlyList<SerialDeviceServer> readers)
    {
        using var patience = new CancellationTokenSource(Patience);
        Directory.CreateDirectory(kioskData);
        var added = await ServerProcess.CommandAsync(patience.Token, "kiosk", "add", code, "--name", "Cổng chính", "--data", serverData);
        await File.WriteAllTextAsync(Path.Combine(kioskData, "kiosk.json"), $$"""
            {
              "readers": [ {{string.Join(", ", readers.Select((reader, i) => $$"""{ "id": "r{{i}}", "port": "{{reader.Address}}", "protocol": "rdm6300", "direction": "in" }"""))}} ],
              "screen": { "port": 0 },
              "limits": { "retryFirst": "100ms", "retryLongest": "1s" }
            }
            """, patience.Token);
        await KioskProcess.EnrolAsync(kioskData, $"https://127.0.0.1:{port}", EnrolmentCode().Match(added).Value, patience.Token);
    }

    /// <summary>A port nobody listens on.</summary>
    public static int FreePort()
    {
        // Below those that the system gives to callers: one of them might have it before the server, or between two of its starts.
        while (true)
        {
            var port = RandomNumberGenerator.GetInt32(15_000, 32_000);
            using var socket = new Socket(AddressFamily.InterNetworkV6, SocketType.Stream, ProtocolType.Tcp) { DualMode = true };
            try
            {
                socket.Bind(new IPEndPoint(IPAddress.IPv6Any, port));
                return port;
            }
            catch (SocketException)
            {
                // Taken.
            }
        }
    }

    [GeneratedRegex("[0-9A-HJKMNP-TV-Z]{4}(-[0-9A-HJKMNP-TV-Z]{4}){10}")]
    private static partial Regex EnrolmentCode();
}

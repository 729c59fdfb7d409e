using System.Net;
using System.Net.Sockets;
using KyCuong.Server.Features.Demo;

namespace KyCuong.Server.Tests.Demo;

/// <summary>The device server that stands in for a reader's line.</summary>
public sealed class SerialDeviceServerTests
{
    [Fact]
    public async Task Who_writes_while_another_caller_takes_the_line_hears_only_that_it_broke()
    {
        await using var device = new SerialDeviceServer();
        var address = IPEndPoint.Parse(device.Address["tcp://".Length..]);
        using var end = new CancellationTokenSource();
        var writing = Task.Run(async () =>
        {
            var broken = 0;
            while (true)
            {
                try
                {
                    await device.WriteAsync(new byte[16], end.Token);
                }
                catch (SocketException)
                {
                    broken++;
                }
                catch (OperationCanceledException)
                {
                    return broken;
                }
            }
        });
        for (var i = 0; i < 1_000; i++)
        {
            using var caller = new TcpClient();
            await caller.ConnectAsync(address);
        }

        await end.CancelAsync();
        Assert.True(await writing > 0);
    }
}

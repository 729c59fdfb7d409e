using System.Buffers.Binary;
using KyCuong.Server.Features.Demo;

namespace KyCuong.PowerCut;

/// <summary>
/// People at every reader one after another, each with a tag never used before; now and then several within a moment, so that
/// commits of one and of several entries are recorded. Slow enough that most taps are a commit of their own, on both disks.
/// </summary>
internal sealed class SteadyLoad(IReadOnlyList<SerialDeviceServer> readers, int seed, TimeProvider time)
{
    private const int MostAtOnce = 4;
    private static readonly TimeSpan Between = TimeSpan.FromMilliseconds(10);

    /// <summary>Plays until cancelled. A line that breaks because the kiosk is down goes on when it is back.</summary>
    public Task PlayAsync(CancellationToken cancel) => Task.WhenAll(readers.Select((reader, number) => PlayAsync(reader, number, cancel)));

    private async Task PlayAsync(SerialDeviceServer reader, int number, CancellationToken cancel)
    {
        var random = new Random(seed + number);
        uint next = 0;
        try
        {
            while (true)
            {
                var frames = new List<byte>();
                for (var i = random.Next(4) == 0 ? MostAtOnce : 1; i > 0; i--)
                {
                    var tag = new byte[5];
                    tag[0] = (byte)(0x0C + number);
                    BinaryPrimitives.WriteUInt32BigEndian(tag.AsSpan(1), ++next);
                    frames.AddRange(ReaderFrames.Rdm6300(tag));
                }

                try
                {
                    await reader.WriteAsync(frames.ToArray(), cancel);
                }
                catch (System.Net.Sockets.SocketException)
                {
                    // The kiosk is down: nobody was told anything.
                }

                await Task.Delay(Between, time, cancel);
            }
        }
        catch (OperationCanceledException)
        {
            // The end of the load.
        }
    }
}

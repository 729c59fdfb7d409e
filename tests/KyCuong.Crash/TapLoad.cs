using System.Buffers.Binary;
using KyCuong.Server.Features.Demo;

namespace KyCuong.Crash;

/// <summary>Taps without end: one RDM6300 frame after another, each of a tag never used before.</summary>
internal sealed class TapLoad(SerialDeviceServer reader, TimeSpan pause, TimeProvider time)
{
    private uint _tag;

    /// <summary>Frames put on the line.</summary>
    public uint Sent => _tag;

    /// <summary>Plays until cancelled. A line that breaks because the kiosk was killed goes on when it is back.</summary>
    public async Task PlayAsync(CancellationToken cancel)
    {
        var tag = new byte[5];
        tag[0] = 0x0C;
        try
        {
            while (true)
            {
                BinaryPrimitives.WriteUInt32BigEndian(tag.AsSpan(1), checked(++_tag));
                try
                {
                    await reader.WriteAsync(ReaderFrames.Rdm6300(tag), cancel);
                }
                catch (System.Net.Sockets.SocketException)
                {
                    // The kiosk is down: the tag was shown to a dead reader and nobody was told anything.
                }

                await Task.Delay(pause, time, cancel);
            }
        }
        catch (OperationCanceledException)
        {
            // The end of the load.
        }
    }
}

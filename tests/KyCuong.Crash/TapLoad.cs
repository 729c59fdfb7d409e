using System.Buffers.Binary;
using KyCuong.Server.Features.Demo;

namespace KyCuong.Crash;

/// <summary>
/// Taps without end on several readers at once: bursts of RDM6300 frames, each of a tag never used before. Bursts keep
/// something under way between disk and acknowledgement most of the time, which is when a kill matters.
/// </summary>
/// <param name="readers">The lines.</param>
/// <param name="time">Paces.</param>
/// <param name="betweenBursts">Pause on each line after a burst; null = 6 ms, as fast as it makes sense.</param>
/// <param name="gate">From 0; the tags of another gate with as many lines are others.</param>
internal sealed class TapLoad(IReadOnlyList<SerialDeviceServer> readers, TimeProvider time, TimeSpan? betweenBursts = null, int gate = 0)
{
    private const int FramesPerBurst = 4;
    private readonly TimeSpan _betweenBursts = betweenBursts ?? TimeSpan.FromMilliseconds(6);
    private int _sent;

    /// <summary>Frames put on the lines.</summary>
    public int Sent => _sent;

    /// <summary>Plays until cancelled. A line that breaks because the kiosk was killed goes on when it is back.</summary>
    public Task PlayAsync(CancellationToken cancel) => Task.WhenAll(readers.Select((reader, number) => PlayAsync(reader, (byte)number, cancel)));

    private async Task PlayAsync(SerialDeviceServer reader, byte number, CancellationToken cancel)
    {
        uint next = 0;
        var tag = new byte[5];
        tag[0] = checked((byte)(0x0C + (gate * readers.Count) + number));
        var burst = new byte[FramesPerBurst][];
        try
        {
            while (true)
            {
                for (var i = 0; i < burst.Length; i++)
                {
                    BinaryPrimitives.WriteUInt32BigEndian(tag.AsSpan(1), ++next);
                    burst[i] = ReaderFrames.Rdm6300(tag);
                }

                try
                {
                    await reader.WriteAsync(burst.SelectMany(frame => frame).ToArray(), cancel);
                }
                catch (System.Net.Sockets.SocketException)
                {
                    // The kiosk is down: the tags were shown to a dead reader and nobody was told anything.
                }

                Interlocked.Add(ref _sent, FramesPerBurst);
                await Task.Delay(_betweenBursts, time, cancel);
            }
        }
        catch (OperationCanceledException)
        {
            // The end of the load.
        }
    }
}

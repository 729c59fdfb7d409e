using System.Buffers.Binary;
using System.Net.Sockets;
using KyCuong.Server.Features.Demo;

namespace KyCuong.Crash;

/// <summary>Taps one at a time or a few at once, each of a tag never used before.</summary>
internal sealed class FewTaps(IReadOnlyList<SerialDeviceServer> readers, TimeProvider time)
{
    private static readonly TimeSpan Shown = TimeSpan.FromSeconds(1);
    private uint _next;

    /// <summary>Shows this many tags at once, spread over the readers.</summary>
    public async Task ShowAsync(int count, CancellationToken cancel)
    {
        var tag = new byte[5];
        for (var i = 0; i < count; i++)
        {
            tag[0] = 0x0B;
            BinaryPrimitives.WriteUInt32BigEndian(tag.AsSpan(1), ++_next);
            try
            {
                await readers[(int)(_next % (uint)readers.Count)].WriteAsync(ReaderFrames.Rdm6300(tag), cancel);
            }
            catch (SocketException)
            {
                // The kiosk is down: the tag was shown to a dead reader.
            }
        }
    }

    /// <summary>
    /// Shows some at once and the rest one by one until this many are green, or the kiosk ends. A tag that is not taken, because
    /// the line was just being opened or the disk failed, is not shown again; the next one is.
    /// </summary>
    /// <returns>False when the time was up first.</returns>
    public async Task<bool> PlayAsync(KioskProcess kiosk, int green, TimeSpan patience)
    {
        var begin = time.GetTimestamp();
        var wanted = kiosk.Taps.Count + green;
        using var end = new CancellationTokenSource(patience, time);
        try
        {
            await ShowAsync(green / 2, end.Token);
            while (kiosk.Taps.Count < wanted && !kiosk.Ended.IsCompleted)
            {
                var before = kiosk.Taps.Count;
                var shown = time.GetTimestamp();
                await ShowAsync(1, end.Token);
                while (kiosk.Taps.Count == before && !kiosk.Ended.IsCompleted && time.GetElapsedTime(shown) < Shown) await Task.Delay(TimeSpan.FromMilliseconds(2), time, end.Token);
                if (time.GetElapsedTime(begin) > patience) return false;
            }

            return true;
        }
        catch (OperationCanceledException)
        {
            return kiosk.Ended.IsCompleted;
        }
    }
}

using System.Threading.Channels;
using Grpc.Core;
using KyCuong.Protos.V1;
using KyCuong.Server.Store;

namespace KyCuong.Server.Features.Kiosks;

/// <summary>
/// Messages on their way down one stream: many add, one sends. Holds <see cref="KioskBounds.MessagesWaiting"/>; at the bound
/// whoever adds waits, which in the end stops the reading of the stream. Thread-safe.
/// </summary>
internal sealed class Outbox(TimeProvider time)
{
    private static readonly WriteOptions Buffered = new(WriteFlags.BufferHint);
    private readonly Channel<(ServerMessage Message, long AddedAt)> _waiting = Channel.CreateBounded<(ServerMessage, long)>(
        new BoundedChannelOptions(KioskBounds.MessagesWaiting) { SingleReader = true });

    /// <summary>Adds a message; waits at the bound.</summary>
    public ValueTask AddAsync(ServerMessage message, CancellationToken cancel) => _waiting.Writer.WriteAsync((message, time.GetTimestamp()), cancel);

    /// <summary>Nothing more will be added.</summary>
    public void Complete() => _waiting.Writer.TryComplete();

    /// <summary>Sends until <see cref="Complete"/>.</summary>
    public async Task SendAsync(IServerStreamWriter<ServerMessage> stream, CancellationToken cancel)
    {
        while (await _waiting.Reader.WaitToReadAsync(cancel))
        {
            while (_waiting.Reader.TryRead(out var waiting))
            {
                var (message, addedAt) = waiting;
                var more = _waiting.Reader.TryPeek(out var next);
                // An ack says everything that the ones before it said.
                if (message.MessageCase == ServerMessage.MessageOneofCase.Ack && next.Message?.MessageCase == ServerMessage.MessageOneofCase.Ack) continue;
                if (message.MessageCase == ServerMessage.MessageOneofCase.ClockReply)
                {
                    // As late as can be: what lies between this and the network counts as the kiosk's uncertainty. By what has gone by, not by
                    // the clock: set in between, it would make half of the step an error that no kiosk can see.
                    message.ClockReply.RepliedUs = message.ClockReply.ReceivedUs + (time.GetElapsedTime(addedAt).Ticks / TimeSpan.TicksPerMicrosecond);
                    more = false;
                }

                stream.WriteOptions = more ? Buffered : WriteOptions.Default;
                await stream.WriteAsync(message, cancel);
            }
        }
    }
}

using Grpc.Core;
using KyCuong.Protos.V1;
using KyCuong.Server.Features.Kiosks;

namespace KyCuong.Server.Tests.Kiosks;

/// <summary>What the server says of its own clock.</summary>
public sealed class OutboxTests
{
    [Fact]
    public async Task A_clock_set_while_a_reply_waits_changes_neither_of_its_two_instants()
    {
        var clock = new SetClock();
        var outbox = new Outbox(clock);
        await outbox.AddAsync(new ServerMessage { ClockReply = new ClockReply { ReceivedUs = 1_778_630_400_000_000 } }, CancellationToken.None);
        clock.Utc += TimeSpan.FromHours(1);
        clock.Elapsed += TimeSpan.FromMilliseconds(7);
        outbox.Complete();
        var stream = new Written();
        await outbox.SendAsync(stream, CancellationToken.None);
        Assert.Equal(1_778_630_400_007_000, Assert.Single(stream.Messages).ClockReply.RepliedUs);
    }

    private sealed class SetClock : TimeProvider
    {
        public DateTimeOffset Utc { get; set; } = DateTimeOffset.UnixEpoch.AddMicroseconds(1_778_630_400_000_000);

        public TimeSpan Elapsed { get; set; }

        public override DateTimeOffset GetUtcNow() => Utc;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => Elapsed.Ticks;
    }

    private sealed class Written : IServerStreamWriter<ServerMessage>
    {
        public List<ServerMessage> Messages { get; } = [];

        public WriteOptions? WriteOptions { get; set; }

        public Task WriteAsync(ServerMessage message)
        {
            Messages.Add(message);
            return Task.CompletedTask;
        }
    }
}

using Google.Protobuf;
using Grpc.Core;
using KyCuong.Protos;
using KyCuong.Protos.V1;
using KyCuong.Server.Tests.Kiosks;
using Microsoft.Extensions.Logging;
using WireHead = KyCuong.Protos.V1.LogHead;

namespace KyCuong.Server.Tests.Log;

/// <summary>Kiosks hold heads of the server's log and show them: over real TLS, out of a real store.</summary>
public sealed class LogWitnessTests : IAsyncLifetime
{
    private RunningServer _server = null!;
    private TestKiosk _kiosk = null!;

    public async Task InitializeAsync()
    {
        _server = await RunningServer.StartAsync();
        _kiosk = await _server.EnrolAsync();
    }

    public async Task DisposeAsync()
    {
        _kiosk.Dispose();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task A_kiosk_is_given_the_head_and_shows_it_and_all_is_well()
    {
        var first = await HeadAsync(null);
        Assert.True(first.Number > 1);
        await _server.AddPersonAsync("NV009", "Trần Văn Chín", new byte[16]);
        var second = await HeadAsync(first);
        Assert.True(second.Number > first.Number);
        Assert.DoesNotContain(_server.Log.Lines, line => line.Text.Contains("server's log", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_head_that_is_of_another_log_is_an_alarm_and_the_taps_are_taken_all_the_same()
    {
        var head = await HeadAsync(null);
        var other = head.Clone();
        other.Hash = ByteString.CopyFrom([.. head.Hash.Span[..31], (byte)(head.Hash[31] ^ 1)]);
        using var stream = await _kiosk.ConnectAsync(hello => hello.LogHead = other);
        await stream.WelcomeAsync();
        Assert.Contains(_server.Log.Lines, line => line.Level == LogLevel.Critical && line.Text.Contains("written anew", StringComparison.Ordinal));
        await stream.Up.WriteAsync(new KioskMessage { Journal = _kiosk.Batch(1, 1) });
        Assert.Equal(1UL, await stream.AckAsync(1));
    }

    [Fact]
    public async Task A_head_beyond_the_end_says_that_the_store_was_put_back()
    {
        var head = await HeadAsync(null);
        head.Number += 1000;
        using var stream = await _kiosk.ConnectAsync(hello => hello.LogHead = head);
        await stream.WelcomeAsync();
        Assert.Contains(_server.Log.Lines, line => line.Level == LogLevel.Error && line.Text.Contains("put back to an earlier state", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(0UL, 32)]
    [InlineData(ulong.MaxValue, 32)]
    [InlineData(5UL, 31)]
    public async Task A_head_out_of_the_contract_ends_the_stream(ulong number, int bytes)
    {
        using var stream = await _kiosk.ConnectAsync(hello => hello.LogHead = new WireHead { Number = number, Hash = ByteString.CopyFrom(new byte[bytes]) });
        Assert.Equal(StatusCode.InvalidArgument, (await Assert.ThrowsAsync<RpcException>(stream.WelcomeAsync)).StatusCode);
    }

    private async Task<WireHead> HeadAsync(WireHead? shown)
    {
        using var stream = await _kiosk.ConnectAsync(hello => hello.LogHead = shown);
        var head = (await stream.WelcomeAsync()).LogHead;
        Assert.Equal(Digest.Size, head.Hash.Length);
        return head;
    }
}

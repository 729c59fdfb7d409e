using Google.Protobuf;
using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;

namespace KyCuong.Grpc.Tests;

public sealed class CallTests
{
    [Fact]
    public async Task A_unary_call_brings_its_answer()
    {
        await using var host = await ProbeHost.StartAsync();
        var answer = await host.Client.UnaryAsync(new Note { Text = "chào" }).ResponseAsync.Bounded();
        Assert.Equal("chào", answer.Text);
    }

    [Fact]
    public async Task A_blocking_call_brings_its_answer()
    {
        await using var host = await ProbeHost.StartAsync();
        Assert.Equal(3, await Task.Run(() => host.Client.Unary(new Note { Number = 3 }).Number).Bounded());
    }

    [Fact]
    public async Task A_client_stream_is_collected()
    {
        await using var host = await ProbeHost.StartAsync();
        using var call = host.Client.Collect();
        for (var i = 1; i <= 100; i++) await call.RequestStream.WriteAsync(new Note { Number = i }).Bounded();
        await call.RequestStream.CompleteAsync().Bounded();
        Assert.Equal(5050, (await call.ResponseAsync.Bounded()).Number);
    }

    [Fact]
    public async Task A_server_stream_is_read_to_its_end()
    {
        await using var host = await ProbeHost.StartAsync();
        using var call = host.Client.Spread(new Note { Number = 1000 });
        var read = 0;
        await foreach (var note in call.ResponseStream.ReadAllAsync()) Assert.Equal(read++, note.Number);
        Assert.Equal(1000, read);
        Assert.Equal(StatusCode.OK, call.GetStatus().StatusCode);
        Assert.False(await call.ResponseStream.MoveNext().Bounded());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_duplex_stream_carries_thousands_of_messages_in_order_buffered_or_not(bool buffered)
    {
        const int Count = 5000;
        await using var host = await ProbeHost.StartAsync();
        host.Probe.Chat = async (requests, responses, _) =>
        {
            if (buffered) responses.WriteOptions = new WriteOptions(WriteFlags.BufferHint);
            await foreach (var note in requests.ReadAllAsync()) await responses.WriteAsync(note);
        };
        using var call = host.Client.Chat();
        if (buffered) call.RequestStream.WriteOptions = new WriteOptions(WriteFlags.BufferHint);
        var writing = Task.Run(async () =>
        {
            for (var i = 0; i < Count; i++) await call.RequestStream.WriteAsync(new Note { Number = i, Text = "tap" });
            await call.RequestStream.CompleteAsync();
        });
        var read = 0;
        await foreach (var note in call.ResponseStream.ReadAllAsync()) Assert.Equal(read++, note.Number);
        await writing.Bounded();
        Assert.Equal(Count, read);
    }

    [Fact]
    public async Task A_buffered_message_waits_until_a_write_without_the_hint()
    {
        await using var host = await ProbeHost.StartAsync();
        using var call = host.Client.Chat();
        call.RequestStream.WriteOptions = new WriteOptions(WriteFlags.BufferHint);
        await call.RequestStream.WriteAsync(new Note { Number = 1 });
        var first = call.ResponseStream.MoveNext(CancellationToken.None);
        call.RequestStream.WriteOptions = null;
        Assert.False(first.IsCompleted);
        await call.RequestStream.WriteAsync(new Note { Number = 2 }).Bounded();
        Assert.True(await first.Bounded());
        Assert.Equal(1, call.ResponseStream.Current.Number);
        Assert.True(await call.ResponseStream.MoveNext().Bounded());
        Assert.Equal(2, call.ResponseStream.Current.Number);
    }

    [Fact]
    public async Task Messages_of_the_contracts_greatest_size_pass_in_both_directions()
    {
        await using var host = await ProbeHost.StartAsync();
        var body = new byte[256 * 1024];
        new Random(3).NextBytes(body);
        using var call = host.Client.Chat();
        for (var i = 0; i < 20; i++)
        {
            await call.RequestStream.WriteAsync(new Note { Body = ByteString.CopyFrom(body) }).Bounded();
            Assert.True(await call.ResponseStream.MoveNext().Bounded());
            Assert.Equal(body, call.ResponseStream.Current.Body.ToByteArray());
        }
    }

    [Fact]
    public async Task An_empty_message_is_a_message()
    {
        await using var host = await ProbeHost.StartAsync();
        Assert.Equal(new Note(), await host.Client.UnaryAsync(new Note()).ResponseAsync.Bounded());
    }

    [Fact]
    public async Task Three_hundred_open_streams_on_one_channel_all_proceed()
    {
        await using var host = await ProbeHost.StartAsync();
        var calls = Enumerable.Range(0, 300).Select(_ => host.Client.Chat()).ToList();
        await Task.WhenAll(calls.Select(c => c.RequestStream.WriteAsync(new Note { Number = 1 }))).Bounded();
        Assert.All(await Task.WhenAll(calls.Select(c => c.ResponseStream.MoveNext())).Bounded(), Assert.True);
        calls.ForEach(c => c.Dispose());
    }

    [Fact]
    public async Task The_server_sees_a_stream_before_its_first_message()
    {
        await using var host = await ProbeHost.StartAsync();
        host.Probe.Chat = (_, responses, _) => responses.WriteAsync(new Note { Text = "first" });
        using var call = host.Client.Chat();
        Assert.True(await call.ResponseStream.MoveNext().Bounded());
    }

    [Fact]
    public async Task Response_headers_arrive_before_any_message()
    {
        await using var host = await ProbeHost.StartAsync();
        var go = new TaskCompletionSource();
        host.Probe.Unary = async (request, context) =>
        {
            await context.WriteResponseHeadersAsync(new Metadata { { "x-first", "1" } });
            await go.Task;
            return request;
        };
        using var call = host.Client.UnaryAsync(new Note());
        Assert.Equal("1", (await call.ResponseHeadersAsync.Bounded()).GetValue("x-first"));
        Assert.False(call.ResponseAsync.IsCompleted);
        go.SetResult();
        await call.ResponseAsync.Bounded();
    }

    [Fact]
    public async Task Metadata_passes_in_both_directions_as_text_and_as_bytes()
    {
        await using var host = await ProbeHost.StartAsync();
        host.Probe.Unary = async (request, context) =>
        {
            await context.WriteResponseHeadersAsync(new Metadata { { "x-text", context.RequestHeaders.GetValue("x-text")! } });
            context.ResponseTrailers.Add("x-data-bin", context.RequestHeaders.GetValueBytes("x-data-bin")!);
            return request;
        };
        byte[] all = [.. Enumerable.Range(0, 256).Select(i => (byte)i)];
        using var call = host.Client.UnaryAsync(new Note(), new Metadata { { "X-Text", "a b" }, { "x-data-bin", all } });
        await call.ResponseAsync.Bounded();
        Assert.Equal("a b", (await call.ResponseHeadersAsync).GetValue("x-text"));
        Assert.Equal(all, call.GetTrailers().GetValueBytes("x-data-bin"));
    }

    [Fact]
    public async Task The_handler_sees_what_the_call_is()
    {
        await using var host = await ProbeHost.StartAsync();
        string[] seen = [];
        host.Probe.Unary = (request, context) =>
        {
            seen = [context.Method, context.Host, context.Peer, context.Deadline == DateTime.MaxValue ? "none" : "some", context.GetHttpContext().Request.Protocol];
            Assert.False(context.AuthContext.IsPeerAuthenticated);
            return Task.FromResult(request);
        };
        await host.Client.UnaryAsync(new Note()).ResponseAsync.Bounded();
        Assert.Equal(["/kycuong.grpc.tests.Probe/Unary", host.Address.Authority, seen[2], "none", "HTTP/2"], seen);
        Assert.StartsWith("ipv4:127.0.0.1:", seen[2], StringComparison.Ordinal);
    }

    [Fact]
    public async Task No_data_rate_and_no_body_size_limit_a_call()
    {
        // Kestrel's own feature cannot be read back on HTTP/2, so one that can stands in its place.
        var limits = new Limits();
        await using var host = await ProbeHost.StartAsync(map: app =>
        {
            app.Use((http, next) =>
            {
                http.Features.Set<IHttpMinRequestBodyDataRateFeature>(limits);
                http.Features.Set<IHttpMaxRequestBodySizeFeature>(limits);
                return next(http);
            });
            app.MapGrpcService<ProbeService>();
        });
        await host.Client.UnaryAsync(new Note()).ResponseAsync.Bounded();
        Assert.Null(limits.MinDataRate);
        Assert.Null(limits.MaxRequestBodySize);
    }

    [Fact]
    public async Task Status_and_trailers_are_not_told_before_the_end()
    {
        await using var host = await ProbeHost.StartAsync();
        using var call = host.Client.Chat();
        Assert.Throws<InvalidOperationException>(() => call.GetStatus());
        Assert.Throws<InvalidOperationException>(() => call.GetTrailers());
    }

    [Fact]
    public async Task Two_writes_at_a_time_are_refused()
    {
        await using var host = await ProbeHost.StartAsync();
        var go = new TaskCompletionSource();
        host.Probe.Spread = async (_, responses, _) =>
        {
            // A client that does not read: the first write that fills the window does not end.
            var big = new Note { Body = ByteString.CopyFrom(new byte[3 * 1024 * 1024]) };
            Task write;
            do write = responses.WriteAsync(big);
            while (write.IsCompletedSuccessfully);
            await Assert.ThrowsAsync<InvalidOperationException>(() => responses.WriteAsync(big));
            go.SetResult();
            await write;
        };
        using var call = host.Client.Spread(new Note());
        await go.Task.Bounded();
    }

    [Fact]
    public async Task Writing_after_the_end_of_the_request_is_refused()
    {
        await using var host = await ProbeHost.StartAsync();
        using var call = host.Client.Chat();
        await call.RequestStream.CompleteAsync().Bounded();
        await Assert.ThrowsAsync<InvalidOperationException>(() => call.RequestStream.WriteAsync(new Note()));
    }

    private sealed class Limits : IHttpMinRequestBodyDataRateFeature, IHttpMaxRequestBodySizeFeature
    {
        public MinDataRate? MinDataRate { get; set; } = new(240, TimeSpan.FromSeconds(5));

        public bool IsReadOnly => false;

        public long? MaxRequestBodySize { get; set; } = 30_000_000;
    }
}

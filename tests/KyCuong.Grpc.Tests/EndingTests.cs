using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;
using KyCuong.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace KyCuong.Grpc.Tests;

/// <summary>Deadlines, cancellation, broken connections, shutdown.</summary>
public sealed class EndingTests
{
    private const string Unary = "/kycuong.grpc.tests.Probe/Unary";

    [Fact]
    public async Task A_handler_that_ignores_cancellation_is_answered_at_its_deadline()
    {
        var clock = new HandClock();
        await using var host = await ProbeHost.StartAsync(services: s => s.AddSingleton<TimeProvider>(clock));
        var entered = new TaskCompletionSource<DateTime>();
        var go = new TaskCompletionSource();
        host.Probe.Unary = async (request, context) =>
        {
            entered.SetResult(context.Deadline);
            await go.Task;
            return request;
        };
        using var raw = new RawHttp(host.Address);
        var answer = raw.PostAsync(Unary, RawHttp.Frame([]), headers: h => h.Add("grpc-timeout", "5S"));
        Assert.Equal(clock.Now.AddSeconds(5), await entered.Task.Bounded());
        clock.Advance(TimeSpan.FromSeconds(4.9));
        Assert.False(answer.IsCompleted);
        clock.Advance(TimeSpan.FromSeconds(0.2));
        Assert.Equal("4", (await answer).Status);
        go.SetResult();
    }

    [Fact]
    public async Task A_handlers_token_is_cancelled_at_the_deadline()
    {
        var clock = new HandClock();
        await using var host = await ProbeHost.StartAsync(services: s => s.AddSingleton<TimeProvider>(clock));
        var entered = new TaskCompletionSource();
        host.Probe.Unary = async (request, context) =>
        {
            entered.SetResult();
            await Wait.Cancelled(context.CancellationToken);
            await Task.Delay(Timeout.InfiniteTimeSpan, clock, context.CancellationToken);
            return request;
        };
        using var raw = new RawHttp(host.Address);
        var answer = raw.PostAsync(Unary, RawHttp.Frame([]), headers: h => h.Add("grpc-timeout", "5S"));
        await entered.Task.Bounded();
        clock.Advance(TimeSpan.FromSeconds(6));
        Assert.Equal("4", (await answer).Status);
        Assert.Empty(host.Log.Errors);
    }

    [Fact]
    public async Task After_the_deadline_a_handler_can_write_no_more()
    {
        var clock = new HandClock();
        await using var host = await ProbeHost.StartAsync(services: s => s.AddSingleton<TimeProvider>(clock));
        var entered = new TaskCompletionSource();
        var tried = new TaskCompletionSource<Exception?>();
        host.Probe.Spread = async (_, responses, context) =>
        {
            await responses.WriteAsync(new Note { Number = 1 });
            entered.SetResult();
            await Wait.Cancelled(context.CancellationToken);
            tried.SetResult(await Record.ExceptionAsync(async () =>
            {
                while (true) await responses.WriteAsync(new Note { Number = 2 });
            }));
        };
        using var raw = new RawHttp(host.Address);
        var answer = raw.PostAsync("/kycuong.grpc.tests.Probe/Spread", RawHttp.Frame([]), headers: h => h.Add("grpc-timeout", "5S"));
        await entered.Task.Bounded();
        clock.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal("4", (await answer).Status);
        Assert.IsAssignableFrom<OperationCanceledException>(await tried.Task.Bounded());
    }

    [Fact]
    public async Task A_client_stops_waiting_at_its_deadline()
    {
        var clock = new HandClock();
        await using var host = await ProbeHost.StartAsync();
        var entered = new TaskCompletionSource();
        var cancelled = new TaskCompletionSource();
        host.Probe.Unary = async (request, context) =>
        {
            entered.SetResult();
            await Wait.Cancelled(context.CancellationToken);
            cancelled.SetResult();
            return request;
        };
        var client = host.NewClient(o => o.ServiceProvider = new ServiceCollection().AddSingleton<TimeProvider>(clock).BuildServiceProvider());
        using var call = client.UnaryAsync(new Note(), deadline: clock.Now.AddHours(1));
        await entered.Task.Bounded();
        clock.Advance(TimeSpan.FromMinutes(59));
        Assert.False(call.ResponseAsync.IsCompleted);
        clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(StatusCode.DeadlineExceeded, (await Wait.Failure(() => call.ResponseAsync)).StatusCode);
        await cancelled.Task.Bounded();
    }

    [Fact]
    public async Task A_deadline_in_the_past_sends_nothing()
    {
        await using var host = await ProbeHost.StartAsync();
        var entered = false;
        host.Probe.Unary = (request, _) =>
        {
            entered = true;
            return Task.FromResult(request);
        };
        Assert.Equal(StatusCode.DeadlineExceeded, (await Wait.Failure(() => host.Client.UnaryAsync(new Note(), deadline: new DateTime(2020, 1, 1, 0, 0, 0, DateTimeKind.Utc)).ResponseAsync)).StatusCode);
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await host.Client.UnaryAsync(new Note(), deadline: new DateTime(2020, 1, 1, 0, 0, 0, DateTimeKind.Local)));
        Assert.False(entered);
    }

    [Theory]
    [InlineData("token")]
    [InlineData("dispose")]
    [InlineData("channel")]
    [InlineData("move")]
    public async Task Whoever_ends_a_call_at_the_client_cancels_it_at_the_server(string how)
    {
        await using var host = await ProbeHost.StartAsync();
        var seen = new TaskCompletionSource();
        host.Probe.Chat = async (requests, responses, context) =>
        {
            await responses.WriteAsync(new Note());
            try
            {
                while (await requests.MoveNext())
                {
                }
            }
            catch (OperationCanceledException)
            {
                await Wait.Cancelled(context.CancellationToken);
                seen.SetResult();
                throw;
            }
        };
        using var cancel = new CancellationTokenSource();
        using var move = new CancellationTokenSource();
        using var channel = host.NewChannel();
        using var call = new Probe.ProbeClient(channel).Chat(cancellationToken: cancel.Token);
        Assert.True(await call.ResponseStream.MoveNext().Bounded());
        var reading = call.ResponseStream.MoveNext(move.Token);
        switch (how)
        {
            case "token": await cancel.CancelAsync(); break;
            case "dispose": call.Dispose(); break;
            case "channel": channel.Dispose(); break;
            default: await move.CancelAsync(); break;
        }
        Assert.Equal(StatusCode.Cancelled, (await Wait.Failure(() => reading)).StatusCode);
        await seen.Task.Bounded();
        Assert.Equal(StatusCode.Cancelled, (await Wait.Failure(() => call.RequestStream.WriteAsync(new Note()))).StatusCode);
        Assert.Empty(host.Log.Errors);
    }

    [Fact]
    public async Task A_token_cancelled_before_the_call_sends_nothing()
    {
        await using var host = await ProbeHost.StartAsync();
        Assert.Equal(StatusCode.Cancelled, (await Wait.Failure(() => host.Client.UnaryAsync(new Note(), cancellationToken: new CancellationToken(true)).ResponseAsync)).StatusCode);
    }

    [Fact]
    public async Task A_server_that_answers_early_ends_the_clients_stream_with_its_status()
    {
        await using var host = await ProbeHost.StartAsync();
        host.Probe.Collect = (_, _) => throw new RpcException(new Status(StatusCode.PermissionDenied, "not you"));
        using var call = host.Client.Collect();
        Assert.Equal(StatusCode.PermissionDenied, (await Wait.Failure(() => call.ResponseAsync)).StatusCode);
        var e = await Assert.ThrowsAsync<RpcException>(async () =>
        {
            while (true) await call.RequestStream.WriteAsync(new Note());
        });
        Assert.Equal(StatusCode.PermissionDenied, e.StatusCode);
        await call.RequestStream.CompleteAsync().Bounded();
    }

    [Fact]
    public async Task A_serializer_that_fails_half_way_resets_the_call_and_spares_the_connection()
    {
        await using var host = await ProbeHost.StartAsync(map: app => Microsoft.AspNetCore.Builder.GrpcEndpointRouteBuilderExtensions.MapGrpcService<HalfService>(app));
        var channel = host.NewChannel();
        var status = await Wait.Failure(() => channel.CreateCallInvoker().AsyncUnaryCall(Half.Method, null, default, "half").ResponseAsync);
        Assert.Equal(StatusCode.Internal, status.StatusCode);
        Assert.Contains("HTTP/2 error 2", status.Detail, StringComparison.Ordinal);
        Assert.Equal("whole", await channel.CreateCallInvoker().AsyncUnaryCall(Half.Method, null, default, "whole").ResponseAsync.Bounded());
    }

    [Fact]
    public async Task A_serializer_that_fails_half_way_at_the_client_leaves_the_stream_whole()
    {
        await using var host = await ProbeHost.StartAsync();
        var fragile = Marshallers.Create<Note>(
            (note, context) =>
            {
                context.SetPayloadLength(note.CalculateSize());
                var writer = context.GetBufferWriter();
                if (note.Text == "half")
                {
                    writer.GetSpan(2)[..2].Fill(1);
                    writer.Advance(2);
                    throw new ArithmeticException("half way");
                }
                note.WriteTo(writer);
                context.Complete();
            },
            (DeserializationContext context) => Note.Parser.ParseFrom(context.PayloadAsReadOnlySequence()));
        var method = new Method<Note, Note>(MethodType.DuplexStreaming, "kycuong.grpc.tests.Probe", "Chat", fragile, fragile);
        using var call = host.NewChannel().CreateCallInvoker().AsyncDuplexStreamingCall(method, null, default);
        await Assert.ThrowsAsync<ArithmeticException>(() => call.RequestStream.WriteAsync(new Note { Text = "half" }));
        await call.RequestStream.WriteAsync(new Note { Text = "whole" }).Bounded();
        Assert.True(await call.ResponseStream.MoveNext().Bounded());
        Assert.Equal("whole", call.ResponseStream.Current.Text);
    }

    [Fact]
    public async Task Nobody_listening_is_UNAVAILABLE()
    {
        Uri address;
        await using (var host = await ProbeHost.StartAsync()) address = host.Address;
        using var channel = global::Grpc.Net.Client.GrpcChannel.ForAddress(address);
        Assert.Equal(StatusCode.Unavailable, (await Wait.Failure(() => new Probe.ProbeClient(channel).UnaryAsync(new Note()).ResponseAsync)).StatusCode);
        using var stream = new Probe.ProbeClient(channel).Chat();
        Assert.Equal(StatusCode.Unavailable, (await Wait.Failure(() => stream.RequestStream.WriteAsync(new Note()))).StatusCode);
    }

    [Fact]
    public async Task A_connection_that_breaks_ends_the_call_as_one_to_try_again()
    {
        await using var host = await ProbeHost.StartAsync();
        host.Probe.Chat = async (requests, responses, context) =>
        {
            await responses.WriteAsync(new Note());
            if (await requests.MoveNext()) context.GetHttpContext().Features.Get<Microsoft.AspNetCore.Connections.Features.IConnectionLifetimeFeature>()!.Abort();
            await Wait.Cancelled(context.CancellationToken);
        };
        using var call = host.Client.Chat();
        Assert.True(await call.ResponseStream.MoveNext().Bounded());
        await call.RequestStream.WriteAsync(new Note()).Bounded();
        var status = await Wait.Failure(() => call.ResponseStream.MoveNext());
        Assert.Contains(status.StatusCode, new[] { StatusCode.Unavailable, StatusCode.Internal, StatusCode.Cancelled });
    }

    [Fact]
    public async Task Open_streams_that_ignore_a_stopping_server_are_ended_as_UNAVAILABLE()
    {
        var clock = new HandClock();
        await using var host = await ProbeHost.StartAsync(services: s => s.AddSingleton<TimeProvider>(clock));
        using var call = host.Client.Chat();
        await call.RequestStream.WriteAsync(new Note()).Bounded();
        Assert.True(await call.ResponseStream.MoveNext().Bounded());
        var stopping = Task.Run(() => host.App.StopAsync());
        var lifetime = host.App.Lifetime;
        await Wait.Cancelled(lifetime.ApplicationStopping);
        var reading = call.ResponseStream.MoveNext();
        Assert.False(reading.IsCompleted);
        clock.Advance(global::Grpc.AspNetCore.Server.Internal.StreamShutdown.DrainTime);
        var status = await Wait.Failure(() => reading);
        Assert.Equal(StatusCode.Unavailable, status.StatusCode);
        // By the server's word, not by the connection that the host cuts when its patience ends.
        Assert.Null(status.DebugException);
        await stopping.Bounded();
    }

    [Fact]
    public async Task A_service_that_watches_the_shutdown_ends_its_streams_in_its_own_way()
    {
        var clock = new HandClock();
        await using var host = await ProbeHost.StartAsync(services: s => s.AddSingleton<TimeProvider>(clock));
        host.Probe.Chat = async (_, responses, _) =>
        {
            await responses.WriteAsync(new Note { Text = "open" });
            await Wait.Cancelled(host.App.Lifetime.ApplicationStopping);
            await responses.WriteAsync(new Note { Text = "last ack" });
        };
        using var call = host.Client.Chat();
        Assert.True(await call.ResponseStream.MoveNext().Bounded());
        var stopping = Task.Run(() => host.App.StopAsync());
        Assert.True(await call.ResponseStream.MoveNext().Bounded());
        Assert.Equal("last ack", call.ResponseStream.Current.Text);
        Assert.False(await call.ResponseStream.MoveNext().Bounded());
        await stopping.Bounded();
    }

    [Theory]
    [InlineData("disposed")]
    [InlineData("cancelled")]
    public async Task A_write_that_the_connection_never_ends_ends_with_the_call(string how)
    {
        using var stuck = new StuckHandler(answers: true);
        using var channel = GrpcChannel.ForAddress("http://localhost:1", new GrpcChannelOptions { HttpHandler = stuck });
        using var cancelling = new CancellationTokenSource();
        using var call = new Probe.ProbeClient(channel).Chat(cancellationToken: CancellationToken.None);
        var writing = call.RequestStream.WriteAsync(new Note { Number = 1 }, cancelling.Token);
        await stuck.Writing.Bounded();
        Assert.False(writing.IsCompleted);
        if (how == "disposed") call.Dispose();
        else await cancelling.CancelAsync().Bounded();
        Assert.Equal(StatusCode.Cancelled, (await Wait.Failure(() => writing)).StatusCode);
        await call.RequestStream.CompleteAsync().Bounded();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_read_that_the_connection_never_ends_ends_with_the_call(bool answered)
    {
        using var stuck = new StuckHandler(answered);
        using var channel = GrpcChannel.ForAddress("http://localhost:1", new GrpcChannelOptions { HttpHandler = stuck });
        using var call = new Probe.ProbeClient(channel).Chat(cancellationToken: CancellationToken.None);
        var reading = call.ResponseStream.MoveNext(CancellationToken.None);
        var writing = call.RequestStream.WriteAsync(new Note { Number = 1 });
        await stuck.Writing.Bounded();
        call.Dispose();
        Assert.Equal(StatusCode.Cancelled, (await Wait.Failure(() => reading)).StatusCode);
        Assert.Equal(StatusCode.Cancelled, (await Wait.Failure(() => writing)).StatusCode);
    }

    [Fact]
    public async Task Reset_deadline_and_completion_racing_leave_every_call_ended_and_the_server_whole()
    {
        await using var host = await ProbeHost.StartAsync();
        var random = new Random(42);
        var body = ByteString.CopyFrom(new byte[20_000]);
        var allowed = new[] { StatusCode.OK, StatusCode.Cancelled, StatusCode.DeadlineExceeded };
        for (var round = 0; round < 20; round++)
        {
            var calls = Enumerable.Range(0, 40).Select(_ => RaceAsync(random.Next(3), TimeSpan.FromMicroseconds(random.Next(0, 5000)))).ToList();
            Assert.All(await Task.WhenAll(calls).Bounded(), status => Assert.True(allowed.Contains(status.StatusCode), status.ToString() + status.DebugException));
        }
        Assert.True(host.Log.Errors.Count == 0, string.Join("\n", host.Log.Errors));
        Assert.Equal(1, (await host.Client.UnaryAsync(new Note { Number = 1 }).ResponseAsync.Bounded()).Number);

        async Task<Status> RaceAsync(int how, TimeSpan after)
        {
            using var cancel = new CancellationTokenSource();
            var options = how == 0
                ? new CallOptions(deadline: RealNow + after)
                : new CallOptions(cancellationToken: cancel.Token);
            using var call = host.Client.Chat(options);
            if (how == 1) cancel.CancelAfter(after);
            try
            {
                // Beside the writing: a client that only writes first fills every window, and nothing moves.
                var reading = Task.Run(async () =>
                {
                    await foreach (var _ in call.ResponseStream.ReadAllAsync())
                    {
                    }
                });
                try
                {
                    for (var i = 0; i < 5; i++) await call.RequestStream.WriteAsync(new Note { Body = body });
                    await call.RequestStream.CompleteAsync();
                }
                finally
                {
                    await reading;
                }
                return Status.DefaultSuccess;
            }
            catch (RpcException e)
            {
                return e.Status;
            }
        }
    }

#pragma warning disable RS0030 // The race is against real timers.
    private static DateTime RealNow => TimeProvider.System.GetUtcNow().UtcDateTime;
#pragma warning restore RS0030
}

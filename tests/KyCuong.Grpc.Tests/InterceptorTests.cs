using System.Security.Claims;
using System.Text.Encodings.Web;
using Grpc.AspNetCore.Server;
using Grpc.Core;
using Grpc.Core.Interceptors;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace KyCuong.Grpc.Tests;

public sealed class InterceptorTests
{
    [Fact]
    public async Task Server_interceptors_see_a_call_in_the_order_in_which_they_were_added()
    {
        var trace = new List<string>();
        await using var host = await ProbeHost.StartAsync(
            o =>
            {
                o.Interceptors.Add<Tracing>("all");
                o.Interceptors.Add<Tracing>("all too");
            },
            services: s => s.AddSingleton(trace).Configure<GrpcServiceOptions<ProbeService>>(o => o.Interceptors.Add<Tracing>("own")));
        host.Probe.Unary = (request, _) =>
        {
            trace.Add("handler");
            return Task.FromResult(request);
        };
        await host.Client.UnaryAsync(new Note()).ResponseAsync.Bounded();
        Assert.Equal(["all", "all too", "own", "handler"], trace);
    }

    [Fact]
    public async Task A_server_interceptor_stands_in_front_of_all_four_kinds()
    {
        var trace = new List<string>();
        await using var host = await ProbeHost.StartAsync(o => o.Interceptors.Add<Tracing>("seen"), s => s.AddSingleton(trace));
        await host.Client.UnaryAsync(new Note()).ResponseAsync.Bounded();
        using var collect = host.Client.Collect();
        await collect.RequestStream.CompleteAsync().Bounded();
        await collect.ResponseAsync.Bounded();
        using var spread = host.Client.Spread(new Note());
        Assert.False(await spread.ResponseStream.MoveNext().Bounded());
        using var chat = host.Client.Chat();
        await chat.RequestStream.CompleteAsync().Bounded();
        Assert.False(await chat.ResponseStream.MoveNext().Bounded());
        Assert.Equal(["seen", "seen", "seen", "seen"], trace);
    }

    [Fact]
    public async Task A_server_interceptor_can_refuse_before_the_handler_and_knows_the_request_that_carries_the_call()
    {
        await using var host = await ProbeHost.StartAsync(o => o.Interceptors.Add<Doorkeeper>());
        var entered = false;
        host.Probe.Unary = (request, _) =>
        {
            entered = true;
            return Task.FromResult(request);
        };
        Assert.Equal(StatusCode.Unauthenticated, (await Wait.Failure(() => host.Client.UnaryAsync(new Note()).ResponseAsync)).StatusCode);
        Assert.False(entered);
        await host.Client.UnaryAsync(new Note(), new Metadata { { "x-key", "open" } }).ResponseAsync.Bounded();
        Assert.True(entered);
    }

    [Fact]
    public async Task Client_interceptors_see_a_call_first_named_first_and_may_change_its_headers()
    {
        await using var host = await ProbeHost.StartAsync();
        Metadata? seen = null;
        host.Probe.Unary = (request, context) =>
        {
            seen = context.RequestHeaders;
            return Task.FromResult(request);
        };
        var trace = new List<string>();
        var invoker = host.NewChannel().Intercept(new ClientTracing(trace, "first"), new ClientTracing(trace, "second")).Intercept(headers =>
        {
            headers.Add("x-added", "yes");
            return headers;
        });
        await new Probe.ProbeClient(invoker).UnaryAsync(new Note(), new Metadata { { "x-own", "1" } }).ResponseAsync.Bounded();
        Assert.Equal(["first", "second"], trace);
        Assert.Equal("yes", seen!.GetValue("x-added"));
        Assert.Equal("1", seen.GetValue("x-own"));
    }

    [Theory]
    [InlineData("", StatusCode.Unauthenticated)]
    [InlineData("guest", StatusCode.PermissionDenied)]
    [InlineData("hr", StatusCode.OK)]
    public async Task Authorize_on_a_service_holds(string user, StatusCode expected)
    {
        await using var host = await ProbeHost.StartAsync(
            services: s =>
            {
                s.AddAuthentication("header").AddScheme<AuthenticationSchemeOptions, HeaderScheme>("header", null);
                s.AddAuthorization();
            },
            map: app =>
            {
                app.UseAuthentication();
                app.UseAuthorization();
                app.MapGrpcService<GuardedProbe>();
            });
        var call = host.Client.UnaryAsync(new Note(), new Metadata { { "x-user", user } });
        if (expected == StatusCode.OK) await call.ResponseAsync.Bounded();
        else Assert.Equal(expected, (await Wait.Failure(() => call.ResponseAsync)).StatusCode);
    }

    [Fact]
    public async Task Conventions_on_a_mapped_service_reach_its_methods()
    {
        await using var host = await ProbeHost.StartAsync(
            services: s =>
            {
                s.AddAuthentication("header").AddScheme<AuthenticationSchemeOptions, HeaderScheme>("header", null);
                s.AddAuthorization();
            },
            map: app =>
            {
                app.UseAuthentication();
                app.UseAuthorization();
                app.MapGrpcService<ProbeService>().RequireAuthorization();
            });
        Assert.Equal(StatusCode.Unauthenticated, (await Wait.Failure(() => host.Client.UnaryAsync(new Note()).ResponseAsync)).StatusCode);
    }

    [Fact]
    public async Task Call_credentials_need_TLS_unless_the_channel_says_otherwise()
    {
        await using var host = await ProbeHost.StartAsync();
        string? seen = null;
        host.Probe.Unary = (request, context) =>
        {
            seen = context.RequestHeaders.GetValue("authorization");
            return Task.FromResult(request);
        };
        var credentials = CallCredentials.FromInterceptor((context, headers) =>
        {
            headers.Add("authorization", $"key for {context.MethodName}");
            return Task.CompletedTask;
        });
        var options = new CallOptions(credentials: credentials);
        Assert.Equal(StatusCode.Unauthenticated, (await Wait.Failure(() => host.Client.UnaryAsync(new Note(), options).ResponseAsync)).StatusCode);
        await host.NewClient(o => o.UnsafeUseInsecureChannelCallCredentials = true).UnaryAsync(new Note(), options).ResponseAsync.Bounded();
        Assert.Equal("key for Unary", seen);
    }

    [Fact]
    public void Credentials_that_contradict_the_address_are_refused()
    {
        var secure = new GrpcChannelOptions { Credentials = ChannelCredentials.SecureSsl };
        Assert.Throws<InvalidOperationException>(() => GrpcChannel.ForAddress("http://localhost:1", secure));
        Assert.Throws<ArgumentException>(() => GrpcChannel.ForAddress("ftp://localhost:1"));
    }

    [Fact]
    public async Task A_service_made_for_a_call_is_disposed_of_and_a_registered_one_is_not()
    {
        await using var made = await ProbeHost.StartAsync(map: app => app.MapGrpcService<DisposableProbe>());
        var ended = new TaskCompletionSource();
        made.Probe.Unary = (_, context) => Task.FromResult(new Note());
        DisposableProbe.Disposed = ended.SetResult;
        await made.Client.UnaryAsync(new Note()).ResponseAsync.Bounded();
        await ended.Task.Bounded();

        var times = 0;
        DisposableProbe.Disposed = () => times++;
        await using var registered = await ProbeHost.StartAsync(services: s => s.AddSingleton<DisposableProbe>(), map: app => app.MapGrpcService<DisposableProbe>());
        await registered.Client.UnaryAsync(new Note()).ResponseAsync.Bounded();
        await registered.Client.UnaryAsync(new Note()).ResponseAsync.Bounded();
        Assert.Equal(0, times);
    }

    [Fact]
    public async Task A_class_that_is_no_service_and_a_missing_registration_are_refused_at_the_start()
    {
        var e = await Assert.ThrowsAsync<InvalidOperationException>(() => ProbeHost.StartAsync(map: app => app.MapGrpcService<LogSink>()));
        Assert.Contains(nameof(LogSink), e.Message, StringComparison.Ordinal);
        var bare = WebApplication.CreateSlimBuilder().Build();
        Assert.Contains("AddGrpc", Assert.Throws<InvalidOperationException>(() => bare.MapGrpcService<ProbeService>()).Message, StringComparison.Ordinal);
    }

    public sealed class Tracing(List<string> trace, string name) : Interceptor
    {
        public override Task<TResponse> UnaryServerHandler<TRequest, TResponse>(TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation)
        {
            trace.Add(name);
            return continuation(request, context);
        }

        public override Task<TResponse> ClientStreamingServerHandler<TRequest, TResponse>(IAsyncStreamReader<TRequest> requestStream, ServerCallContext context, ClientStreamingServerMethod<TRequest, TResponse> continuation)
        {
            trace.Add(name);
            return continuation(requestStream, context);
        }

        public override Task ServerStreamingServerHandler<TRequest, TResponse>(TRequest request, IServerStreamWriter<TResponse> responseStream, ServerCallContext context, ServerStreamingServerMethod<TRequest, TResponse> continuation)
        {
            trace.Add(name);
            return continuation(request, responseStream, context);
        }

        public override Task DuplexStreamingServerHandler<TRequest, TResponse>(IAsyncStreamReader<TRequest> requestStream, IServerStreamWriter<TResponse> responseStream, ServerCallContext context, DuplexStreamingServerMethod<TRequest, TResponse> continuation)
        {
            trace.Add(name);
            return continuation(requestStream, responseStream, context);
        }
    }

    public sealed class Doorkeeper : Interceptor
    {
        public override Task<TResponse> UnaryServerHandler<TRequest, TResponse>(TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation) =>
            context.GetHttpContext().Request.Headers["x-key"] == "open"
                ? continuation(request, context)
                : throw new RpcException(new Status(StatusCode.Unauthenticated, "no key"));
    }

    private sealed class ClientTracing(List<string> trace, string name) : Interceptor
    {
        public override AsyncUnaryCall<TResponse> AsyncUnaryCall<TRequest, TResponse>(TRequest request, ClientInterceptorContext<TRequest, TResponse> context, AsyncUnaryCallContinuation<TRequest, TResponse> continuation)
        {
            trace.Add(name);
            return continuation(request, context);
        }
    }

    [Authorize(Roles = "hr")]
    public sealed class GuardedProbe(ProbeBehaviour behaviour) : ProbeService(behaviour);

    public sealed class DisposableProbe(ProbeBehaviour behaviour) : ProbeService(behaviour), IDisposable
    {
        public static Action Disposed { get; set; } = () => { };

        public void Dispose() => Disposed();
    }

    /// <summary>Whoever says who he is, is.</summary>
    public sealed class HeaderScheme(IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder)
        : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
    {
        protected override Task<AuthenticateResult> HandleAuthenticateAsync()
        {
            var user = Request.Headers["x-user"].ToString();
            if (user.Length == 0) return Task.FromResult(AuthenticateResult.NoResult());
            var identity = new ClaimsIdentity([new Claim(ClaimTypes.Role, user)], "header");
            return Task.FromResult(AuthenticateResult.Success(new AuthenticationTicket(new ClaimsPrincipal(identity), "header")));
        }
    }
}

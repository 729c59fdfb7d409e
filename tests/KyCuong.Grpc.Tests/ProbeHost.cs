using System.Net;
using Grpc.AspNetCore.Server;
using Grpc.Core;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace KyCuong.Grpc.Tests;

/// <summary>A real Kestrel on a free loopback port with the Probe, and channels to it.</summary>
public sealed class ProbeHost : IAsyncDisposable
{
    private readonly List<GrpcChannel> _channels = [];

    private ProbeHost(WebApplication app, ProbeBehaviour probe, Uri address, LogSink log)
    {
        App = app;
        Probe = probe;
        Address = address;
        Log = log;
        Client = new Probe.ProbeClient(NewChannel());
    }

    public WebApplication App { get; }

    public ProbeBehaviour Probe { get; }

    public Uri Address { get; }

    public LogSink Log { get; }

    public Probe.ProbeClient Client { get; }

    public static async Task<ProbeHost> StartAsync(
        Action<GrpcServiceOptions>? options = null,
        Action<IServiceCollection>? services = null,
        Action<WebApplication>? map = null,
        HttpProtocols protocols = HttpProtocols.Http2)
    {
        var builder = WebApplication.CreateSlimBuilder();
        var log = new LogSink();
        var probe = new ProbeBehaviour();
        builder.Logging.ClearProviders().AddProvider(log);
        builder.Services.AddSingleton(probe);
        builder.Services.AddGrpc(options ?? (_ => { }));
        services?.Invoke(builder.Services);
        builder.WebHost.ConfigureKestrel(k => k.Listen(IPAddress.Loopback, 0, l => l.Protocols = protocols));
        var app = builder.Build();
        if (map is null) app.MapGrpcService<ProbeService>();
        else map(app);
        await app.StartAsync();
        var address = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
        return new ProbeHost(app, probe, new Uri(address), log);
    }

    public GrpcChannel NewChannel(Action<GrpcChannelOptions>? configure = null)
    {
        var options = new GrpcChannelOptions();
        configure?.Invoke(options);
        var channel = GrpcChannel.ForAddress(Address, options);
        lock (_channels) _channels.Add(channel);
        return channel;
    }

    public Probe.ProbeClient NewClient(Action<GrpcChannelOptions> configure) => new(NewChannel(configure));

    public async ValueTask DisposeAsync()
    {
        foreach (var channel in _channels) channel.Dispose();
        await App.StopAsync();
        await App.DisposeAsync();
    }
}

/// <summary>What the server logged as errors.</summary>
public sealed class LogSink : ILoggerProvider, ILogger
{
    private readonly List<string> _errors = [];

    public IReadOnlyList<string> Errors
    {
        get
        {
            lock (_errors) return [.. _errors];
        }
    }

    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Error;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (!IsEnabled(logLevel)) return;
        lock (_errors) _errors.Add(formatter(state, exception) + " " + exception);
    }

    public void Dispose()
    {
    }
}

/// <summary>Waiting for what must happen, with one bound for hangs that no good run comes near.</summary>
public static class Wait
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    public static Task<T> Bounded<T>(this Task<T> task) => task.WaitAsync(Patience);

    public static Task Bounded(this Task task) => task.WaitAsync(Patience);

    /// <summary>The status a call ended with, which must not be OK.</summary>
    public static async Task<Status> Failure(Func<Task> act) => (await Assert.ThrowsAsync<RpcException>(() => act().Bounded())).Status;

    /// <summary>Ends when the token is cancelled.</summary>
    public static Task Cancelled(CancellationToken token)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        token.Register(() => done.TrySetResult());
        return done.Task.Bounded();
    }
}

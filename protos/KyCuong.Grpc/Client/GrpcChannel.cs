using Grpc.Core;
using Grpc.Net.Client.Internal;

namespace Grpc.Net.Client;

/// <summary>Connections to one server; opened with the first call. Make one and keep it. Safe to use from several threads.</summary>
public sealed class GrpcChannel : ChannelBase, IDisposable
{
    private readonly CancellationTokenSource _stopped = new();
    private readonly CallInvoker _invoker;
    private int _disposed;

    private GrpcChannel(Uri address, GrpcChannelOptions options)
        : base(address.Authority)
    {
        Address = address;
        Secure = address.Scheme == Uri.UriSchemeHttps;
        Credentials = options.Credentials?.Calls;
        if (options.Credentials is { } wanted && wanted.Secure != Secure)
            throw new InvalidOperationException($"The channel credentials ask for {(wanted.Secure ? "TLS" : "no TLS")}, but the address {address} says otherwise; use {(wanted.Secure ? "https" : "http")}.");
        SendCredentials = Secure || options.UnsafeUseInsecureChannelCallCredentials;
        MaxSendBytes = options.MaxSendMessageSize ?? int.MaxValue;
        MaxReceiveBytes = options.MaxReceiveMessageSize ?? int.MaxValue;
        Time = (TimeProvider?)options.ServiceProvider?.GetService(typeof(TimeProvider)) ?? SystemClock;
        Http = new HttpMessageInvoker(options.HttpHandler ?? OwnHandler(), options.HttpHandler is null || options.DisposeHttpClient);
        _invoker = new HttpCallInvoker(this);
    }

    /// <summary>A channel with default options to an address such as <c>https://server:8443</c>.</summary>
    public static GrpcChannel ForAddress(string address) => ForAddress(address, new GrpcChannelOptions());

    /// <summary>A channel to an address such as <c>https://server:8443</c>.</summary>
    public static GrpcChannel ForAddress(string address, GrpcChannelOptions channelOptions) => ForAddress(new Uri(address), channelOptions);

    /// <summary>A channel with default options.</summary>
    public static GrpcChannel ForAddress(Uri address) => ForAddress(address, new GrpcChannelOptions());

    /// <summary>A channel to an absolute http or https address; its path is not used.</summary>
    public static GrpcChannel ForAddress(Uri address, GrpcChannelOptions channelOptions)
    {
        ArgumentNullException.ThrowIfNull(address);
        ArgumentNullException.ThrowIfNull(channelOptions);
        if (!address.IsAbsoluteUri || (address.Scheme != Uri.UriSchemeHttp && address.Scheme != Uri.UriSchemeHttps))
            throw new ArgumentException($"The address '{address}' must begin with http:// or https://.", nameof(address));
        return new GrpcChannel(address, channelOptions);
    }

    internal Uri Address { get; }

    internal bool Secure { get; }

    internal CallCredentials? Credentials { get; }

    internal bool SendCredentials { get; }

    internal int MaxSendBytes { get; }

    internal int MaxReceiveBytes { get; }

    internal TimeProvider Time { get; }

    // HttpMessageInvoker, not HttpClient: that has a timeout of 100 s over the whole answer.
    internal HttpMessageInvoker Http { get; }

    internal CancellationToken Stopped => _stopped.Token;

    /// <inheritdoc/>
    public override CallInvoker CreateCallInvoker()
    {
        ObjectDisposedException.ThrowIf(_disposed != 0, this);
        return _invoker;
    }

    /// <summary>Cancels all calls and closes the connections the channel owns.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0) return;
        _stopped.Cancel();
        Http.Dispose();
        _stopped.Dispose();
    }

    /// <inheritdoc/>
    protected override Task ShutdownAsyncCore()
    {
        Dispose();
        return Task.CompletedTask;
    }

    private static SocketsHttpHandler OwnHandler() => new()
    {
        EnableMultipleHttp2Connections = true,
        AllowAutoRedirect = false,
        UseCookies = false,
        UseProxy = false,
    };

    // The packages' options have no place for a clock; a program that wants its own gives it by ServiceProvider.
#pragma warning disable RS0030
    private static TimeProvider SystemClock => TimeProvider.System;
#pragma warning restore RS0030
}

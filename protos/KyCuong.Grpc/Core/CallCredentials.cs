namespace Grpc.Core;

/// <summary>The call that credentials are wanted for.</summary>
public class AuthInterceptorContext
{
    /// <summary>A call of this method of this service.</summary>
    public AuthInterceptorContext(string serviceUrl, string methodName)
        : this(serviceUrl, methodName, CancellationToken.None)
    {
    }

    /// <summary>With the call's cancellation.</summary>
    public AuthInterceptorContext(string serviceUrl, string methodName, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(serviceUrl);
        ArgumentNullException.ThrowIfNull(methodName);
        ServiceUrl = serviceUrl;
        MethodName = methodName;
        CancellationToken = cancellationToken;
    }

    /// <summary>Scheme, authority and service.</summary>
    public string ServiceUrl { get; }

    /// <summary>The method's name.</summary>
    public string MethodName { get; }

    /// <summary>Cancelled with the call.</summary>
    public CancellationToken CancellationToken { get; }
}

/// <summary>Adds a call's credentials to its headers.</summary>
public delegate Task AsyncAuthInterceptor(AuthInterceptorContext context, Metadata metadata);

/// <summary>What a single call shows, e.g. an API key. Sent over TLS only, unless the channel says otherwise.</summary>
public abstract class CallCredentials
{
    /// <summary>From a function that adds headers.</summary>
    public static CallCredentials FromInterceptor(AsyncAuthInterceptor interceptor)
    {
        ArgumentNullException.ThrowIfNull(interceptor);
        return new FromFunction(interceptor);
    }

    /// <summary>All of these, in order.</summary>
    public static CallCredentials Compose(params CallCredentials[] credentials)
    {
        ArgumentNullException.ThrowIfNull(credentials);
        return new Composite([.. credentials]);
    }

    internal abstract Task AddHeadersAsync(AuthInterceptorContext context, Metadata headers);

    private sealed class FromFunction(AsyncAuthInterceptor interceptor) : CallCredentials
    {
        internal override Task AddHeadersAsync(AuthInterceptorContext context, Metadata headers) => interceptor(context, headers);
    }

    private sealed class Composite(CallCredentials[] parts) : CallCredentials
    {
        internal override async Task AddHeadersAsync(AuthInterceptorContext context, Metadata headers)
        {
            foreach (var part in parts) await part.AddHeadersAsync(context, headers);
        }
    }
}

/// <summary>How a channel proves who it is: by TLS (the handler's certificates) and by headers of each call.</summary>
public abstract class ChannelCredentials
{
    /// <summary>No TLS.</summary>
    public static ChannelCredentials Insecure { get; } = new Plain(secure: false, null);

    /// <summary>TLS, as the channel's handler is set up.</summary>
    public static ChannelCredentials SecureSsl { get; } = new Plain(secure: true, null);

    /// <summary>The channel's credentials plus headers for each of its calls.</summary>
    public static ChannelCredentials Create(ChannelCredentials channelCredentials, CallCredentials callCredentials)
    {
        ArgumentNullException.ThrowIfNull(channelCredentials);
        ArgumentNullException.ThrowIfNull(callCredentials);
        var calls = channelCredentials.Calls is { } existing ? CallCredentials.Compose(existing, callCredentials) : callCredentials;
        return new Plain(channelCredentials.Secure, calls);
    }

    internal abstract bool Secure { get; }

    internal abstract CallCredentials? Calls { get; }

    private sealed class Plain(bool secure, CallCredentials? calls) : ChannelCredentials
    {
        internal override bool Secure => secure;

        internal override CallCredentials? Calls => calls;
    }
}

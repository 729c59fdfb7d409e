using Grpc.AspNetCore.Server.Internal;
using Microsoft.AspNetCore.Http;

namespace Grpc.Core;

/// <summary>From a call to what carries it.</summary>
public static class ServerCallContextExtensions
{
    private const string HttpContextKey = "__HttpContext";

    /// <summary>The HTTP request that carries the call. A test double gives its own under the user state "__HttpContext", as with the package.</summary>
    public static HttpContext GetHttpContext(this ServerCallContext serverCallContext)
    {
        ArgumentNullException.ThrowIfNull(serverCallContext);
        if (serverCallContext is ServerCall call) return call.Http;
        return serverCallContext.UserState.TryGetValue(HttpContextKey, out var stored) && stored is HttpContext http
            ? http
            : throw new InvalidOperationException($"This {serverCallContext.GetType()} is not carried by an HTTP request.");
    }
}

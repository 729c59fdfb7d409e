using Grpc.Core;
using Grpc.Core.Wire;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Patterns;

namespace Grpc.AspNetCore.Server.Internal;

/// <summary>Answers UNIMPLEMENTED to gRPC calls that no service takes. Other requests go on to other endpoints.</summary>
internal static class UnknownCalls
{
    public static void Map(IEndpointRouteBuilder builder, IReadOnlySet<string> services, ref bool mapped)
    {
        if (mapped) return;
        mapped = true;
        var pattern = RoutePatternFactory.Parse("{service}/{method}", defaults: null, parameterPolicies: new { method = new OnlyGrpc() });
        builder.Map(pattern, http =>
        {
            var path = http.Request.Path.Value ?? "";
            var service = path.Length > 1 ? path[1..].Split('/')[0] : "";
            var what = services.Contains(service) ? "method" : "service";
            return Answers.RefuseAsync(http, new Status(StatusCode.Unimplemented, $"The {what} of {path} is not offered here."));
        }).Add(e =>
        {
            e.DisplayName = "gRPC - unknown";
            // After everything else that could take the request.
            ((RouteEndpointBuilder)e).Order = int.MaxValue;
        });
    }

    private sealed class OnlyGrpc : IRouteConstraint
    {
        public bool Match(HttpContext? httpContext, IRouter? route, string routeKey, RouteValueDictionary values, RouteDirection routeDirection) =>
            httpContext is null || (HttpMethods.IsPost(httpContext.Request.Method) && WireNames.IsGrpcContentType(httpContext.Request.ContentType));
    }
}

using System.Reflection;
using Grpc.AspNetCore.Server;
using Grpc.Core;
using Grpc.Net.Client;

namespace KyCuong.Grpc.Tests;

/// <summary>
/// Our runtime offers nothing that the packages lack, so that product code compiles against either. surface.txt lists the
/// packages' signatures (Grpc.Core.Api, Grpc.Net.Common, Grpc.Net.Client, Grpc.AspNetCore.Server), as far as ours need them.
/// It is kept by hand from the packages' own documentation: a line is added there only after it has been found in the packages.
/// </summary>
public sealed class SurfaceTests
{
    private static readonly string[] Listed =
        [.. File.ReadAllLines(Path.Combine(AppContext.BaseDirectory, "surface.txt")).Where(l => l.Length > 0 && l[0] != '#')];

    private static readonly Assembly[] Runtime = [typeof(Metadata).Assembly, typeof(GrpcChannel).Assembly, typeof(GrpcServiceOptions).Assembly];

    [Fact]
    public void Everything_public_stands_in_the_packages_too()
    {
        var unknown = Surface.Of(Runtime).Except(Listed).ToList();
        Assert.True(unknown.Count == 0, "Not in surface.txt, so not known to be in the packages:\n" + string.Join("\n", unknown));
    }

    [Fact]
    public void Everything_listed_is_listed_once_and_in_order() =>
        Assert.Equal(Listed.Distinct().Order(StringComparer.Ordinal), Listed);

    [Fact]
    public void What_generated_code_and_services_need_is_there()
    {
        var ours = Surface.Of(Runtime).ToHashSet();
        // A list that shrinks with the runtime would pass the test above; these must not go.
        Assert.All(
            [
                "Grpc.Core.ClientBase`1.NewInstance(ClientBaseConfiguration) : T",
                "Grpc.Core.CallInvoker.BlockingUnaryCall<TRequest, TResponse>(Method<TRequest, TResponse>, String, CallOptions, TRequest) : TResponse",
                "Grpc.Core.ServiceBinderBase.AddMethod<TRequest, TResponse>(Method<TRequest, TResponse>, DuplexStreamingServerMethod<TRequest, TResponse>) : Void",
                "Grpc.Net.Client.GrpcChannel.ForAddress(String, GrpcChannelOptions) : GrpcChannel",
                "Microsoft.AspNetCore.Builder.GrpcEndpointRouteBuilderExtensions.MapGrpcService<TService>(IEndpointRouteBuilder) : GrpcServiceEndpointConventionBuilder",
                "Microsoft.Extensions.DependencyInjection.GrpcServicesExtensions.AddGrpc(IServiceCollection, Action<GrpcServiceOptions>) : IGrpcServerBuilder",
                "Grpc.Core.ServerCallContextExtensions.GetHttpContext(ServerCallContext) : HttpContext",
            ],
            line => Assert.Contains(line, ours));
    }

    [Fact]
    public void The_client_half_is_free_of_ASP_NET()
    {
        var references = new[] { typeof(Metadata).Assembly, typeof(GrpcChannel).Assembly }
            .SelectMany(a => a.GetReferencedAssemblies()).Select(a => a.Name!).Distinct();
        Assert.All(references, name => Assert.True(name.StartsWith("System.", StringComparison.Ordinal) || name is "KyCuong.Grpc.Core" or "Google.Protobuf", name));
    }
}

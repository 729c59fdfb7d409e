using Microsoft.Extensions.DependencyInjection;

namespace Grpc.AspNetCore.Server;

/// <summary>What AddGrpc gives, to go on configuring.</summary>
public interface IGrpcServerBuilder
{
    /// <summary>Where the runtime's services stand.</summary>
    public IServiceCollection Services { get; }
}

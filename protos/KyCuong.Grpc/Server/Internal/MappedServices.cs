using System.Reflection;
using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Patterns;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Grpc.AspNetCore.Server.Internal;

/// <summary>Makes endpoints of services and remembers which there are. Used while a program starts.</summary>
internal sealed class MappedServices
{
    private readonly HashSet<string> _services = new(StringComparer.Ordinal);
    private bool _catchesUnknown;

    public IReadOnlyList<IEndpointConventionBuilder> Map<TService>(IEndpointRouteBuilder builder)
        where TService : class
    {
        var provider = builder.ServiceProvider;
        var all = provider.GetRequiredService<IOptions<GrpcServiceOptions>>().Value;
        var own = provider.GetRequiredService<IOptions<GrpcServiceOptions<TService>>>().Value;
        var runner = new CallRunner(
            MethodSettings.Of(all, own),
            provider.GetService<TimeProvider>() ?? SystemClock,
            provider.GetRequiredService<StreamShutdown>(),
            provider.GetRequiredService<ILoggerFactory>().CreateLogger("Grpc.AspNetCore.Server"));
        var binder = new MethodBinder<TService>(runner);
        Bind(typeof(TService), binder);

        var serviceAttributes = typeof(TService).GetCustomAttributes(inherit: true);
        var endpoints = new List<IEndpointConventionBuilder>();
        foreach (var (method, handler, attributes) in binder.Methods)
        {
            _services.Add(method.ServiceName);
            var endpoint = builder.Map(RoutePatternFactory.Parse(method.FullName), handler);
            endpoint.Add(e =>
            {
                e.DisplayName = "gRPC - " + method.FullName;
                foreach (var attribute in serviceAttributes) e.Metadata.Add(attribute);
                foreach (var attribute in attributes) e.Metadata.Add(attribute);
                e.Metadata.Add(new HttpMethodMetadata([HttpMethods.Post]));
                e.Metadata.Add(new GrpcMethodMetadata(typeof(TService), method));
            });
            endpoints.Add(endpoint);
        }
        if (!(own.IgnoreUnknownServices ?? all.IgnoreUnknownServices ?? false)) UnknownCalls.Map(builder, _services, ref _catchesUnknown);
        return endpoints;
    }

    private static void Bind(Type service, ServiceBinderBase binder)
    {
        for (var type = service; type is not null; type = type.BaseType)
        {
            if (type.GetCustomAttribute<BindServiceMethodAttribute>(inherit: false) is not { } attribute) continue;
            var bind = attribute.BindType.GetMethod(
                attribute.BindMethodName, BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Static, [typeof(ServiceBinderBase), type])
                ?? throw new InvalidOperationException($"{attribute.BindType} has no method {attribute.BindMethodName}(ServiceBinderBase, {type.Name}); generate it again.");
            bind.Invoke(null, [binder, null]);
            return;
        }
        throw new InvalidOperationException($"{service} does not derive from a generated gRPC service base, so its methods are not known.");
    }

    // As with the packages a program need not register a clock; one that is registered is used.
#pragma warning disable RS0030
    private static TimeProvider SystemClock => TimeProvider.System;
#pragma warning restore RS0030
}

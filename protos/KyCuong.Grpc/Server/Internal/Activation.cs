using Grpc.Core;
using Grpc.Core.Interceptors;
using Microsoft.Extensions.DependencyInjection;

namespace Grpc.AspNetCore.Server.Internal;

/// <summary>An instance for one call: the services' own, which is left alone afterwards, or one made here, which is disposed of.</summary>
internal readonly struct Activated<T>(T instance, bool made) : IAsyncDisposable
    where T : class
{
    public T Instance => instance;

    public ValueTask DisposeAsync()
    {
        if (made && instance is IAsyncDisposable later) return later.DisposeAsync();
        if (made && instance is IDisposable now) now.Dispose();
        return ValueTask.CompletedTask;
    }
}

/// <summary>Gives a service's object for each call.</summary>
internal static class ServiceActivator<TService>
    where TService : class
{
    private static readonly ObjectFactory<TService> Make = ActivatorUtilities.CreateFactory<TService>([]);

    public static Activated<TService> For(ServerCallContext context)
    {
        var services = context.GetHttpContext().RequestServices;
        return services.GetService<TService>() is { } registered
            ? new Activated<TService>(registered, made: false)
            : new Activated<TService>(Make(services, null), made: true);
    }
}

/// <summary>Gives an interceptor for each call.</summary>
internal sealed class InterceptorActivator(InterceptorRegistration registration)
{
    private readonly object[] _arguments = [.. registration.Arguments];
    private readonly ObjectFactory _make = ActivatorUtilities.CreateFactory(registration.Type, [.. registration.Arguments.Select(a => a.GetType())]);

    public Activated<Interceptor> For(ServerCallContext context)
    {
        var services = context.GetHttpContext().RequestServices;
        return _arguments.Length == 0 && services.GetService(registration.Type) is Interceptor registered
            ? new Activated<Interceptor>(registered, made: false)
            : new Activated<Interceptor>((Interceptor)_make(services, _arguments), made: true);
    }
}

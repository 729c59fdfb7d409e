using System.Reflection;
using Grpc.Core;
using Microsoft.AspNetCore.Http;

namespace Grpc.AspNetCore.Server.Internal;

/// <summary>Turns what generated code tells of a service into request delegates over <typeparamref name="TService"/>.</summary>
internal sealed class MethodBinder<TService>(CallRunner runner) : ServiceBinderBase
    where TService : class
{
    private readonly List<(IMethod Method, RequestDelegate Handler, object[] Attributes)> _methods = [];

    public IReadOnlyList<(IMethod Method, RequestDelegate Handler, object[] Attributes)> Methods => _methods;

    private delegate Task<TResponse> Unary<TRequest, TResponse>(TService service, TRequest request, ServerCallContext context);

    private delegate Task<TResponse> ClientStreaming<TRequest, TResponse>(TService service, IAsyncStreamReader<TRequest> requests, ServerCallContext context);

    private delegate Task ServerStreaming<TRequest, TResponse>(TService service, TRequest request, IServerStreamWriter<TResponse> responses, ServerCallContext context);

    private delegate Task Duplex<TRequest, TResponse>(TService service, IAsyncStreamReader<TRequest> requests, IServerStreamWriter<TResponse> responses, ServerCallContext context);

    public override void AddMethod<TRequest, TResponse>(Method<TRequest, TResponse> method, UnaryServerMethod<TRequest, TResponse>? handler)
    {
        var info = Find(method, typeof(TRequest), typeof(ServerCallContext));
        var target = info.CreateDelegate<Unary<TRequest, TResponse>>();
        UnaryServerMethod<TRequest, TResponse> chain = async (request, context) =>
        {
            await using var service = ServiceActivator<TService>.For(context);
            return await target(service.Instance, request, context);
        };
        foreach (var interceptor in InnermostFirst())
        {
            var next = chain;
            chain = async (request, context) =>
            {
                await using var active = interceptor.For(context);
                return await active.Instance.UnaryServerHandler(request, context, next);
            };
        }
        Add(method, info, call => call.UnaryAsync(method, chain));
    }

    public override void AddMethod<TRequest, TResponse>(Method<TRequest, TResponse> method, ClientStreamingServerMethod<TRequest, TResponse>? handler)
    {
        var info = Find(method, typeof(IAsyncStreamReader<TRequest>), typeof(ServerCallContext));
        var target = info.CreateDelegate<ClientStreaming<TRequest, TResponse>>();
        ClientStreamingServerMethod<TRequest, TResponse> chain = async (requests, context) =>
        {
            await using var service = ServiceActivator<TService>.For(context);
            return await target(service.Instance, requests, context);
        };
        foreach (var interceptor in InnermostFirst())
        {
            var next = chain;
            chain = async (requests, context) =>
            {
                await using var active = interceptor.For(context);
                return await active.Instance.ClientStreamingServerHandler(requests, context, next);
            };
        }
        Add(method, info, call => call.ClientStreamingAsync(method, chain));
    }

    public override void AddMethod<TRequest, TResponse>(Method<TRequest, TResponse> method, ServerStreamingServerMethod<TRequest, TResponse>? handler)
    {
        var info = Find(method, typeof(TRequest), typeof(IServerStreamWriter<TResponse>), typeof(ServerCallContext));
        var target = info.CreateDelegate<ServerStreaming<TRequest, TResponse>>();
        ServerStreamingServerMethod<TRequest, TResponse> chain = async (request, responses, context) =>
        {
            await using var service = ServiceActivator<TService>.For(context);
            await target(service.Instance, request, responses, context);
        };
        foreach (var interceptor in InnermostFirst())
        {
            var next = chain;
            chain = async (request, responses, context) =>
            {
                await using var active = interceptor.For(context);
                await active.Instance.ServerStreamingServerHandler(request, responses, context, next);
            };
        }
        Add(method, info, call => call.ServerStreamingAsync(method, chain));
    }

    public override void AddMethod<TRequest, TResponse>(Method<TRequest, TResponse> method, DuplexStreamingServerMethod<TRequest, TResponse>? handler)
    {
        var info = Find(method, typeof(IAsyncStreamReader<TRequest>), typeof(IServerStreamWriter<TResponse>), typeof(ServerCallContext));
        var target = info.CreateDelegate<Duplex<TRequest, TResponse>>();
        DuplexStreamingServerMethod<TRequest, TResponse> chain = async (requests, responses, context) =>
        {
            await using var service = ServiceActivator<TService>.For(context);
            await target(service.Instance, requests, responses, context);
        };
        foreach (var interceptor in InnermostFirst())
        {
            var next = chain;
            chain = async (requests, responses, context) =>
            {
                await using var active = interceptor.For(context);
                await active.Instance.DuplexStreamingServerHandler(requests, responses, context, next);
            };
        }
        Add(method, info, call => call.DuplexAsync(method, chain));
    }

    private void Add(IMethod method, MethodInfo info, Func<ServerCall, Task> invoke) =>
        _methods.Add((method, http => runner.RunAsync(http, method, invoke), info.GetCustomAttributes(inherit: true)));

    private IEnumerable<InterceptorActivator> InnermostFirst() =>
        runner.Settings.Interceptors.Reverse().Select(r => new InterceptorActivator(r));

    // The most derived method of that name with exactly these parameters: the override, if there is one.
    private static MethodInfo Find(IMethod method, params Type[] parameters) =>
        typeof(TService).GetMethod(method.Name, BindingFlags.Public | BindingFlags.Instance, parameters)
        ?? throw new InvalidOperationException($"{typeof(TService)} has no method {method.Name} for {method.FullName}.");
}

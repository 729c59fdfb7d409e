namespace Grpc.Core;

/// <summary>Receives the methods of a service from generated code. Not thread-safe.</summary>
public class ServiceBinderBase
{
    /// <summary>A unary method; the handler is null when only the shape is asked for.</summary>
    public virtual void AddMethod<TRequest, TResponse>(Method<TRequest, TResponse> method, UnaryServerMethod<TRequest, TResponse>? handler)
        where TRequest : class
        where TResponse : class => throw Unsupported();

    /// <summary>A client-streaming method; the handler is null when only the shape is asked for.</summary>
    public virtual void AddMethod<TRequest, TResponse>(Method<TRequest, TResponse> method, ClientStreamingServerMethod<TRequest, TResponse>? handler)
        where TRequest : class
        where TResponse : class => throw Unsupported();

    /// <summary>A server-streaming method; the handler is null when only the shape is asked for.</summary>
    public virtual void AddMethod<TRequest, TResponse>(Method<TRequest, TResponse> method, ServerStreamingServerMethod<TRequest, TResponse>? handler)
        where TRequest : class
        where TResponse : class => throw Unsupported();

    /// <summary>A duplex method; the handler is null when only the shape is asked for.</summary>
    public virtual void AddMethod<TRequest, TResponse>(Method<TRequest, TResponse> method, DuplexStreamingServerMethod<TRequest, TResponse>? handler)
        where TRequest : class
        where TResponse : class => throw Unsupported();

    private NotSupportedException Unsupported() => new($"{GetType()} binds no methods of this kind.");
}
